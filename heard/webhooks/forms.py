"""The form of a webhook, and the filter of its log."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.people.models import Division
from heard.ui.forms import FilterForm, Form
from heard.webhooks.kinds import KINDS
from heard.webhooks.models import Delivery, Subscription
from heard.webhooks.services import Wanted


def _new_key() -> str:
    return uuid.uuid4().hex


class WebhookForm(Form):
    """Who is told of what."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=_new_key)
    name = forms.CharField(
        label=_("Which system is told?"),
        max_length=80,
        error_messages={"required": _("Give it a name: which system is told?")},
    )
    url = forms.CharField(
        label=_("Its address"),
        max_length=500,
        help_text=_("It begins with https:// and receives a POST for each event."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"required": _("Give the address that receives the events.")},
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )
    division = forms.ChoiceField(
        label=_("Only of one division"), required=False, help_text=_("Empty: of all divisions.")
    )

    def __init__(self, *args: Any, row: Subscription | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {
                "name": row.name, "url": row.url, "events": row.events,
                "division": str(row.division_id or ""),
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.divisions = {str(d.pk): d for d in Division.objects.all()}
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((pk, str(d)) for pk, d in self.divisions.items())]

    def wanted(self) -> Wanted:
        """The checked answers."""
        given = self.cleaned_data
        return Wanted(
            name=given["name"],
            url=given["url"],
            events=tuple(given["events"]),
            division=self.divisions.get(given["division"]),
        )


class LogFilters(FilterForm):
    """Which deliveries."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), *Delivery.State.choices]
    )
    kind = forms.ChoiceField(
        label=_("Event"), required=False, choices=[("", _("Any")), *KINDS.items()]
    )

    def fit(self, rows: Any) -> Any:
        """The rows that fit."""
        self.is_valid()
        for name in ("state", "kind"):
            if value := self.cleaned_data.get(name):
                rows = rows.filter(**{name: value})
        return rows
