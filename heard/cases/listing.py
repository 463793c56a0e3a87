"""Lists of cases that stay quick however many cases there are (docs/adr/0036)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.cases.searching import having, is_reference, query_of
from heard.cases.states import OPEN, State
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.gather import either
from heard.core.references import clean_reference
from heard.people.models import Division, Staff

SOON = timedelta(days=2)
FURTHEST = 1000  # cases a list leads to; whoever wants more narrows it down
PAGE = 25
LINE = 300  # characters of a case's words that a list shows
SEARCHED_LINE = 4000  # and among which a search shows the fitting ones


class Group(models.TextChoices):
    """Which part of the life cycle a list shows."""

    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for the customer")
    FINISHED = "finished", _("Finished")
    ALL = "all", _("All")


class Due(models.TextChoices):
    """Where a case stands with its promise."""

    OVERDUE = "overdue", _("Overdue")
    SOON = "soon", _("Due within 2 days")


class Sort(models.TextChoices):
    """In which order a list comes."""

    URGENT = "urgent", _("Most urgent first")
    WAITS = "waits", _("Customer waiting longest")
    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    CHANGED = "changed", _("Last changed first")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list shows. Fields left out do not narrow it.

    ``ours`` keeps to the cases of this person and of their division. ``search`` looks into names
    and addresses of customers only with ``sees_people``. ``received`` is the time between two
    moments (the second left out: until now) in which nobody has answered yet. ``among`` are the
    only cases that count.
    """

    group: str = Group.OPEN
    ours: Staff | None = None
    division: Division | None = None
    service: Service | None = None
    assignee: Staff | None = None
    unassigned: bool = False
    due: str = ""
    answer_owed: bool = False
    received: tuple[datetime, datetime | None] | None = None
    among: QuerySet[Case] | None = None
    channel: str = ""
    language: str = ""
    search: str = ""
    sees_people: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, and whether more cases fit than the ``FURTHEST`` it leads to."""

    page: Page[Case]
    there_are_more: bool


def sort_of(wanted: Wanted) -> str:
    """The order a list really has: urgency means nothing where cases are finished."""
    has_urgency = wanted.group in (Group.OPEN, Group.WAITING)
    if wanted.sort in Sort.values and (has_urgency or wanted.sort != Sort.URGENT):
        return wanted.sort
    return Sort.URGENT if has_urgency else Sort.NEWEST


def find_cases(wanted: Wanted, now: datetime) -> QuerySet[Case]:
    """The cases that fit, in order. What is searched for: among the newest that have the words."""
    found = _searched(wanted, _narrowed(wanted, now))
    return _ordered(found, sort_of(wanted))


def _narrowed(wanted: Wanted, now: datetime) -> QuerySet[Case]:
    """All filters but whose cases they are and what is searched for."""
    found = Case.objects.filter(in_group(wanted.group))
    exact = {
        "division": wanted.division,
        "service": wanted.service,
        "assignee": wanted.assignee,
        "channel": wanted.channel,
        "language": wanted.language,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.unassigned:
        found = found.filter(assignee=None)
    if wanted.due:
        found = found.filter(overdue(now) if wanted.due == Due.OVERDUE else due_soon(now))
    if wanted.answer_owed:
        found = found.filter(customer_waits_since__isnull=False)
    if wanted.received:
        begin, end = wanted.received
        found = found.filter(received_at__gte=begin, first_response_at=None)
        found = found.filter(received_at__lt=end) if end else found
    if wanted.among is not None:
        found = found.filter(pk__in=wanted.among.order_by().values("pk"))
    return _ours(found, wanted)


def _ours(found: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    """Mine or my division's. Each half is read in order from its own index, so far as is shown."""
    person = wanted.ours
    if person is None:
        return found
    mine = found.filter(assignee=person)
    if person.division_id is None:
        return mine
    theirs = found.filter(division=person.division_id)
    if wanted.search:
        return found.filter(Q(assignee=person) | Q(division=person.division_id))
    sort = sort_of(wanted)
    halves = [_ordered(half, sort)[: FURTHEST + 1] for half in (mine, theirs)]
    return Case.objects.filter(pk__in=either(*halves))


