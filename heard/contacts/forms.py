"""The forms of this room: the one field, a contact written down, a call that was made."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.answers.models import Answer
from heard.answers.reads import published
from heard.cases.models import Case
from heard.catalogue.reads import by_group
from heard.contacts.models import WAYS, WORDS_LIMIT, Avoidable, Contact, Reason
from heard.contacts.services import LONGEST_TALK, Entry, record_contact
from heard.core import clock
from heard.core.errors import Refused
from heard.core.references import clean_reference
from heard.core.writes import write
from heard.people.lookup import LONGEST
from heard.people.models import Customer, Staff
from heard.people.services import know_customer
from heard.ui.forms import FilterForm, Form

MOST_ANSWERS = 300  # offered while typing; with more, the search of the answers is quicker


class LookupForm(FilterForm):
    """The one field."""

    q = forms.CharField(
        label=_("Who is it?"),
        help_text=_("A phone number, name, email, address or reference."),
        widget=forms.TextInput(
            attrs={"type": "search", "autofocus": True, "autocomplete": "off", "accesskey": "f"}
        ),
    )


def new_key() -> str:
    """A fresh idempotency key for a form about to be shown."""
    return uuid.uuid4().hex


def began_now() -> str:
    """When the form was shown: the talk began about then."""
    return str(int(clock.now().timestamp()))


def talked_for(began: str) -> int | None:
    """Seconds since the form was first shown, where that can be believed."""
    if not began.isdigit() or len(began) > 12:
        return None
    seconds = int(clock.now().timestamp()) - int(began)
    return seconds if 0 < seconds <= LONGEST_TALK else None


class ContactForm(Form):
    """One contact, written down while they are still on the line."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    began = forms.CharField(widget=forms.HiddenInput, required=False, initial=began_now)
    customer = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    case = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    channel = forms.ChoiceField(
        label=_("How did they reach us?"),
        choices=[(way.value, way.label) for way in WAYS],
        initial=WAYS[0],
    )
    reason = forms.ChoiceField(label=_("What was it about?"), choices=Reason.choices)
    service = forms.ChoiceField(label=_("Which service?"), required=False)
    words = forms.CharField(
        label=_("What they asked, and what you said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    answer = forms.CharField(
        label=_("The answer you gave"),
        help_text=_("From our answers: type a word of it, then choose."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "answers-offered", "autocomplete": "off"}),
    )
    settled = forms.ChoiceField(
        label=_("Is it settled?"),
        choices=[
            ("yes", _("Yes: they have what they need")),
            ("no", _("Not yet")),
            ("handed", _("Handed on: a colleague goes on with it")),
        ],
        widget=forms.RadioSelect,
        initial="yes",
    )
    avoidable = forms.ChoiceField(
        label=_("Could we have spared them this contact?"),
        choices=Avoidable.choices,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Their name"), required=False, max_length=120)
    phone = forms.CharField(
        label=_("Their phone"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Their language"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, viewer: Staff, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.viewer = viewer
        if not self.is_bound:
            self.fields["channel"].widget.attrs["autofocus"] = True
        groups = by_group(viewer.language)
        self.services = {s.code: s for _name, found in groups for s in found}
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("None of them")),
            *[
                (name or gettext("Other"), [(s.code, str(s)) for s in rows])
                for name, rows in groups
            ],
        ]
        self.answers = list(published(for_staff=True).only("slug", "question")[:MOST_ANSWERS])

    def clean_customer(self) -> Customer | None:
        """The customer of that key."""
        pk = self.cleaned_data["customer"]
        return Customer.objects.filter(pk=pk).first() if pk else None

    def clean_case(self) -> Case | None:
        """The case of that reference."""
        reference = clean_reference(self.cleaned_data["case"])
        return Case.objects.filter(reference=reference).first() if reference else None

    def clean_answer(self) -> Answer | None:
        """The answer of that name, or whose question reads so."""
        typed = self.cleaned_data["answer"].strip()
        if not typed:
            return None
        for answer in self.answers:
            if typed == answer.slug or typed.casefold() == str(answer).casefold():
                return answer
        raise forms.ValidationError(gettext("Choose an answer of the list, or leave this empty."))

    def clean_words(self) -> str:
        """The words, refused rather than cut where there are too many."""
        words: str = self.cleaned_data["words"]
        if len(words) > WORDS_LIMIT:
            raise forms.ValidationError(
                gettext("That is {n} characters. Please keep it under {limit}.").format(
                    n=len(words), limit=WORDS_LIMIT
                )
            )
        return words

    def keep(self) -> Contact | None:
        """Write it down, once for this form; None where it was refused, which the form says."""
        try:
            return self._keep()
        except Refused as error:
            self.add_error(error.field if error.field in self.fields else None, str(error))
            return None

    @write
    def _keep(self) -> Contact:
        given, actor = self.cleaned_data, self.viewer.as_actor()
        case: Case | None = given["case"]
        customer = given["customer"] or (case.customer if case else None)
        if customer is None:
            customer = know_customer(
                name=given["name"], phone=given["phone"], language=given["language"], actor=actor
            )
        service = self.services.get(given["service"]) or (case.service if case else None)
        entry = Entry(
            channel=given["channel"],
            reason=given["reason"],
            settled=given["settled"] == "yes",
            handed_off=given["settled"] == "handed",
            words=given["words"],
            language=given["language"],
            avoidable=given["avoidable"],
            service=service,
            customer=customer,
            case=case,
            answer=given["answer"],
            seconds=talked_for(given["began"]),
        )
        return record_contact(entry, actor=actor, key=f"contact:{self.viewer.pk}:{given['key']}")


class ContactFilters(FilterForm):
    """Which contacts the list shows."""

    who = forms.ChoiceField(label=_("Taken by"), choices=[("", _("Everybody")), ("me", _("Me"))])
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("All")), *[(w.value, w.label) for w in WAYS]]
    )
    avoidable = forms.ChoiceField(
        label=_("Avoidable"),
        choices=[("", _("All")), ("any", _("Avoidable, for any cause")), *Avoidable.choices],
    )
    settled = forms.ChoiceField(
        label=_("Settled"), choices=[("", _("All")), ("yes", _("Yes")), ("no", _("No"))]
    )


class TryForm(Form):
    """They were rung: reached or not."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    note = forms.CharField(label=_("A note for colleagues"), required=False, max_length=300)


def typed_query(text: str) -> str:
    """What was typed into the one field, no longer than a page can carry along."""
    return text[: 4 * LONGEST]
