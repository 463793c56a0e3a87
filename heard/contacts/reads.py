"""Reading: who this may be, what they asked before, who is to be called."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case as Choose
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.functional import cached_property

from heard.cases.models import Case
from heard.cases.states import OPEN
from heard.contacts.models import OWED, CallBack, CasePlace, Contact
from heard.contacts.places import place_key
from heard.core import clock
from heard.core.references import clean_reference
from heard.people.lookup import (
    FURTHEST,
    Said,
    Sought,
    by_email,
    by_name,
    by_phone,
    read_typed,
)
from heard.people.models import Customer

PAGE = 20
LATEST = 8  # contacts on the page of a person
NEAR = "place"  # why somebody was found: they wrote about this place


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a lookup leads to: keys of customers, nearest first, and the case of a reference."""

    sought: Sought
    keys: list[int] = field(default_factory=list)
    by_place: frozenset[int] = frozenset()
    case: Case | None = None

    @property
    def only(self) -> int | None:
        """The one customer, where there is but one."""
        return self.keys[0] if len(self.keys) == 1 else None


def look_up(typed: str) -> Found:
    """Find whoever may be meant. Raises ``Refused`` where the typed text cannot be looked up."""
    sought = read_typed(typed)
    match sought.kind:
        case Said.NOTHING:
            return Found(sought)
        case Said.PHONE:
            return Found(sought, list(by_phone(typed).values_list("pk", flat=True)[:FURTHEST]))
        case Said.EMAIL:
            return Found(sought, list(by_email(typed).values_list("pk", flat=True)[:FURTHEST]))
        case Said.REFERENCE:
            found = _by_reference(sought)
            if found is not None:
                return found
    return _by_words(sought)


def _by_reference(sought: Sought) -> Found | None:
    case = (
        Case.objects.select_related("service")
        .filter(reference=clean_reference(sought.typed))
        .first()
    )
    if case is None:
        return None
    return Found(sought, [case.customer_id] if case.customer_id else [], case=case)


def _by_words(sought: Sought) -> Found:
    """By name, and by a place they wrote about; the place first where a number stands in front."""
    named, there = by_name(sought.typed), customers_at(sought.typed)
    first, then = (there, named) if sought.typed[:1].isdigit() else (named, there)
    keys = list(dict.fromkeys([*first, *then]))[:FURTHEST]
    return Found(sought, keys, frozenset(set(there) - set(named)))


def customers_at(place: str) -> list[int]:
    """Keys of customers whose cases lie at a place that begins so; those who wrote last, first."""
    key = place_key(place)
    if len(key) < 3:
        return []
    found = CasePlace.objects.filter(key__begins=key, case__customer__isnull=False)
    keys = found.order_by("key", "-case_id").values_list("case__customer_id", flat=True)
    return list(dict.fromkeys(keys[: 3 * FURTHEST]))[:FURTHEST]


def page_of_people(found: Found, number: str | None) -> "Page[Customer]":
    """One page of those found, with how many open cases each has, in one query."""
    page = Paginator(found.keys, PAGE).get_page(number)
    is_theirs = Case.objects.filter(customer=OuterRef("pk")).order_by()
    open_ones = is_theirs.filter(state__in=OPEN).values("customer").annotate(n=Count("pk"))
    latest = is_theirs.order_by("-received_at").values("received_at")[:1]
    rows = Customer.objects.annotate(
        open_cases=Subquery(open_ones.values("n"), output_field=IntegerField()),
        last_case_at=Subquery(latest),
    ).in_bulk(list(page.object_list))
    shown = [rows[pk] for pk in page.object_list if pk in rows]
    return Page(shown, page.number, page.paginator)  # type: ignore[arg-type]


class Counted(Paginator[Case]):
    """Pages of rows whose number is known already."""

    def __init__(self, rows: QuerySet[Case], per_page: int, total: int) -> None:
        super().__init__(rows, per_page)
        self.total = total

    @cached_property
    def count(self) -> int:
        """The number that was given."""
        return self.total


