"""The forms of rules, teams and trials."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Channel
from heard.catalogue.models import Service
from heard.core.city import city_zone
from heard.core.words import said
from heard.core.words_form import WordsFormField
from heard.people.models import Division, Staff
from heard.people.roles import may
from heard.places.models import District
from heard.routing.assignment import WORKERS
from heard.routing.models import Give, Hours, RuleVersion, Team
from heard.routing.services import LONGEST_PHRASE, MOST_PHRASES, Said
from heard.ui.forms import Form

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")),
    (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip
Many = forms.CheckboxSelectMultiple


def new_key() -> str:
    """An idempotency key for a form that is about to be shown."""
    return uuid.uuid4().hex


def key_field() -> forms.CharField:
    """The hidden field that makes sending a form twice harmless."""
    return forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)


def day_input() -> forms.DateInput:
    """A day, by the browser's own means."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    """A time of day, by the browser's own means."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def people_choices() -> list[tuple[str, Any]]:
    """Everyone who works on cases, by division."""
    found: dict[str, list[tuple[str, str]]] = {}
    people = Staff.objects.filter(is_active=True, role__in=WORKERS).select_related("division")
    for person in people.order_by("name"):
        whose = str(person.division) if person.division else gettext("No division")
        found.setdefault(whose, []).append((str(person.pk), person.name))
    return sorted(found.items())


def named(rows: Any) -> list[tuple[str, str]]:
    """Codes with their names in the page's language, by name."""
    pairs = [(row.code, said(row.name) or row.code) for row in rows]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


class RuleForm(Form):
    """When a case is such, then it goes there."""

    key = key_field()
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Colleagues read it in the case.")
    )
    services = forms.MultipleChoiceField(label=_("Services"), required=False, widget=Many)
    districts = forms.MultipleChoiceField(label=_("Districts"), required=False, widget=Many)
    channels = forms.MultipleChoiceField(
        label=_("How it reached us"), required=False, widget=Many, choices=Channel.choices
    )
    languages = forms.MultipleChoiceField(
        label=_("Customer’s language"), required=False, widget=Many, choices=settings.LANGUAGES
    )
    words = forms.CharField(
        label=_("Words the customer uses"),
        required=False,
        max_length=MOST_PHRASES * (LONGEST_PHRASE + 2),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One word or phrase on a line, in English and in Spanish. Accents and capital letters "
            "do not matter. A star at the end stands for any ending: flood* also finds flooding."
        ),
    )
    all_words = forms.BooleanField(
        label=_("All of these lines must be there, not just one of them"), required=False
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"), required=False, widget=Many, choices=WEEKDAYS, coerce=int
    )
    hours = forms.ChoiceField(
        label=_("Time of day"), widget=forms.RadioSelect, choices=Hours.choices, initial=Hours.ANY
    )
    starts = forms.TimeField(
        label=_("From"), required=False, widget=time_input(),
        help_text=_("Only for “between two times”. A night, as 22:00 to 06:00, is one stretch."),
    )  # fmt: skip
    ends = forms.TimeField(label=_("Until"), required=False, widget=time_input())
    division = forms.ChoiceField(label=_("Send it to the division"), required=False)
    give = forms.ChoiceField(
        label=_("Give it to"), widget=forms.RadioSelect, choices=Give.choices, initial=Give.NOBODY
    )
    person = forms.ChoiceField(label=_("The person"), required=False)
    team = forms.ChoiceField(
        label=_("The team"), required=False,
        help_text=_("Left empty: the people of the division."),
    )  # fmt: skip
    goes_on = forms.BooleanField(
        label=_("Let the rules below add what this one leaves open"), required=False
    )

    def __init__(self, data: Any = None, *, version: RuleVersion | None = None) -> None:
        super().__init__(data, initial=_initial(version) if version else None)
        groups: dict[str, list[tuple[str, str]]] = {}
        for service in Service.objects.filter(is_active=True).only("code", "name", "group"):
            groups.setdefault(said(service.group) or gettext("Other"), []).append(
                (service.code, said(service.name) or service.code)
            )
        for pairs in groups.values():
            pairs.sort(key=lambda pair: pair[1].casefold())
        self._choices("services", sorted(groups.items()))
        self._choices("districts", named(District.objects.only("code", "name")))
        self.divisions = {d.code: d for d in Division.objects.all()}
        stays = ("", _("Leave it where it is"))
        self._choices("division", [stays, *named(self.divisions.values())])
        self._choices("person", [("", _("Choose a person")), *people_choices()])
        self.teams = {str(team.pk): team for team in Team.objects.all()}
        teams = [(pk, str(team)) for pk, team in self.teams.items()]
        self._choices("team", [("", _("Everybody of the division")), *teams])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def opens(self, *names: str) -> bool:
        """Whether a part of the form is shown open: something in it is chosen or wrong."""
        empty = {"", Hours.ANY}
        return any(self[n].errors or self[n].value() not in ([], None, *empty) for n in names)

    @property
    def opens_services(self) -> bool:
        """Services or districts are chosen."""
        return self.opens("services", "districts")

    @property
    def opens_ways(self) -> bool:
        """Channels or languages are chosen."""
        return self.opens("channels", "languages")

    @property
    def opens_times(self) -> bool:
        """A time is chosen."""
        return self.opens("weekdays", "hours", "starts", "ends")

    def said(self) -> Said:
        """What was written, as the rule says it."""
        given: dict[str, Any] = self.cleaned_data
        give = given["give"]
        between = given["hours"] == Hours.BETWEEN
        team = give in (Give.LOAD, Give.TURN) and given["team"]
        person = give == Give.PERSON and given["person"]
        lines = [" ".join(line.split()) for line in given["words"].splitlines()]
        return Said(
            name=given["name"],
            services=tuple(given["services"]),
            districts=tuple(given["districts"]),
            channels=tuple(given["channels"]),
            languages=tuple(given["languages"]),
            words=tuple(line for line in lines if line),
            all_words=given["all_words"],
            weekdays=tuple(given["weekdays"]),
            hours=given["hours"],
            starts=given["starts"] if between else None,
            ends=given["ends"] if between else None,
            division=self.divisions.get(given["division"]),
            give=give,
            person=Staff.objects.get(pk=person) if person else None,
            team=self.teams.get(team) if team else None,
            goes_on=given["goes_on"],
        )


