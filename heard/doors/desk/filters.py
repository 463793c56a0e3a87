"""The filters of the list, as the address keeps them."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from heard.cases.listing import Due, Group, Sort, Wanted
from heard.cases.models import Case, Channel
from heard.cases.searching import SEARCH_LIMIT
from heard.core.words import said
from heard.doors.desk.known import known
from heard.doors.desk.models import Mention
from heard.doors.desk.nights import last_night
from heard.people.models import Staff
from heard.people.roles import may
from heard.ui.forms import FilterForm

OURS, EVERYWHERE, ME, NOBODY = "", "all", "me", "nobody"


class Only(models.TextChoices):
    """What a queue picks out, beside the other filters."""

    ANSWER = "answer", _("The customer waits for an answer")
    NIGHT = "night", _("Came in after hours, not answered")
    MENTIONS = "mentions", _("I am mentioned, not read")
    MENTIONED = "mentioned", _("I am mentioned")


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
    only = forms.ChoiceField(
        label=_("Only"), required=False, choices=[("", _("Any")), *Only.choices]
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
        house = known()
        self.divisions = {d.code: d for d in house.divisions.values()}
        self.services = {s.code: s for s in house.services.values()}
        self.colleagues = {str(p.pk): p for p in house.colleagues(viewer)}
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
        only = said_so.get("only", "")
        keeps_to_ours = division == OURS and self.viewer.division_id is not None
        return Wanted(
            group=said_so.get("show") or Group.OPEN,
            ours=self.viewer if keeps_to_ours else None,
            division=self.divisions.get(division),
            service=self.services.get(said_so.get("service", "")),
            assignee=self.viewer if assignee == ME else self.colleagues.get(assignee),
            unassigned=assignee == NOBODY,
            due=said_so.get("due", ""),
            answer_owed=only == Only.ANSWER,
            received=last_night(self.viewer.division_id) if only == Only.NIGHT else None,
            among=self._mentions(only),
            channel=said_so.get("channel", ""),
            language=said_so.get("language", ""),
            search=said_so.get("q", ""),
            sees_people=may(self.viewer, "see people"),
            sort=said_so.get("sort", ""),
        )


    def _mentions(self, only: str) -> QuerySet[Case] | None:
        if only not in (Only.MENTIONS, Only.MENTIONED):
            return None
        mentions = Mention.objects.filter(person=self.viewer)
        mentions = mentions.filter(read_at=None) if only == Only.MENTIONS else mentions
        return Case.objects.filter(pk__in=mentions.values("case"))


def _by_name(rows: dict[str, Any]) -> list[tuple[str, str]]:
    named = [(code, said(row.name) or code) for code, row in rows.items()]
    return sorted(named, key=lambda pair: pair[1].casefold())
