"""The filters of the list, as the address keeps them."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Channel
from heard.cases.reads import SEARCH_LIMIT, Due, Group, Sort, Wanted
from heard.catalogue.models import Service
from heard.core.words import said
from heard.people.models import Division, Staff
from heard.people.roles import may
from heard.ui.forms import FilterForm

OURS, EVERYWHERE, ME, NOBODY = "", "all", "me", "nobody"


class CaseFilters(FilterForm):
    """Which cases to list. Left empty: mine and my division's open cases, most urgent first."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=SEARCH_LIMIT,
        help_text=_("Reference, words, customer or phone"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", Group.OPEN.label), *Group.choices[1:]]
    )
    division = forms.ChoiceField(label=_("Division"), required=False)
    assignee = forms.ChoiceField(label=_("Assigned to"), required=False)
    due = forms.ChoiceField(
        label=_("Promise"), required=False, choices=[("", _("Any")), *Due.choices]
    )
    service = forms.ChoiceField(label=_("Service"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Any")), *Channel.choices]
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Any")), *settings.LANGUAGES]
    )
    sort = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("Usual order")), *Sort.choices]
    )

    def __init__(self, data: QueryDict, *, viewer: Staff) -> None:
        super().__init__(data)
        self.viewer = viewer
        self.divisions = {d.code: d for d in Division.objects.all()}
        self.services = {s.code: s for s in Service.objects.only("code", "name")}
        self.colleagues = {str(p.pk): p for p in colleagues(viewer)}
        ours = _("Mine and my division's") if viewer.division_id else _("Every division")
        self._choices("division", [
            (OURS, ours),
            *([(EVERYWHERE, _("Every division"))] if viewer.division_id else []),
            *_by_name(self.divisions),
        ])  # fmt: skip
        self._choices("service", [("", _("Any")), *_by_name(self.services)])
        self._choices("assignee", [
            ("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody yet")),
            *[(pk, p.name) for pk, p in self.colleagues.items() if p != viewer],
        ])  # fmt: skip

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> Wanted:
        """What the filters ask for; a filter that makes no sense is left out, and said so."""
        self.is_valid()
        said_so: dict[str, str] = self.cleaned_data
        assignee, division = said_so.get("assignee", ""), said_so.get("division", OURS)
        keeps_to_ours = division == OURS and self.viewer.division_id is not None
        return Wanted(
            group=said_so.get("show") or Group.OPEN,
            ours=self.viewer if keeps_to_ours else None,
            division=self.divisions.get(division),
            service=self.services.get(said_so.get("service", "")),
            assignee=self.viewer if assignee == ME else self.colleagues.get(assignee),
            unassigned=assignee == NOBODY,
            due=said_so.get("due", ""),
            channel=said_so.get("channel", ""),
            language=said_so.get("language", ""),
            search=said_so.get("q", ""),
            sees_people=may(self.viewer, "see people"),
            sort=said_so.get("sort", ""),
        )


def colleagues(viewer: Staff) -> list[Staff]:
    """Staff who work on cases, those of the viewer's division first."""
    active = Staff.objects.filter(is_active=True).select_related("division")
    people = [person for person in active if may(person, "work cases")]
    return sorted(people, key=lambda p: (p.division_id != viewer.division_id, p.name))


def _by_name(rows: dict[str, Any]) -> list[tuple[str, str]]:
    named = [(code, said(row.name) or code) for code, row in rows.items()]
    return sorted(named, key=lambda pair: pair[1].casefold())
