"""How many people a response centre needs in an hour: Erlang C, by a library, within its limits.

Erlang C takes callers to come by chance at an even rate within the hour, calls to last by chance
around their average, everyone to wait until answered, and anyone to be able to take any call. Real
callers give up, so it asks for rather too many people when it is busy; real hours are uneven, so it
asks for too few in a rush.
"""

from dataclasses import dataclass
from functools import lru_cache

from call_center_tools import calc_staffing

LARGEST_LOAD = 2000.0  # people busy at once: beyond, another tool is wanted


class TooMuch(ValueError):
    """More work in an hour than this can be asked about."""


@dataclass(frozen=True)
class Assumptions:
    """What the answer rests on. Shares are whole percent.

    ``answered`` of the calls are to be answered within ``within`` seconds; nobody is on calls for
    more than ``occupancy`` of the time; ``shrinkage`` of the time people are paid for they are not
    there to answer. ``per_case`` calls come in for each case that is made of them.
    """

    handling: float = 360.0
    answered: int = 80
    within: int = 20
    occupancy: int = 85
    shrinkage: int = 30
    per_case: float = 1.5
    at_least: int = 1


@dataclass(frozen=True)
class Need:
    """One hour: calls, people answering, people to plan, and what customers then meet.

    ``answered_in_time`` and ``busy`` are shares, ``wait`` the average wait in seconds; None where
    no calls are expected.
    """

    calls: float
    answering: int
    planned: int
    answered_in_time: float | None = None
    busy: float | None = None
    wait: float | None = None


def need(cases: float, given: Assumptions) -> Need:
    """The people needed for the cases expected in one hour. Raises ``TooMuch``."""
    return _need(round(cases * given.per_case, 1), given)


@lru_cache(maxsize=4096)
def _need(calls: float, given: Assumptions) -> Need:
    if calls * given.handling / 3600 > LARGEST_LOAD:
        raise TooMuch(f"{calls:.0f} calls an hour")
    if calls <= 0:
        return Need(0.0, given.at_least, _planned(given.at_least, given.shrinkage))
    terms = {
        "calls_per_hour": calls,
        "aht": given.handling,
        "max_occupancy": given.occupancy / 100,
        "target_answer_time": given.within,
        "target_service_level": given.answered / 100,
    }
    found = calc_staffing(**terms)
    if found.agents < given.at_least:
        found = calc_staffing(**terms, agents=given.at_least)
    return Need(
        calls=calls,
        answering=found.agents,
        planned=_planned(found.agents, given.shrinkage),
        answered_in_time=found.service_level,
        busy=found.occupancy,
        wait=found.average_speed_of_answer,
    )


def _planned(answering: int, shrinkage: int) -> int:
    """People to plan so that so many are there; in whole numbers, since 7 / 0.7 is not quite 10."""
    return -(-answering * 100 // (100 - shrinkage))
