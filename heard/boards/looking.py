"""The look at every series after a refresh: what is beyond chance becomes an alert, once."""

import hashlib
from collections.abc import Iterable

from django.db.models import Q

from heard.boards import candidates
from heard.boards.candidates import Candidate
from heard.boards.models import Look, Mute, Signal
from heard.boards.rules import expected
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.writes import record, write
from heard.measures.reads import latest
from heard.targets.program import today
from heard.targets.reads import changed_at

KEPT = 500  # looks that are remembered


class _Worker:
    """What this worker looked at last: the running month moves all day, and is not looked at."""

    state = ""


def look() -> int:
    """Look, if a figure, a target or the day changed since the last time. Returns new alerts.

    Killed in between, nothing is stored; the next look finds the same. Alerts, the look and the
    event that sends mails are one transaction.
    """
    state = _state()
    if state is None or state == _Worker.state:
        return 0
    series, found, digest = candidates.all_candidates()
    made = keep(found, series=series, seen=_digest(changed_at(), today(), digest))
    _Worker.state = state
    return made


def _state() -> str | None:
    """What a look depends on, in short; None before anything was computed."""
    snapshot, program = latest(), changed_at()
    if snapshot is None and program is None:
        return None
    return _digest(snapshot.changed_at if snapshot else None, program, today())


def _digest(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


@write
def keep(found: Iterable[Candidate], *, series: int, seen: str) -> int:
    """Store what is new, and the event that tells of it. Returns how many alerts are new."""
    row, is_new = Look.objects.get_or_create(
        seen=seen,
        defaults={"at": clock.now(), "series": series, "expected": expected(series)},
    )
    if not is_new:
        return 0
    wanted = {one.place: one for one in found}
    known = _known(wanted.values())
    for place, old in known.items():
        _add_rules(old, wanted[place])
    silent = set(Mute.objects.filter(until__gte=today()).values_list("measure", flat=True))
    made = [
        one.as_signal(look=row, at=clock.now(), muted=one.measure in silent)
        for place, one in wanted.items()
        if place not in known
    ]
    Signal.objects.bulk_create(made, batch_size=200)
    row.found = len(made)
    row.save(update_fields=["found"])
    Look.objects.filter(pk__lte=row.pk - KEPT).delete()
    told = [one.pk for one in made if not one.muted]
    if told:
        record("signals.found", about=row, actor=SYSTEM, data={"signals": told}, key=f"look-{seen}")
    return len(made)


def _known(wanted: Iterable[Candidate]) -> dict[tuple[str, ...], Signal]:
    """Alerts already there for the same places; one query."""
    places = list(wanted)
    near = Q(measure__in={p.measure for p in places}, period__in={p.period.code for p in places})
    rows = {
        (r.measure, r.statistic, r.by, r.group, r.period): r for r in Signal.objects.filter(near)
    }
    wanted_places = {p.place for p in places}
    return {place: row for place, row in rows.items() if place in wanted_places}


def _add_rules(old: Signal, one: Candidate) -> None:
    """Another rule fired on a figure that was told already: noted there, and not told again."""
    names = {rule["rule"] for rule in old.rules}
    more = [rule for rule in one.rules if rule["rule"] not in names]
    if more:
        old.rules = [*old.rules, *more]
        old.save(update_fields=["rules"])