@dataclass(frozen=True, slots=True)
class Person:
    """What we know of a customer: their cases with the open ones first, contacts, calls owed."""

    customer: Customer
    cases: "Page[Case]"
    total: int
    open_total: int
    contacts: list[Contact]
    calls: list[CallBack]

    @property
    def open_cases(self) -> list[Case]:
        """Those of this page that are open."""
        return [case for case in self.cases if case.is_open]

    @property
    def finished_cases(self) -> list[Case]:
        """Those of this page that are finished."""
        return [case for case in self.cases if not case.is_open]


def person(pk: int, number: str | None = None) -> Person | None:
    """All about one customer in five queries, however much there is."""
    customer = Customer.objects.filter(pk=pk).first()
    if customer is None:
        return None
    theirs = Case.objects.filter(customer=customer)
    totals = theirs.order_by().aggregate(
        total=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN))
    )
    is_open = Choose(When(state__in=OPEN, then=Value(0)), default=Value(1))
    rows = (
        theirs.select_related("service", "division", "contact")
        .defer("words", "answers", "outcome_words")
        .order_by(is_open, "-received_at", "-id")
    )
    return Person(
        customer=customer,
        cases=Counted(rows, PAGE, totals["total"]).get_page(number),
        total=totals["total"],
        open_total=totals["open"],
        contacts=list(_contacts().filter(customer=customer)[:LATEST]),
        calls=list(CallBack.objects.filter(customer=customer, state__in=OWED)[:5]),
    )


def _contacts() -> QuerySet[Contact]:
    return Contact.objects.select_related("service", "staff", "case", "answer").defer(
        "case__words", "case__answers", "case__outcome_words"
    )


@dataclass(frozen=True, slots=True)
class WantedContacts:
    """Which contacts a list shows. Fields left out do not narrow it."""

    staff_id: int | None = None
    customer_id: int | None = None
    channel: str = ""
    avoidable: str = ""
    settled: bool | None = None


def contacts(wanted: WantedContacts) -> QuerySet[Contact]:
    """Contacts that fit, the latest first."""
    found = _contacts().select_related("customer")
    exact = {"staff_id": wanted.staff_id, "customer_id": wanted.customer_id}
    exact |= {"channel": wanted.channel or None}  # type: ignore[dict-item]
    found = found.filter(**{name: value for name, value in exact.items() if value is not None})
    if wanted.avoidable == "any":
        found = found.exclude(avoidable__in=["", "no"])
    elif wanted.avoidable:
        found = found.filter(avoidable=wanted.avoidable)
    if wanted.settled is not None:
        found = found.filter(settled=wanted.settled)
    return found


def contact_of(reference: str) -> Contact | None:
    """One contact by its reference, however it was typed."""
    return (
        _contacts().select_related("customer").filter(reference=clean_reference(reference)).first()
    )


def calls_owed(state: str, *, staff_id: int | None = None) -> QuerySet[CallBack]:
    """Calls in the queue, the most urgent first; ended ones, the latest first."""
    found = CallBack.objects.select_related("claimed_by", "customer", "case")
    if staff_id is not None:
        found = found.filter(claimed_by=staff_id)
    if state == "ended":
        return found.exclude(state__in=OWED).order_by("-ended_at", "-id")
    return found.filter(state__in=OWED).order_by("due_at", "id")


def calls_waiting(now: datetime) -> dict[str, int]:
    """How many calls are owed now, and how many of them are late."""
    owed = CallBack.objects.filter(state__in=OWED).order_by()
    return owed.aggregate(owed=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))


def call_of(reference: str) -> CallBack | None:
    """One call we owe, by its reference."""
    return (
        CallBack.objects.select_related("claimed_by", "customer", "case")
        .filter(reference=clean_reference(reference))
        .first()
    )


def same_matter(customer: Customer | None, services: Sequence[int], days: int = 90) -> list[Case]:
    """Open cases of this customer about these services: they may only ask how it goes."""
    if customer is None or not services:
        return []
    since = clock.now() - timedelta(days=days)
    found = Case.objects.filter(
        customer=customer, service__in=services, state__in=OPEN, received_at__gte=since
    )
    return list(found.select_related("service").order_by("-received_at")[:3])
