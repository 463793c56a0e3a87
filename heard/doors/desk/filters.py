"""The filters of the list, as the address keeps them."""

from collections.abc import Mapping
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
from heard.doors.desk.known import known
from heard.doors.desk.models import Mention
from heard.doors.desk.nights import last_night
from heard.people.models import Staff
from heard.people.roles import may
from heard.ui.forms import FilterForm

OURS, EVERYWHERE, ME, NOBODY = "", "all", "me", "nobody"
LANGUAGES = dict(settings.LANGUAGES)


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
        ours = _("Mine and my division's") if viewer.division_id else _("Every division")
        self._choices("division", [
            (OURS, ours),
            *([(EVERYWHERE, _("Every division"))] if viewer.division_id else []),
            *house.named("divisions"),
        ])  # fmt: skip
        self._choices("service", [("", _("Any")), *house.named("services")])
        self._choices("assignee", [
            ("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody yet")),
            *[(str(p.pk), p.name) for p in house.colleagues(viewer) if p.pk != viewer.pk],
        ])  # fmt: skip

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> Wanted:
        """What the filters ask for; a filter that makes no sense is left out, and said so."""
        self.is_valid()
        return wanted_of(self.cleaned_data, self.viewer)


def wanted_of(given: Mapping[str, str], viewer: Staff) -> Wanted:
    """The same without the form; what makes no sense is left out in silence."""

    def chosen(name: str, kind: type[models.TextChoices]) -> str:
        return given[name] if given.get(name) in kind.values else ""

    house, only = known(), chosen("only", Only)
    assignee, division = given.get("assignee", ""), given.get("division", OURS)
    keeps_to_ours = division == OURS and viewer.division_id is not None
    person = house.people.get(int(assignee)) if assignee.isdecimal() else None
    return Wanted(
        group=chosen("show", Group) or Group.OPEN,
        ours=viewer if keeps_to_ours else None,
        division=house.division(division),
        service=house.service(given.get("service", "")),
        assignee=viewer if assignee == ME else person,
        unassigned=assignee == NOBODY,
        due=chosen("due", Due),
        answer_owed=only == Only.ANSWER,
        received=last_night(viewer.division_id) if only == Only.NIGHT else None,
        among=_mentions(only, viewer),
        channel=chosen("channel", Channel),
        language=given.get("language", "") if given.get("language") in LANGUAGES else "",
        search=given.get("q", ""),
        sees_people=may(viewer, "see people"),
        sort=chosen("sort", Sort),
    )


def _mentions(only: str, viewer: Staff) -> QuerySet[Case] | None:
    if only not in (Only.MENTIONS, Only.MENTIONED):
        return None
    mentions = Mention.objects.filter(person=viewer)
    mentions = mentions.filter(read_at=None) if only == Only.MENTIONS else mentions
    return Case.objects.filter(pk__in=mentions.values("case"))
