"""How fast a division answers and finishes: mostly in time, and when not, how late."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.hours import due, last_work, next_work
from demo.reading import turnaround
from demo.seasons import Arrival, rhythm
from demo.shapes import Service, Window
from demo.story import hours

LATE_ANSWER, LATE_ANSWER_RUSH, LATE_ANSWER_BEFORE = 0.045, 0.22, 0.16
RUSH_COSTS, SUMMER_COSTS, REPEATS_COST = 0.14, 0.06, 0.05
FORGOTTEN = 0.05  # of the late ones: they lie for weeks


@dataclass(frozen=True, slots=True)
class Pace:
    """The times of one case: what was promised, and when staff answer and finish."""

    first_response_due: datetime
    due_at: datetime
    respond_at: datetime
    finish_at: datetime
    fresh: bool


def pace(arrival: Arrival, service: Service, window: Window, rng: Random, again: bool) -> Pace:
    """Draw the times of a case."""
    answer_due = due(service.respond, arrival.at)
    due_at = due(service.resolve, arrival.at)
    kept, fresh = _kept(arrival, service, window)
    is_kept = rng.random() < kept - (REPEATS_COST if again else 0.0)
    finish_at = _finish(arrival.at, due_at, service, rng, is_kept)
    respond_at = _respond(arrival, answer_due, rng, fresh)
    latest = arrival.at + (finish_at - arrival.at) * 0.75
    respond_at = min(respond_at, latest).replace(microsecond=0)
    return Pace(answer_due, due_at, respond_at, finish_at, fresh)


def progress(moment: datetime, window: Window) -> float:
    """How far the turnaround of the struggling division has come: 0 before it, 1 when done."""
    change = turnaround()
    began = window.begin + (window.end - window.begin) * change.share
    weeks = (moment - began) / timedelta(weeks=1)
    return min(1.0, max(0.0, weeks / change.weeks))


def _kept(arrival: Arrival, service: Service, window: Window) -> tuple[float, bool]:
    """The chance that the promise is kept, and whether the division works as it does today."""
    kept: float = rhythm()[service.code]["kept"]
    fresh = True
    change = turnaround()
    if service.division == change.division:
        done = progress(arrival.at, window)
        kept += change.low + (change.high - change.low) * done - 0.9
        fresh = done > 0.5
    if arrival.rush is not None:
        kept -= RUSH_COSTS
    if service.code == "weeds" and arrival.at.month in (6, 7):
        kept -= SUMMER_COSTS
    return kept, fresh


def _respond(arrival: Arrival, answer_due: datetime, rng: Random, fresh: bool) -> datetime:
    if arrival.channel in ("phone", "counter"):
        return arrival.at + timedelta(seconds=rng.randrange(110, 560))
    late = LATE_ANSWER_RUSH if arrival.rush else LATE_ANSWER if fresh else LATE_ANSWER_BEFORE
    allowed = answer_due - arrival.at
    if rng.random() < late:
        return arrival.at + allowed * (1.03 + 1.5 * _early(rng, 2))
    return arrival.at + allowed * (0.02 + 0.85 * _early(rng, 1.7))


def _early(rng: Random, power: float) -> float:
    """A number from 0 to 1, the smaller ones the likelier."""
    return float(rng.random() ** power)


def _finish(
    received: datetime, due_at: datetime, service: Service, rng: Random, is_kept: bool
) -> datetime:
    allowed = due_at - received
    if is_kept:
        at = received + allowed * (0.06 + 0.9 * _early(rng, 1.25))
    else:
        over = 0.04 - 0.55 * math.log(1 - rng.random())
        if rng.random() < FORGOTTEN:
            over += 1 + 3 * rng.random()
        at = due_at + max(allowed * over, hours(1))
    at = at.replace(microsecond=0)
    if service.respond.unit == "hours":
        return at  # somebody is on call day and night
    minutes = rng.randrange(3, 200)
    snapped = next_work(at, service.division, minutes)
    if is_kept and snapped > due_at:
        snapped = last_work(at, service.division, minutes)
        # A promise over a holiday weekend is kept by whoever is on call.
        return snapped if snapped > received + hours(1) else at
    return snapped
