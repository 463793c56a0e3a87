"""The forms of this room. Each says plainly what is missing and keeps what was typed."""

import hashlib
import re
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from heard.cases.models import WORDS_LIMIT, Case
from heard.catalogue.models import Service
from heard.catalogue.reads import by_group
from heard.core.references import clean_reference
from heard.core.text import clean_line
from heard.core.words import said
from heard.joining.models import Organisation
from heard.joining.outside import ANSWER_LIMIT
from heard.people.models import Division
from heard.ui.forms import FilterForm, Form

LONGEST_UPDATE = 4000


def area(rows: int = 3) -> forms.Textarea:
    """A box for words."""
    return forms.Textarea(attrs={"rows": rows})


class OnceForm(Form):
    """A form that may arrive twice: the same content under the same key is one act."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)

    def once(self, verb: str, about: object, who: object) -> str:
        """The idempotency key of this act: bound to the person, the thing and the content."""
        given = sorted((name, str(value)) for name, value in self.cleaned_data.items())
        digest = hashlib.sha256(repr(given).encode()).hexdigest()[:32]
        return f"joining:{verb}:{about}:{who}:{digest}"


class JustDoIt(OnceForm):
    """A button that asks nothing."""


class FindForm(FilterForm):
    """Another case by its reference."""

    q = forms.CharField(
        label=_("Reference of the other case"),
        max_length=60,
        help_text=_("It looks like K7M4-2QXP."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def reference(self) -> str:
        """In the form references are kept; "" where nothing was asked."""
        return clean_reference(self.cleaned_data["q"])[:20] if self.is_valid() else ""


class MergeForm(OnceForm):
    """Yes, merge these two as they were shown."""

    seen_case = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen_into = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class UndoForm(OnceForm):
    """Why a merge is taken back."""

    reason = forms.CharField(
        label=_("Why are they not the same?"),
        help_text=_("Staff of both cases read it."),
        max_length=1000,
        widget=area(2),
    )


class FollowForm(OnceForm):
    """Who wants to hear how it goes."""

    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    email = forms.EmailField(
        label=_("Email"),
        required=False,
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": _("Please check the email address. It should look like ana@home.example.")
        },
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        help_text=_("Only where they have no email: somebody must call them then."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Their language"), choices=settings.LANGUAGES)

    def clean_name(self) -> str:
        """A name on one line; it greets its owner in our letters, so it carries no address."""
        name = clean_line(self.cleaned_data["name"])
        if re.search(r"://|www\.|@|\.\w{2,}/", name, re.IGNORECASE):
            raise forms.ValidationError(gettext("Please write only a name here."))
        return name

    def clean_phone(self) -> str:
        """A number somebody can dial."""
        phone = clean_line(self.cleaned_data["phone"])
        digits = re.sub(r"\D", "", phone)
        if phone and not (7 <= len(digits) <= 15):
            raise forms.ValidationError(
                gettext("Please check the phone number. Write it with its area code: 303-555-0100.")
            )
        return phone

    def clean(self) -> dict[str, Any]:
        """Some way to reach them."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors.keys() & {"email", "phone"}:
            return given
        if not given.get("email") and not given.get("phone"):
            self.add_error("email", gettext("Give an email or a phone number."))
        return given


class PublicFollowForm(OnceForm):
    """A neighbor asks to hear how it goes."""

    email = forms.EmailField(
        label=_("Your email"),
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please write your email address, so we can tell you."),
            "invalid": _("Please check the email address. It should look like ana@home.example."),
        },
    )
    website = forms.CharField(required=False, label=_("Please leave this empty"))


class UpdateForm(OnceForm):
    """Words for everybody."""

    english = forms.CharField(
        label=_("In English"), required=False, max_length=LONGEST_UPDATE, widget=area(4)
    )
    spanish = forms.CharField(
        label=_("In Spanish"),
        help_text=_("Left empty, everybody gets the other language."),
        required=False,
        max_length=LONGEST_UPDATE,
        widget=area(4),
    )

    def clean(self) -> dict[str, Any]:
        """At least one language."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not given.get("english") and not given.get("spanish"):
            self.add_error("english", gettext("Write something first."))
        return given


class KnownForm(FilterForm):
    """A problem somebody tells us of, which may be here already."""

    service = forms.ChoiceField(label=_("Service"))
    place = forms.CharField(label=_("Where?"), max_length=300)
    words = forms.CharField(label=_("What do they say?"), max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = by_group(get_language() or "en")
        self.services = {s.code: s for _name, found in groups for s in found}
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Any")),
            *[(name or _("Other"), [(s.code, str(s)) for s in found]) for name, found in groups],
        ]

    def chosen(self) -> Service | None:
        """The service, where one was chosen."""
        self.is_valid()
        return self.services.get(self.cleaned_data.get("service", ""))


class SplitForm(OnceForm):
    """A part for another division."""

    division = forms.ChoiceField(label=_("Which division?"))
    words = forms.CharField(
        label=_("What should they do?"),
        help_text=_("They read it together with the place. The customer does not."),
        max_length=WORDS_LIMIT,
        widget=area(3),
    )
    due = forms.DateField(
        label=_("By when?"),
        required=False,
        help_text=_("Left empty, it is due with the whole case."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data)
        self.divisions = {division.code: division for division in Division.objects.all()}
        named = sorted((said(d.name) or code, code) for code, d in self.divisions.items())
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a division")), *[(code, name) for name, code in named]]

    def chosen(self) -> Division:
        """The division."""
        return self.divisions[self.cleaned_data["division"]]


class AskForm(OnceForm):
    """Something for somebody outside."""

    organisation = forms.ModelChoiceField(
        label=_("Who?"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )
    words = forms.CharField(
        label=_("What should they do?"),
        help_text=_("They read this, the service and the place."),
        max_length=WORDS_LIMIT,
        widget=area(4),
    )
    shows_words = forms.BooleanField(
        label=_("They also see what the customer wrote"),
        help_text=_("Read it first: it may hold private things."),
        required=False,
    )
    shows_customer = forms.BooleanField(
        label=_("They also see the customer’s name, phone and email"),
        help_text=_("Only where they must reach the customer themselves."),
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(is_active=True)


class ErrandFilters(FilterForm):
    """Which requests to outside handlers to list."""

    show = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("", _("With an answer to read")),
            ("open", _("Not finished")),
            ("all", _("All")),
        ],
    )
    organisation = forms.ChoiceField(label=_("Organization"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        named = Organisation.objects.values_list("pk", "name")
        field.choices = [("", _("Any")), *[(str(pk), name) for pk, name in named]]


class AnswerForm(OnceForm):
    """What the outside handler says."""

    step = forms.ChoiceField(
        label=_("What do you want to tell us?"),
        widget=forms.RadioSelect,
        choices=[
            ("accepted", _("We take it")),
            ("update", _("How it goes")),
            ("done", _("It is done")),
            ("refused", _("It is not ours")),
        ],
    )
    words = forms.CharField(
        label=_("In a few words"),
        help_text=_("What you did or plan; if it is not yours, why and whom to ask instead."),
        required=False,
        widget=area(4),
    )

    def clean_words(self) -> str:
        """Refused when too long, never cut."""
        words: str = self.cleaned_data["words"]
        if len(words) > ANSWER_LIMIT:
            raise forms.ValidationError(
                gettext("Please keep it under {limit} characters.").format(limit=ANSWER_LIMIT)
            )
        return words
