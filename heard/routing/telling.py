"""A rule in one sentence each: when a case is such, then it goes there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel.dates import format_time
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.cases.models import Channel
from heard.catalogue.models import Service
from heard.core.words import said
from heard.places.models import District
from heard.routing.forms import WEEKDAYS
from heard.routing.models import Give, Hours, Rule, RuleVersion
from heard.ui.telling import locale

MOST = 4  # names told; the rest is a number


@dataclass(frozen=True, slots=True)
class Told:
    """A version with its conditions and results in words."""

    version: RuleVersion
    when: list[str]
    then: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """A rule in the list: what acts, and a newer draft where there is one."""

    rule: Rule
    live: Told | None
    draft: Told | None

    @property
    def name(self) -> str:
        """What it is called now."""
        told = self.live or self.draft
        return told.version.name if told else str(self.rule)


class Teller:
    """Tells rules, with the names of services and districts read once (two queries)."""

    def __init__(self) -> None:
        self.services = dict(Service.objects.values_list("code", "name"))
        self.districts = dict(District.objects.values_list("code", "name"))

    def row(self, rule: Rule) -> Row:
        """A rule whose versions were read with it."""
        newest = next(iter(rule.versions.all()), None)
        live = self.version(rule.live) if rule.live else None
        drafted = newest is not None and newest.pk != rule.live_id
        return Row(rule, live, self.version(newest) if newest and drafted else None)

    def version(self, version: RuleVersion) -> Told:
        """One version in words."""
        return Told(version, list(self._when(version)), list(self._then(version)))

    def _when(self, version: RuleVersion) -> Iterable[str]:
        names: list[tuple[str, list[str], dict[str, Any]]] = [
            (_("service: {names}"), version.services, self.services),
            (_("district: {names}"), version.districts, self.districts),
        ]
        for words, codes, known in names:
            if codes:
                found = [said(known.get(code)) or code for code in codes]
                yield words.format(names=listed(found))
        for words, codes, labels in (
            (_("came by {names}"), version.channels, dict(Channel.choices)),
            (_("language: {names}"), version.languages, dict(settings.LANGUAGES)),
        ):
            if codes:
                yield words.format(names=listed([str(labels.get(c, c)) for c in codes]))
        if version.words:
            quoted = listed([f"“{phrase}”" for phrase in version.words])
            told = _("says all of {words}") if version.all_words else _("says {words}")
            yield told.format(words=quoted)
        if version.weekdays:
            days = dict(WEEKDAYS)
            yield listed([str(days[int(day)]) for day in version.weekdays], most=7)
        if version.hours == Hours.BETWEEN and version.starts and version.ends:
            yield _("between {starts} and {ends}").format(
                starts=clock_told(version.starts), ends=clock_told(version.ends)
            )
        elif version.hours != Hours.ANY:
            yield version.get_hours_display()

    def _then(self, version: RuleVersion) -> Iterable[str]:
        if version.division is not None:
            yield _("send to {division}").format(division=version.division)
        if version.give == Give.PERSON and version.person:
            yield _("give to {name}").format(name=version.person.name)
        elif version.give in (Give.LOAD, Give.TURN):
            whose = str(version.team) if version.team else _("the division’s people")
            by_load = version.give == Give.LOAD
            told = _("give to the least busy of {team}") if by_load else _("by turn in {team}")
            yield told.format(team=whose)
        elif version.give == Give.ON_CALL:
            yield _("give to whoever is on call")
        if version.goes_on:
            yield _("then ask the rules below")


def listed(names: list[str], most: int = MOST) -> str:
    """Names with commas; where there are many, the first ones and how many more."""
    if len(names) <= most:
        return ", ".join(names)
    more = len(names) - most
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(
        names=", ".join(names[:most]), n=more
    )


def clock_told(at: Any) -> str:
    """A time of the day as people read it: 10:00 PM."""
    return str(format_time(at, "short", locale=locale()))


def weekdays_told(days: Iterable[int]) -> str:
    """Days of the week in words; the working week and the whole one have names."""
    chosen = sorted({int(day) for day in days})
    if chosen == list(range(7)):
        return _("every day")
    if chosen == list(range(5)):
        return _("Monday to Friday")
    names = dict(WEEKDAYS)
    return listed([str(names[day]) for day in chosen], most=7)
