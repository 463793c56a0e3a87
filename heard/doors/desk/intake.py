"""A case taken down by staff while somebody is on the phone or at the counter."""

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.cases.models import WORDS_LIMIT, Case, Channel
from heard.cases.services import Request, receive
from heard.cases.understanding import LONGEST, confirm_understanding, state_understanding
from heard.catalogue.asking import asked_in_talk, field_for, kept
from heard.catalogue.models import Question, Service
from heard.catalogue.reads import by_group, find
from heard.contacts.forms import began_now, talked_for
from heard.contacts.models import Avoidable
from heard.contacts.services import contact_of_intake
from heard.core import events
from heard.core.text import clean, clean_line
from heard.core.writes import about_of_earlier
from heard.doors.desk.forms import new_key
from heard.people.models import Customer, Staff
from heard.people.services import know_customer
from heard.ui.forms import Form

WAYS_IN = [
    Channel.PHONE,
    Channel.COUNTER,
    Channel.EMAIL,
    Channel.SMS,
    Channel.SOCIAL,
    Channel.STAFF,
]
FACE_TO_FACE = {Channel.PHONE, Channel.COUNTER}  # each of these is a contact, and can be read back
SUGGESTED = 4  # services
UNCOUNTED = {"began", "script"}


class IntakeForm(Form):
    """What they need, where, and how to reach them; then the questions of the service.

    The page is shown several times while they talk. ``script`` names the service whose questions
    the page has shown, so that no case is opened with questions nobody asked.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    began = forms.CharField(widget=forms.HiddenInput, required=False, initial=began_now)
    customer = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    script = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    channel = forms.ChoiceField(
        label=_("How did they reach us?"),
        choices=[(way.value, way.label) for way in WAYS_IN],
        initial=Channel.PHONE,
    )
    language = forms.ChoiceField(label=_("Their language"), choices=settings.LANGUAGES)
    words = forms.CharField(
        label=_("What do they need? In their words"),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(
        label=_("Where?"),
        help_text=_("Address, corner or park"),
        required=False,
        max_length=300,
    )
    service = forms.ChoiceField(label=_("Service"))
    understood = forms.CharField(
        label=_("Read it back: what we understood, in one sentence"),
        help_text=_("Begin with “You…” and say it aloud."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    confirmed = forms.BooleanField(label=_("They said: yes, that is right"), required=False)
    name = forms.CharField(label=_("Customer’s name"), required=False, max_length=120)
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("With an email they get our answers and can follow the case."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    avoidable = forms.ChoiceField(
        label=_("Could we have spared them this contact?"),
        required=False,
        choices=[("", _("Not judged")), *Avoidable.choices],
    )

    def __init__(
        self, data: Any = None, *, viewer: Staff, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={"language": settings.LANGUAGE_CODE, **(initial or {})})
        self.viewer = viewer
        groups = by_group(viewer.language)
        self.services = {s.code: s for _name, found in groups for s in found}
        self.suggested = self._suggested()
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = self._choices(groups)
        self.questions: list[Question] = []
        if self.chosen is not None:
            self.questions = asked_in_talk(self.chosen)
        for question in self.questions:
            self.fields[f"q_{question.code}"] = field_for(question)
        self.known = self._known()

    def _suggested(self) -> list[Service]:
        """Services that fit the words, best first: a suggestion, which a person takes or leaves."""
        words = clean(str(self["words"].value() or ""), limit=2000)
        return [match.service for match in find(words, SUGGESTED)] if words else []

    def _choices(self, groups: list[tuple[str, list[Service]]]) -> list[Any]:
        choices: list[Any] = [("", _("Choose a service"))]
        if self.suggested:
            fits = [(s.code, str(s)) for s in self.suggested]
            choices.append((_("Suggested by their words"), fits))
        for name, found in groups:
            rest = [(s.code, str(s)) for s in found if s not in self.suggested]
            if rest:
                choices.append((name or gettext("Other"), rest))
        return choices

    @property
    def chosen(self) -> Service | None:
        """The service that is chosen."""
        return self.services.get(str(self["service"].value() or ""))

    def _known(self) -> Customer | None:
        """The customer this is for, where they were looked up before."""
        pk = str(self["customer"].value() or "")
        if not pk.isdigit() or len(pk) > 18:
            return None
        return Customer.objects.filter(pk=int(pk)).first()

    @property
    def asked(self) -> list[forms.BoundField]:
        """The service's own questions: the script of the talk."""
        return [self[f"q_{question.code}"] for question in self.questions]

    @property
    def answers(self) -> dict[str, Any]:
        """The answers given, by question code, as they are stored."""
        given = {q.code: self.cleaned_data.get(f"q_{q.code}") for q in self.questions}
        return {code: kept(value) for code, value in given.items() if value not in (None, "")}

    @property
    def has_unasked(self) -> bool:
        """Whether the service has questions that the page has not shown yet."""
        shown = str(self["script"].value() or "")
        return bool(self.questions) and self.chosen is not None and shown != self.chosen.code

    def clean(self) -> dict[str, Any]:
        """A service that needs a place gets one; what is confirmed has been read back."""
        given: dict[str, Any] = super().clean() or {}
        service = self.services.get(given.get("service", ""))
        if service and service.place == Service.Place.REQUIRED and not given.get("place"):
            self.add_error("place", gettext("This service needs a place. Ask where it is."))
        if given.get("confirmed") and not clean_line(given.get("understood") or ""):
            self.add_error("understood", gettext("Write the sentence that they confirmed."))
        return given

    def whoever(self) -> Customer | None:
        """The customer: the one looked up, or by what was given. May raise ``Refused``."""
        given = self.cleaned_data
        if self.known is not None:
            return self.known
        return know_customer(
            name=given["name"],
            email=given["email"],
            phone=given["phone"],
            language=given["language"],
            actor=self.viewer.as_actor(),
        )

    @transaction.atomic
    def take_down(self) -> Case:
        """Open the case, once for this form. Raises ``Refused`` with the field to mend."""
        given, actor = self.cleaned_data, self.viewer.as_actor()
        key = self.once("new")
        if events.earlier(key) is not None:
            earlier: Any = about_of_earlier(Case, key)
            return earlier  # type: ignore[no-any-return]
        case = receive(
            Request(
                service=self.services[given["service"]],
                words=given["words"],
                channel=given["channel"],
                language=given["language"],
                customer=self.whoever(),
                answers=self.answers,
                place=given["place"],
            ),
            actor=actor,
            key=key,
        )
        if sentence := clean_line(given["understood"]):
            row = state_understanding(case, sentence, actor=actor)
            if given["confirmed"]:
                # Said aloud and heard by the colleague who writes it down, so theirs is the name.
                confirm_understanding(row, actor=actor)
        if given["channel"] in FACE_TO_FACE:
            seconds = talked_for(given["began"])
            contact_of_intake(case, avoidable=given["avoidable"], seconds=seconds, actor=actor)
        return case

    def once(self, verb: str) -> str:
        """The idempotency key of what this form does, with its content in it."""
        content = sorted((k, str(v)) for k, v in self.cleaned_data.items() if k not in UNCOUNTED)
        digest = hashlib.sha256(repr(content).encode()).hexdigest()[:32]
        return f"desk:{self.viewer.pk}:{verb}:{digest}"