def _searched(wanted: Wanted, found: QuerySet[Case]) -> QuerySet[Case]:
    if not wanted.search.strip():
        return found
    if is_reference(wanted.search):
        return found.filter(reference=clean_reference(wanted.search))
    query = query_of(wanted.search, sees_people=wanted.sees_people, marks=_marks(wanted))
    return found.filter(pk__in=having(query, FURTHEST + 1)) if query else found.none()


def _marks(wanted: Wanted) -> tuple[tuple[str, ...], ...]:
    """The filters as the search index knows them, so that it counts out fitting cases only."""
    marks: list[tuple[str, ...]] = []
    group = {Group.OPEN: "xopen", Group.WAITING: "xwaiting", Group.FINISHED: "xfinished"}
    if mark := group.get(Group(wanted.group)):
        marks.append((mark,))
    if wanted.due or wanted.answer_owed or wanted.received:
        marks.append(("xopen",))
    if wanted.ours is not None:
        whose = [f"a{wanted.ours.pk}"]
        whose += [f"d{wanted.ours.division_id}"] if wanted.ours.division_id else []
        marks.append(tuple(whose))
    for letter, value in (
        ("d", wanted.division and wanted.division.pk), ("s", wanted.service and wanted.service.pk),
        ("a", wanted.assignee and wanted.assignee.pk), ("c", wanted.channel),
        ("l", wanted.language),
    ):  # fmt: skip
        if value:
            marks.append((f"{letter}{value}",))
    if wanted.unassigned:
        marks.append(("a0",))
    return tuple(dict.fromkeys(marks))


def in_group(group: str) -> Q:
    """The condition of a group. Open also holds finished cases whose customer waits for us."""
    if group == Group.OPEN:
        return Q(desk_current=True)
    if group == Group.WAITING:
        return Q(desk_current=True, state=State.WAITING)
    if group == Group.FINISHED:
        return ~Q(state__in=OPEN)
    return Q()


def overdue(now: datetime) -> Q:
    """Open, and the first answer or the whole is late."""
    return Q(desk_current=True, state__in=OPEN, desk_due__lt=now)


def due_soon(now: datetime) -> Q:
    """Open, not late yet, and a promise falls due within two days."""
    return Q(desk_current=True, state__in=OPEN, desk_due__range=(now, now + SOON))


def _ordered(found: QuerySet[Case], sort: str) -> QuerySet[Case]:
    if sort == Sort.URGENT:
        return found.order_by(F("desk_due").asc(nulls_last=True), "id")
    if sort == Sort.WAITS:
        return found.order_by(F("customer_waits_since").asc(nulls_last=True), "id")
    if sort == Sort.CHANGED:
        return found.order_by("-changed_at", "-id")
    if sort == Sort.OLDEST:
        return found.order_by("received_at", "id")
    return found.order_by("-received_at", "-id")


def page_of(wanted: Wanted, number: int | str, *, now: datetime | None = None) -> Listed:
    """One page of a list in two queries, whatever its length.

    The nearest page there is. The first query carries ids alone: sorting whole cases, with all
    their words, costs several times as much.
    """
    found = find_cases(wanted, now or clock.now()).values_list("pk", flat=True)
    ids = list(found[: FURTHEST + 1])
    page = Paginator(ids[:FURTHEST], PAGE).get_page(number)
    line = SEARCHED_LINE if wanted.search else LINE
    rows: Page[Case] = Page(rows_of(page.object_list, line), page.number, page.paginator)  # type: ignore[arg-type]
    return Listed(rows, len(ids) > FURTHEST)


def rows_of(ids: Iterable[int], line: int = LINE) -> list[Case]:
    """Cases as a list shows them, in the order of their ids. One query."""
    found = (
        Case.objects.select_related("service", "division", "customer", "assignee")
        .annotate(line=Left("words", line))
        .defer("words", "answers", "outcome_words")
        .in_bulk(list(ids))
    )
    return [found[pk] for pk in ids if pk in found]
