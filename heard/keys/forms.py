"""The form of a new key."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.core.city import city_zone
from heard.keys.models import Scope
from heard.keys.services import MOST_PER_MINUTE, Wanted
from heard.people.models import Division, Staff
from heard.people.roles import may
from heard.ui.forms import Form


class KeyForm(Form):
    """What a new key shall be."""

    name = forms.CharField(
        label=_("Which system is it for?"),
        max_length=80,
        help_text=_("Colleagues and the audit read it, such as “FixMyStreet app”."),
        error_messages={"required": _("Give the key a name: which system is it for?")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as the system needs."),
        error_messages={"required": _("Choose what the key may do.")},
    )
    division = forms.ChoiceField(
        label=_("Only cases of one division"),
        required=False,
        help_text=_("Empty: the cases of all divisions."),
    )
    acts_as = forms.ChoiceField(
        label=_("Acts as"),
        required=False,
        help_text=_(
            "Only for keys that work in cases: what they write and change is done in this "
            "person’s role, and the key ends when the person leaves."
        ),
    )
    per_minute = forms.IntegerField(
        label=_("Requests a minute"),
        min_value=1,
        max_value=MOST_PER_MINUTE,
        initial=120,
        help_text=_("More are answered with 429 until the minute is over."),
    )
    expires_at = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until somebody revokes it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.divisions = {str(d.pk): d for d in Division.objects.all()}
        people = Staff.objects.filter(is_active=True).order_by("name")
        self.people = {str(p.pk): p for p in people if may(p, "work cases")}
        self._offer("division", [(pk, str(d)) for pk, d in self.divisions.items()])
        told = [(pk, f"{p.name} ({p.get_role_display()})") for pk, p in self.people.items()]
        self._offer("acts_as", told)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *choices]

    def wanted(self) -> Wanted:
        """The checked answers."""
        given = self.cleaned_data
        day = given["expires_at"]
        ends = datetime.combine(day, time(23, 59, 59), city_zone()) if day else None
        return Wanted(
            name=given["name"],
            scopes=tuple(given["scopes"]),
            division=self.divisions.get(given["division"]),
            acts_as=self.people.get(given["acts_as"]),
            per_minute=given["per_minute"],
            expires_at=ends,
        )