def _initial(version: RuleVersion) -> dict[str, Any]:
    names = (
        "name", "services", "districts", "channels", "languages", "all_words", "weekdays",
        "hours", "starts", "ends", "give", "goes_on",
    )  # fmt: skip
    return {name: getattr(version, name) for name in names} | {
        "words": "\n".join(version.words),
        "division": version.division.code if version.division else "",
        "person": str(version.person_id or ""),
        "team": str(version.team_id or ""),
    }


class TeamForm(Form):
    """Who shares cases with whom."""

    key = key_field()
    name = WordsFormField(label=_("Name of the team"))
    division = forms.ChoiceField(label=_("Division"))
    members = forms.MultipleChoiceField(
        label=_("Who is of it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, team: Team | None = None) -> None:
        initial: dict[str, Any] = {}
        if team is not None:
            initial = {"name": team.name, "division": team.division.code}
            initial["members"] = [str(pk) for pk in team.members.values_list("pk", flat=True)]
        super().__init__(data, initial=initial)
        self.divisions = {d.code: d for d in Division.objects.all()}
        for name, choices in (
            ("division", named(self.divisions.values())), ("members", people_choices()),
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def chosen(self) -> list[Staff]:
        """The members."""
        return list(Staff.objects.filter(pk__in=self.cleaned_data["members"]))


class TryForm(Form):
    """Which rules to try, and on the cases of which days."""

    key = key_field()
    versions = forms.TypedMultipleChoiceField(
        label=_("Rules to try, in their order"), widget=Many, coerce=int,
        help_text=_("Rules that act now are chosen, so that you see the whole."),
    )  # fmt: skip
    since = forms.DateField(label=_("First day"), widget=day_input())
    until = forms.DateField(label=_("Last day"), widget=day_input())

    def span(self) -> tuple[datetime, datetime]:
        """From the begin of the first day to the end of the last, in the city's zone."""
        zone = city_zone()
        first: date = self.cleaned_data["since"]
        last: date = self.cleaned_data["until"] + timedelta(1)
        return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)


def may_switch(person: Any) -> bool:
    """Whether the person switches rules on and off."""
    return may(person, "administer")
