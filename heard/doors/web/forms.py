"""The forms residents fill in. Each says plainly what is missing and keeps what was typed."""

import hashlib
import re
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from heard.cases.models import WORDS_LIMIT
from heard.catalogue.asking import field_for, kept, no_longer_than
from heard.catalogue.conditions import asked_now
from heard.catalogue.models import Question, Service
from heard.catalogue.place_field import position
from heard.catalogue.upload_field import UploadField
from heard.core.references import clean_reference
from heard.core.text import clean, clean_line
from heard.people.models import Customer
from heard.ui.forms import Form

# From opening the form to sending it; whoever is quicker is asked to press the button again.
FASTEST_PERSON = timedelta(seconds=1.5)
_STAMP = signing.TimestampSigner(salt="heard.web.form")


class OnceForm(Form):
    """A form that may arrive twice: the same content under the same key is one act."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", str(uuid.uuid4()))

    def clean_key(self) -> str:
        """The key of the form as it was shown, or a new one where it came without."""
        try:
            return str(uuid.UUID(self.cleaned_data["key"]))
        except ValueError:
            return str(uuid.uuid4())

    def once(self, verb: str) -> str:
        """The idempotency key of this act.

        The content is part of it: a person who goes back and sends other words, or the next
        person at a shared computer, must not be given the answer to the first ones.
        """
        return f"web-{verb}-{self.cleaned_data['key']}-{self.content[:20]}"

    @property
    def content(self) -> str:
        """A digest of what was filled in."""
        content = sorted((k, str(v)) for k, v in self.cleaned_data.items() if k not in UNCOUNTED)
        return hashlib.sha256(repr(content).encode()).hexdigest()


UNCOUNTED = {"key", "opened", "website", "sure"}
CHANNELS = [
    ("email", gettext_lazy("By email")),
    ("phone", gettext_lazy("By phone")),
    ("none", gettext_lazy("Do not contact me; I will look at my request myself")),
]


class ReportForm(OnceForm):
    """What a resident needs, with the questions of the service."""

    words = forms.CharField(
        label=gettext_lazy("What do you need?"),
        help_text=gettext_lazy("Write as you would tell a neighbor. Any language is fine."),
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[no_longer_than(WORDS_LIMIT)],
        error_messages={"required": gettext_lazy("Please tell us in a few words what you need.")},
    )
    place = forms.CharField(
        label=gettext_lazy("Where is it?"),
        help_text=gettext_lazy(
            "An address, a corner, or words such as “behind the library, by the bike rack”."
        ),
        required=False,
        validators=[no_longer_than(300)],
        error_messages={"required": gettext_lazy("Please tell us where it is, so we can find it.")},
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("I want to stay anonymous"),
        help_text=gettext_lazy("Then we keep no name, email or phone, even if they stand below."),
        required=False,
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        required=False,
        validators=[no_longer_than(120)],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        required=False,
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy(
                "Please check the email address. It should look like ana@home.example."
            )
        },
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language should we write to you?"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    preferred_channel = forms.ChoiceField(
        label=gettext_lazy("How should we reach you?"),
        choices=CHANNELS,
        widget=forms.RadioSelect,
        required=False,
    )
    lat = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    lon = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    # Bots fill in what people never see, and send within a blink. Neither stops a person: they
    # are asked to press the button once more.
    website = forms.CharField(required=False, label=gettext_lazy("Please leave this empty"))
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        service: Service,
        questions: Sequence[Question],
        sent: dict[str, list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.service = service
        self.questions = questions
        self.sent = sent or {}  # references of what was uploaded before, by question
        self.initial.setdefault("opened", _STAMP.sign("form"))
        for question in questions:
            self.fields[f"q_{question.code}"] = field_for(question)
        if service.place == Service.Place.NONE:
            for name in ("place", "lat", "lon"):
                del self.fields[name]
        else:
            self.fields["place"].required = service.place == Service.Place.REQUIRED
        if not service.anonymous_allowed:
            del self.fields["anonymous"]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The service's own questions."""
        return [self[f"q_{question.code}"] for question in self.questions]

    @property
    def asked_with(self) -> list[tuple[Question, forms.BoundField]]:
        """The same, each with its question."""
        return [(question, self[f"q_{question.code}"]) for question in self.questions]

    @property
    def answers(self) -> dict[str, Any]:
        """The answers given, by question code, as they are stored."""
        given = {
            q.code: self.sent.get(q.code) if q.is_upload else self.cleaned_data.get(f"q_{q.code}")
            for q in asked_now(self.questions, self.chosen)
        }
        return {code: kept(value) for code, value in given.items() if value not in (None, "", [])}

    @property
    def chosen(self) -> dict[str, Any]:
        """What was answered to each question, as far as it decides whether others are asked."""
        given = getattr(self, "cleaned_data", {})
        return {q.code: given.get(f"q_{q.code}") for q in self.questions}

    @property
    def point(self) -> tuple[float, float] | None:
        """Where it is, in degrees; None where only words say so."""
        given = self.cleaned_data
        return position(given.get("lat"), given.get("lon"))

    @property
    def looks_quick(self) -> bool:
        """Whether it took no time at all; a second press of the button says it is a person."""
        if self.cleaned_data.get("sure"):
            return False
        try:
            _STAMP.unsign(self.cleaned_data.get("opened", ""), max_age=FASTEST_PERSON)
        except signing.SignatureExpired:
            return False
        except signing.BadSignature:
            return True
        return True

    def clean_words(self) -> str:
        """The words without what nobody can type."""
        words = clean(self.cleaned_data["words"])
        if not words:
            raise forms.ValidationError(self.fields["words"].error_messages["required"])
        return words

    def clean_name(self) -> str:
        """A name: it greets its owner in our mails, so it must not carry an advertisement."""
        name = clean_line(self.cleaned_data["name"])
        if re.search(r"://|www\.|@|\.\w{2,}/", name, re.IGNORECASE):
            raise forms.ValidationError(_("Please write only your name here, without addresses."))
        return name

    def clean_place(self) -> str:
        """The place on one line."""
        return clean_line(self.cleaned_data["place"])

    def clean_phone(self) -> str:
        """A number somebody can dial."""
        phone = clean_line(self.cleaned_data["phone"])
        if phone and (
            not re.fullmatch(r"[\d+()./\-\s#x*]{7,40}", phone) or len(re.sub(r"\D", "", phone)) < 7
        ):
            raise forms.ValidationError(
                _("Please check the phone number. Write it with its area code: 303-555-0100.")
            )
        return phone

    def clean(self) -> dict[str, Any]:
        """An answer needs an address, unless the resident wants to stay anonymous."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self._clean_questions()
        self._clean_place(given)
        if given.get("anonymous"):
            self._forget_faults("name", "email", "phone", "preferred_channel")
            return given | {"name": "", "email": "", "phone": "", "preferred_channel": ""}
        if {"email", "phone"} & self.errors.keys():
            return given
        by, email, phone = given.get("preferred_channel"), given.get("email"), given.get("phone")
        if by == "email" and not email:
            self.add_error("email", _("To answer by email, we need your email address."))
        elif by == "phone" and not phone:
            self.add_error("phone", _("To call you, we need your phone number."))
        elif not email and not phone:
            self.add_error("email", self._no_way_back())
        return given

    def _clean_questions(self) -> None:
        """What is not asked is not missed; what was uploaded before is there."""
        asked = asked_now(self.questions, self.chosen)
        self._forget_faults(*(f"q_{q.code}" for q in self.questions if q not in asked))
        for question in asked:
            name = f"q_{question.code}"
            field = self.fields[name]
            if isinstance(field, UploadField) and field.must and not self.sent.get(question.code):
                self.add_error(name, field.error_messages["required"])

    def _clean_place(self, given: dict[str, Any]) -> None:
        """Words or a point, where a place is needed."""
        if "place" not in self.fields or {"lat", "lon"} & self.errors.keys():
            return
        try:
            point = position(given.get("lat"), given.get("lon"))
        except forms.ValidationError as fault:
            self._forget_faults("place")
            self.add_error("place", fault)
            return
        if point is not None and not str(self["place"].value() or "").strip():
            self._forget_faults("place")
            given["place"] = ""

    def _forget_faults(self, *names: str) -> None:
        for name in names:
            self.errors.pop(name, None)

    def _no_way_back(self) -> str:
        if self.service.anonymous_allowed:
            return _(
                "Give an email or a phone number so we can answer, or choose to stay anonymous."
            )
        return _("This service needs a way to reach you: an email or a phone number.")


class ConfirmForm(OnceForm):
    """Yes, that is right (or: yes, it is solved)."""

    row = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _words(label: Any, missing: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        validators=[no_longer_than(WORDS_LIMIT)],
        error_messages={"required": missing},
    )


class CorrectForm(ConfirmForm):
    """Not quite: what should be different."""

    correction = _words(
        gettext_lazy("What did we get wrong?"), gettext_lazy("Tell us what we should change.")
    )


class AddForm(OnceForm):
    """More words to an open case."""

    words = _words(
        gettext_lazy("Your words"),
        gettext_lazy("Write something first."),
        gettext_lazy("Answer us, add something you forgot, or ask how it is going."),
    )


class WithdrawForm(OnceForm):
    """I no longer need it."""

    reason = forms.CharField(
        label=gettext_lazy("Would you tell us why?"),
        help_text=gettext_lazy("You need not."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_longer_than(WORDS_LIMIT)],
    )


class ReopenForm(OnceForm):
    """It is not solved."""

    reason = _words(
        gettext_lazy("What is still wrong?"), gettext_lazy("Tell us what is still wrong.")
    )


class FindForm(Form):
    """The link to a case is lost: what the resident still knows."""

    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy(
            "It looks like K7M4-2QXP and is in each message about your request."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        validators=[no_longer_than(60)],
        error_messages={"required": gettext_lazy("Please write the reference of your request.")},
    )
    email = forms.EmailField(
        label=pgettext_lazy("lost link", "The email you gave us"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Please write the email address you gave us."),
            "invalid": gettext_lazy(
                "Please check the email address. It should look like ana@home.example."
            ),
        },
    )

    def clean_reference(self) -> str:
        """In the form references are kept."""
        found = clean_reference(self.cleaned_data["reference"])
        if not found:
            raise forms.ValidationError(
                _("A reference has eight letters and figures, like K7M4-2QXP. Please check it.")
            )
        return found[:20]


def channel_of(given: str) -> str:
    """The channel to keep for a new customer; empty lets the address decide."""
    return given if given in Customer.Channel.values else ""
