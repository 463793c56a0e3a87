"""The forms of this door."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.cases.reads import case_at_desk
from heard.catalogue.choosing import ServiceField
from heard.doors.mail.models import Outcome
from heard.ui.forms import FilterForm, Form


class OnceForm(Form):
    """A form that may arrive twice."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)

    def once(self) -> str:
        """The idempotency key of this act."""
        return f"mail-act-{self.cleaned_data.get('key') or uuid.uuid4().hex}"


class AcceptForm(OnceForm):
    """To which case it belongs."""

    reference = forms.CharField(
        label=_("Reference of the case"),
        help_text=_("It looks like K7M4-2QXP."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_reference(self) -> Case:
        """The case, however its reference was typed."""
        case = case_at_desk(self.cleaned_data["reference"])
        if case is None:
            raise forms.ValidationError(gettext("No case has this reference. Please check it."))
        return case


class OpenForm(OnceForm):
    """Which service it is about."""

    service = ServiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, ServiceField)
        field.offer()


class AsideForm(OnceForm):
    """Why nothing is done with it."""

    outcome = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=[
            (Outcome.NO_ANSWER, _("It needs no answer")),
            (Outcome.SPAM, _("It is unwanted mail")),
        ],
    )


class MailFilters(FilterForm):
    """Which mails: those that wait unless said otherwise."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Waiting for a person")), ("all", _("All mails")), *Outcome.choices],
    )
    q = forms.CharField(
        label=_("Sender or subject"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
