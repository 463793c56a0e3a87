"""Before it breaks: who is warned of which clock, each once per level, gathered into one mail.

At the first share of a promise's time its named contact is warned, at the second the division's
managers or whoever is on call. Nobody is warned of what was answered, finished or joined to
another case: those clocks have stopped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from heard.cases.clock_models import Clock, Warned
from heard.cases.clocks import RESOLUTION
from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.writes import record
from heard.people.models import Role, Staff

CONTACT, MANAGER = 1, 2
AT_ONCE = 2000  # clocks in one round
BETWEEN_MAILS = timedelta(hours=1)  # to one person, unless something breaks before the next
LISTED = 20  # cases named in one mail

OnCall = Callable[[int, datetime], Iterable[Staff]]
_on_call: list[OnCall] = []


def register_on_call(found: OnCall) -> None:
    """A room that knows who is on call says so: given a division's key and a moment, the people."""
    if found not in _on_call:
        _on_call.append(found)


def on_call(division_id: int, moment: datetime) -> list[Staff]:
    """Who answers for a division at a moment: who is on call, else its managers, else leads.

    Customer-experience leads and then administrators stand in where a division has no manager, so
    that a warning reaches somebody.
    """
    for found in _on_call:
        people = [person for person in found(division_id, moment) if person.is_active]
        if people:
            return people
    active = Staff.objects.filter(is_active=True).order_by("pk")
    for chosen in (
        active.filter(role=Role.MANAGER, division=division_id),
        active.filter(role=Role.CX_LEAD),
        active.filter(role=Role.ADMINISTRATOR),
    ):
        people = list(chosen[:5])
        if people:
            return people
    return []


def warn() -> int:
    """One round: note whom to warn of what, then write the mails that are due. How many notes."""
    now = clock.now()
    noted = _note(now, CONTACT) + _note(now, MANAGER)
    _tell(now)
    return noted


def to_warn(now: datetime, level: int) -> list[Clock]:
    """Running clocks whose share has passed and of which nobody at this level was warned."""
    running = Clock.objects.filter(stopped_at=None, case__merged_into=None)
    if level == CONTACT:
        due = running.filter(warned=0, warn_at__lte=now).order_by("warn_at")
    else:
        # In order: never the manager before, or in the same breath as, the named contact.
        due = running.filter(warned=1, escalate_at__lte=now).order_by("escalate_at")
    return list(due.select_related("case__contact", "case__assignee")[:AT_ONCE])


@transaction.atomic
def _note(now: datetime, level: int) -> int:
    found = to_warn(now, level)
    if not found:
        return 0
    # Taken row by row: of two workers one gets it.
    taken = [
        row
        for row in found
        if Clock.objects.filter(pk=row.pk, stopped_at=None, warned=level - 1).update(warned=level)
    ]
    known: dict[int, list[Staff]] = {}
    notes: list[Warned] = []
    for row in taken:
        for person in _whom(row, level, now, known) or [None]:
            notes.append(Warned(clock=row, level=level, to=person, due_at=row.due_at, at=now))
    Warned.objects.bulk_create(notes)
    first = [
        row.case_id
        for row in taken
        if row.kind == RESOLUTION and level == CONTACT and now < row.due_at
    ]
    Case.objects.filter(pk__in=first, warned_at=None).update(warned_at=now, changed_at=now)
    return len(notes)


def _whom(
    row: Clock, level: int, now: datetime, known: dict[int, list[Staff]]
) -> Sequence[Staff | None]:
    case = row.case
    if level == CONTACT:
        for person in (case.contact, case.assignee):
            if person is not None and person.is_active:
                return [person]
    if case.division_id not in known:
        known[case.division_id] = on_call(case.division_id, now)
    return known[case.division_id]


def _tell(now: datetime) -> None:
    """One mail to each person, at most one an hour unless something breaks before the next.

    The mail is written by a step of the event; here it is only decided that it is time.
    """
    waiting: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    untold = Warned.objects.filter(told_at=None, to__isnull=False).order_by("pk")
    for pk, to, due in untold.values_list("pk", "to", "due_at")[: AT_ONCE * 2]:
        waiting[to].append((pk, due))
    if not waiting:
        return
    lately = set(
        Warned.objects.filter(to__in=list(waiting), told_at__gt=now - BETWEEN_MAILS).values_list(
            "to", flat=True
        )
    )
    for to, notes in waiting.items():
        presses = any(due <= now + BETWEEN_MAILS for _pk, due in notes)
        if to not in lately or presses:
            _hand_on(to, [pk for pk, _due in notes], now)


@transaction.atomic
def _hand_on(to: int, notes: list[int], now: datetime) -> None:
    told = Warned.objects.filter(pk__in=notes, told_at=None).update(told_at=now)
    if told:
        person = Staff.objects.get(pk=to)
        record("promise.at_risk", about=person, actor=SYSTEM, data={"notes": notes})


def still_running(notes: Sequence[int]) -> list[Warned]:
    """Of these notes, those whose clock still runs: what was answered meanwhile is left out."""
    found = Warned.objects.filter(pk__in=notes, clock__stopped_at=None)
    return list(
        found.select_related("clock__case__service", "clock__case__division", "to").order_by(
            "due_at", "pk"
        )
    )


def without_anybody() -> int:
    """How many running clocks were warned of and nobody was there to hear it."""
    return (
        Warned.objects.filter(to=None, clock__stopped_at=None)
        .filter(~Q(clock__warnings__to__isnull=False))
        .count()
    )
