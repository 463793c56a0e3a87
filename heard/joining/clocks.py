"""Whose date counts while cases are joined: the earliest that anybody was promised (ADR 33).

Three dates are watched: ``due`` (worked to), ``judged`` (what "on time" is judged by) and
``first`` (the first answer). For each a merge keeps three ISO texts: ``due``, what the joined case
brings; ``own``, what the other has without any merge; ``new``, what it has since.
"""

from datetime import datetime

from heard.cases.clock_models import Clock, DueChange, Pause
from heard.cases.clocks import Counter, recount
from heard.cases.models import Case
from heard.cases.services import locked, save
from heard.catalogue.models import Promise
from heard.core import clock
from heard.core.actors import Actor
from heard.joining.models import Merge
from heard.places.calendars import NeverOpens

Dates = dict[str, dict[str, str]]
KINDS = {"due": Promise.Kind.RESOLUTION, "first": Promise.Kind.FIRST_RESPONSE}
NAMES = ("first", "due", "judged")  # in this order: to be judged stands on being due


def take_over(case: Case, into: Case, *, counts: bool, actor: Actor) -> Dates:
    """Give ``into`` the earlier date of the two, and say what that changed. The caller saves it.

    A first answer that was given already is not owed again. Without ``counts`` (one of the two is
    finished) no date moves.
    """
    latest = Merge.objects.filter(into=into, undone_at=None).order_by("-id").first()
    brought, standing = _dates(case), _dates(into)
    dates: Dates = {}
    for name in NAMES:
        answered = name == "first" and into.first_response_at is not None
        due = "" if answered or not counts else brought[name]
        own = standing[name]
        if latest is not None and latest.clocks[name]["new"] == own:
            own = latest.clocks[name]["own"]
        new = _earliest([standing[name], due])
        if new != standing[name]:
            _set(into, name, new, actor)
        dates[name] = {"due": due, "own": own, "new": new}
    return dates


def give_back(undone: Merge, *, actor: Actor) -> None:
    """After a merge was undone: its dates no longer count for the case it had gone into."""
    _count_again(locked(undone.into), actor, undone)


def _count_again(case: Case, actor: Actor, undone: Merge | None = None) -> None:
    """Set a case's dates from its own and those of the cases joined to it.

    A date that somebody set since (another promise, a pause) is left alone. Where the case was
    itself joined to another, that one is counted again too.
    """
    rest = list(Merge.objects.filter(into=case, undone_at=None).order_by("id"))
    latest = max([*rest, undone] if undone else rest, key=lambda row: row.pk)
    standing = _dates(case)
    for name in NAMES:
        known = latest.clocks[name]
        if standing[name] != known["new"]:
            continue
        new = _earliest([known["own"], *(row.clocks[name]["due"] for row in rest)])
        if new != standing[name]:
            _set(case, name, new, actor, is_own=new == known["own"])
        if rest:
            rest[-1].clocks[name] |= {"own": known["own"], "new": new}
    if rest:
        rest[-1].save(update_fields=["clocks"])
    save(case)
    onward = Merge.objects.filter(case=case, undone_at=None).first()
    if onward is not None:
        brought = _dates(case)
        for name in NAMES:
            if onward.clocks[name]["due"]:
                onward.clocks[name]["due"] = brought[name]
        onward.save(update_fields=["clocks"])
        _count_again(locked(onward.into), actor)


def run_again(case: Case, since: datetime) -> None:
    """Take up the clocks that stopped when the case was joined; the caller saves it.

    A pause that was cut off then goes on as if it never had been.
    """
    stopped = Clock.objects.filter(case=case, stopped_at__gte=since)
    wanted = [Promise.Kind.RESOLUTION]
    if case.first_response_at is None:
        wanted.append(Promise.Kind.FIRST_RESPONSE)
    for kind in wanted if case.is_open else []:
        row = stopped.filter(kind=kind).order_by("-id").first()
        if row is not None:
            row.stopped_at = None
            row.save(update_fields=["stopped_at"])
            Pause.objects.filter(clock=row, ended_at__gte=since).update(ended_at=None)


def _dates(case: Case) -> dict[str, str]:
    return {
        "due": _text(case.due_at),
        "first": _text(case.first_response_due),
        "judged": _text(case.judged_due or case.due_at),
    }


def _set(case: Case, name: str, text: str, actor: Actor, *, is_own: bool = False) -> None:
    """Set a date of the case and of the clock behind it, where one runs."""
    value = _moment(text)
    if name == "judged":
        case.judged_due = None if value == case.due_at else value
        return
    row = Clock.objects.filter(case=case, kind=KINDS[name], stopped_at=None).first()
    if row is not None and value is not None:
        row.moved_to = None
        # Its own date comes out of its promise by itself, unless a person had set a later one.
        natural = _by_itself(row)
        if not is_own or natural is None or natural < value:
            row.moved_to, row.moved_on = value, clock.now()
        judged = case.judged_due
        recount(case, row, DueChange.Why.JOINED, actor=actor)
        case.judged_due = judged
    if row is None or row.moved_to is not None:
        setattr(case, "due_at" if name == "due" else "first_response_due", value)


def _by_itself(row: Clock) -> datetime | None:
    try:
        return Counter().count(row, row.pauses.all()).due_at
    except NeverOpens:
        return None


def _earliest(dates: list[str]) -> str:
    moments = [moment for text in dates if (moment := _moment(text)) is not None]
    return _text(min(moments)) if moments else ""


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
