"""Rules tried on cases of the past: counted stretch by stretch, and nothing is changed by it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import Actor
from heard.core.city import city_zone
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.people.roles import require
from heard.places.reads import Calendars
from heard.routing.matching import Asked, Decision, IsOpen, Prepared, decide, folded
from heard.routing.models import Give, Rule, RuleVersion, Trial
from heard.routing.services import prepared

CHUNK = 4000  # cases held in memory, and between two notes of how far it is
AT_ONCE = 4.0  # seconds while the person waits; the rest is done by the worker
PER_TURN = 1.5  # seconds of the worker, which has other things to do too
SAMPLES = 6
LONGEST = timedelta(days=370)
_FIELDS = (
    "received_at", "pk", "service__code", "district__code", "channel", "language", "division_id",
    "service__division_id",
)  # fmt: skip


@write
def ask(
    versions: list[RuleVersion],
    *,
    since: datetime,
    until: datetime,
    actor: Actor,
    about: Rule | None = None,
    key: str | None = None,
) -> Trial:
    """Ask for a trial of these versions, in this order, on the cases received in a time."""
    if (earlier := about_of_earlier(Trial, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "write rules")
    if not versions:
        raise Refused(_("Choose at least one rule to try."), field="versions")
    if not since < until:
        raise Refused(_("The first day must not be after the last."), field="until")
    if until - since > LONGEST:
        raise Refused(_("Choose at most one year."), field="since")
    total = Case.objects.filter(received_at__gte=since, received_at__lt=until).count()
    trial = Trial.objects.create(
        versions=[v.pk for v in versions], about=about, since=since, until=until, total=total,
        tally=_empty(), asked_at=clock.now(), asked_by_id=actor.id,
    )  # fmt: skip
    record("routing.tried", about=trial, actor=actor, data={"cases": total}, key=key)
    return trial


def advance(trial: Trial, *, seconds: float) -> Trial:
    """Work on a trial for so long; each stretch is noted, so one that is stopped goes on."""
    counter = _Counter(trial)
    began = time.monotonic()
    while trial.finished_at is None:
        rows = counter.rows()
        for row in rows:
            counter.count(row)
        if not _keep(trial, counter, rows, time.monotonic() - began):
            trial.refresh_from_db()  # another worker was quicker; its figures stand
            return trial
        if time.monotonic() - began >= seconds:
            break
    return trial


def go_on() -> int:
    """The worker's part: the oldest trial that is not finished, for a moment."""
    waiting = Trial.objects.filter(finished_at=None).order_by("id").first()
    if waiting is None:
        return 0
    advance(waiting, seconds=PER_TURN)
    return 1


@transaction.atomic
def _keep(trial: Trial, counter: "_Counter", rows: list[Any], worked: float) -> bool:
    before = trial.done
    finished = len(rows) < CHUNK
    values = {
        "done": before + len(rows),
        "tally": counter.tally,
        "worked": counter.worked_before + worked,
        "after_at": rows[-1][0] if rows else trial.after_at,
        "after_id": rows[-1][1] if rows else trial.after_id,
        "finished_at": clock.now() if finished else None,
    }
    # An empty last stretch leaves "done" as it is, so the moment of the end is asked too.
    mine = Trial.objects.filter(pk=trial.pk, done=before, finished_at=None)
    if not mine.update(**values):
        return False
    for name, value in values.items():
        setattr(trial, name, value)
    return True


def versions_of(trial: Trial) -> list[RuleVersion]:
    """The versions tried, in their order."""
    found = RuleVersion.objects.select_related("division", "person", "team", "rule").in_bulk(
        trial.versions
    )
    return [found[pk] for pk in trial.versions if pk in found]


def _empty() -> dict[str, Any]:
    return {
        "rules": {}, "flows": {}, "conflicts": {}, "matched": 0, "moved": 0, "straight": 0,
        "away": 0, "given": 0, "changed": [],
    }  # fmt: skip


class _Counter:
    """Counts what the rules would have done, into plain numbers that can be kept."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.tally: dict[str, Any] = trial.tally or _empty()
        self.worked_before = trial.worked
        tests, broken = prepared(versions_of(trial))
        self.tests: list[Prepared] = tests
        for version, fault in broken:
            self._of(version)["fault"] = fault
        self.zone: ZoneInfo = city_zone()
        self.reads_words = any(test.reads_words for test in tests)
        calendars = Calendars()
        self.is_open: IsOpen = lambda division, at: calendars.of(division).calendar.is_open(at)

    def rows(self) -> list[tuple[Any, ...]]:
        """The next stretch of cases, by the time they came."""
        trial = self.trial
        low = trial.after_at or trial.since
        later = Q(received_at__gt=low) | Q(received_at=low, pk__gt=trial.after_id)
        found = Case.objects.filter(later, received_at__gte=low, received_at__lt=trial.until)
        names = (*_FIELDS, "title", "words") if self.reads_words else _FIELDS
        return list(found.order_by("received_at", "pk").values_list(*names)[:CHUNK])

    def count(self, row: tuple[Any, ...]) -> None:
        """Add one case."""
        at, pk, service, district, channel, language, went, begins = row[:8]
        text = folded(f"{row[8]} {row[9]}") if self.reads_words else ""
        asked = Asked(service, district or "", channel, language, text, at.astimezone(UTC), begins)
        said = decide(self.tests, asked, zone=self.zone, is_open=self.is_open, to_the_end=True)
        for version, fault in said.faults:
            self._of(version)["fault"] = fault
        if said.matched:
            self._add(pk, went, begins, said)

    def _add(self, pk: int, went: int, begins: int, said: Decision) -> None:
        tally = self.tally
        tally["matched"] += 1
        for version in said.matched:
            self._of(version)["matched"] += 1
        for version in said.used:
            row = self._of(version)
            row["used"] += 1
            if len(row["samples"]) < SAMPLES:
                row["samples"].append(pk)
        if said.give is not None and said.give.give != Give.NOBODY:
            tally["given"] += 1
            self._of(said.give)["given"] += 1
        flow = f"{went}>{said.division}"
        tally["flows"][flow] = tally["flows"].get(flow, 0) + 1
        tally["moved"] += said.division != begins
        tally["straight"] += said.division == went != begins
        if said.division != went:
            tally["away"] += 1
            if len(tally["changed"]) < 2 * SAMPLES:
                tally["changed"].append(pk)
        for loser, winner in said.overruled:
            pair = tally["conflicts"].setdefault(f"{loser.pk}>{winner.pk}", {"n": 0, "samples": []})
            pair["n"] += 1
            if len(pair["samples"]) < SAMPLES:
                pair["samples"].append(pk)

    def _of(self, version: RuleVersion) -> dict[str, Any]:
        fresh = {"matched": 0, "used": 0, "given": 0, "samples": [], "fault": ""}
        found: dict[str, Any] = self.tally["rules"].setdefault(str(version.pk), fresh)
        return found


def last_month(today: datetime) -> tuple[datetime, datetime]:
    """The calendar month before today in the city's zone; where it had no case, the latest had."""
    for month in _months(today):
        if Case.objects.filter(received_at__gte=month[0], received_at__lt=month[1]).exists():
            return month
    return next(_months(today))


def _months(today: datetime) -> Iterator[tuple[datetime, datetime]]:
    newest = Case.objects.order_by("-received_at").values_list("received_at", flat=True).first()
    zone = city_zone()
    this = today.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    yield _before(this), this
    if newest is not None:
        first = newest.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        yield first, (first + timedelta(days=32)).replace(day=1)


def _before(first: datetime) -> datetime:
    return (first - timedelta(days=1)).replace(day=1)
