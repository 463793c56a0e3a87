"""Reading cases: lists that stay quick however many cases there are, and what one page needs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Case as Choose
from django.db.models import F, Q, QuerySet, When
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case, Message, ReopenRequest, StateChange, Understanding
from heard.cases.states import OPEN, State
from heard.catalogue.models import Question, Service
from heard.core import clock
from heard.core.models import AuditRow
from heard.core.references import LETTERS, clean_reference
from heard.core.words import said
from heard.people.models import Customer, Division, Staff

T = TypeVar("T", bound=models.Model)

SOON = timedelta(days=2)
FURTHEST = 1000  # cases a list leads to; whoever wants more narrows it down
PAGE = 25
SEARCH_LIMIT = 200
OTHER_CASES = 10


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
    and addresses of customers only with ``sees_people``.
    """

    group: str = Group.OPEN
    ours: Staff | None = None
    division: Division | None = None
    service: Service | None = None
    assignee: Staff | None = None
    unassigned: bool = False
    due: str = ""
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
    """The cases that fit, in order."""
    found = Case.objects.filter(in_group(wanted.group))
    if wanted.ours is not None:
        ours = Q(assignee=wanted.ours)
        if wanted.ours.division_id is not None:
            ours |= Q(division=wanted.ours.division_id)
        found = found.filter(ours)
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
    for part in search(wanted.search, sees_people=wanted.sees_people):
        found = found.filter(part)
    return _ordered(found, sort_of(wanted))


def in_group(group: str) -> Q:
    """The condition of a group. Open also holds finished cases whose customer waits for us."""
    if group == Group.OPEN:
        return Q(state__in=OPEN) | Q(customer_waits_since__isnull=False)
    if group == Group.WAITING:
        return Q(state=State.WAITING)
    if group == Group.FINISHED:
        return ~Q(state__in=OPEN)
    return Q()


def overdue(now: datetime) -> Q:
    """Open, and the first answer or the whole is late."""
    late_answer = Q(first_response_at=None, first_response_due__lt=now)
    return Q(state__in=OPEN) & (late_answer | Q(due_at__lt=now))


def due_soon(now: datetime) -> Q:
    """Open, not late yet, and a promise falls due within two days."""
    soon = (now, now + SOON)
    answer = Q(first_response_at=None, first_response_due__range=soon)
    return Q(state__in=OPEN) & (answer | Q(due_at__range=soon)) & ~overdue(now)


def _ordered(found: QuerySet[Case], sort: str) -> QuerySet[Case]:
    if sort == Sort.URGENT:
        return found.order_by(_next_due().asc(nulls_last=True), "id")
    if sort == Sort.WAITS:
        return found.order_by(F("customer_waits_since").asc(nulls_last=True), "id")
    if sort == Sort.CHANGED:
        return found.order_by("-changed_at", "-id")
    if sort == Sort.OLDEST:
        return found.order_by("received_at", "id")
    return found.order_by("-received_at", "-id")


def _next_due() -> Choose:
    """The next promise to run out; for a finished case, since when its customer waits again."""
    return Choose(
        When(~Q(state__in=OPEN), then=F("customer_waits_since")),
        When(first_response_at=None, first_response_due__isnull=False, then="first_response_due"),
        default=F("due_at"),
        output_field=models.DateTimeField(),
    )


def search(typed: str, *, sees_people: bool) -> list[Q]:
    """Conditions that must all hold: a whole reference, an address, a number, or each word."""
    words = typed[:SEARCH_LIMIT].split()
    if not words:
        return []
    if is_reference(typed):
        return [Q(reference=clean_reference(typed))]
    if sees_people and len(words) == 1 and "@" in typed:
        known = Customer.objects.filter(email__startswith=typed.strip().lower())
        return [Q(customer__in=known.values("pk"))]
    digits = re.sub(r"\D", "", typed)
    if sees_people and len(digits) >= 7 and re.fullmatch(r"[\d\s().+-]+", typed):
        return [_has_phone(digits)]
    return [_has_word(word, sees_people) for word in words[:8]]


def is_reference(typed: str) -> bool:
    """Whether this is a whole reference, however it was spaced (no word has only its letters)."""
    plain = re.sub(r"[\s-]", "", typed.upper())
    return len(plain) == 8 and all(letter in LETTERS for letter in plain)


def _has_phone(digits: str) -> Q:
    """Numbers are kept as they were given, so the usual ways to write the last seven are tried."""
    first, last = digits[-7:-4], digits[-4:]
    found = Q()
    for gap in ("-", " ", ".", ""):
        found |= Q(phone__endswith=f"{first}{gap}{last}")
    return Q(customer__in=Customer.objects.filter(found).values("pk"))


def _has_word(word: str, sees_people: bool) -> Q:
    found = (
        Q(words__icontains=word)
        | Q(title__icontains=word)
        | Q(place__icontains=word)
        | Q(reference__istartswith=word)
        | Q(external_id=word)
    )
    if sees_people:
        named = Customer.objects.filter(Q(name__icontains=word) | Q(email__istartswith=word))
        found |= Q(customer__in=named.values("pk"))
    return found


def page_of(wanted: Wanted, number: int | str, *, now: datetime | None = None) -> Listed:
    """One page of a list in two queries, whatever its length; the nearest page there is.

    The first query carries ids alone: sorting whole cases, with all their words, costs several
    times as much.
    """
    found = find_cases(wanted, now or clock.now()).values_list("pk", flat=True)
    ids = list(found[: FURTHEST + 1])
    page = Paginator(ids[:FURTHEST], PAGE).get_page(number)
    rows: Page[Case] = Page(_rows(page.object_list), page.number, page.paginator)  # type: ignore[arg-type]
    return Listed(rows, len(ids) > FURTHEST)


def _rows(ids: Iterable[int]) -> list[Case]:
    found = (
        Case.objects.select_related("service", "division", "customer", "assignee")
        .annotate(line=Left("words", 300))
        .defer("words", "answers", "outcome_words")
        .in_bulk(list(ids))
    )
    return [found[pk] for pk in ids if pk in found]


def case_at_desk(reference: str) -> Case | None:
    """The case with this reference, however it was typed, with what its page shows."""
    return (
        Case.objects.select_related(
            "service", "division__department", "district", "customer", "assignee", "contact"
        )
        .filter(reference=clean_reference(reference))
        .first()
    )


def other_cases(case: Case) -> tuple[list[Case], bool]:
    """The latest other cases of the same customer, and whether there are still more."""
    if case.customer_id is None:
        return [], False
    found = list(
        Case.objects.filter(customer_id=case.customer_id)
        .exclude(pk=case.pk)
        .select_related("service")
        .defer("words", "answers", "outcome_words")
        .order_by("-received_at", "-id")[: OTHER_CASES + 1]
    )
    return found[:OTHER_CASES], len(found) > OTHER_CASES


def spoken_answers(case: Case) -> list[tuple[str, str]]:
    """The customer's answers to the service's questions, as label and words, in their order."""
    if not case.answers:
        return []
    left = dict(case.answers)
    told = []
    for question in Question.objects.filter(service_id=case.service_id):
        if question.code in left:
            told.append((str(question), _spoken(question, left.pop(question.code))))
    return told + [(code, str(value)) for code, value in left.items()]


def _spoken(question: Question, value: object) -> str:
    names = {str(choice.get("key")): said(choice.get("name")) for choice in question.choices}
    if question.kind == Question.Kind.YES_NO:
        names = {
            "True": str(_("yes")),
            "yes": str(_("yes")),
            "False": str(_("no")),
            "no": str(_("no")),
        }
    if isinstance(value, list):
        return ", ".join(names.get(str(part)) or str(part) for part in value)
    return names.get(str(value)) or str(value)


def at_risk(division: Division, now: datetime) -> dict[str, int]:
    """How many open cases of a division are overdue, and how many fall due within two days."""
    here = Case.objects.filter(division=division)
    return {
        "overdue": here.filter(overdue(now)).count(),
        "soon": here.filter(due_soon(now)).count(),
    }


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in a case, each kind oldest first, the latest ``limit`` of each."""

    messages: list[Message]
    state_changes: list[StateChange]
    understandings: list[Understanding]
    reopen_requests: list[ReopenRequest]
    handings: list[AuditRow]
    is_cut: bool


def story_of(case: Case, *, limit: int) -> Story:
    """The conversation and the changes of a case, in five queries."""
    is_cut = False

    def latest(rows: QuerySet[T]) -> list[T]:
        nonlocal is_cut
        found = list(rows.order_by("-at", "-id")[: limit + 1])
        is_cut = is_cut or len(found) > limit
        return found[limit - 1 :: -1] if len(found) > limit else found[::-1]

    handings = AuditRow.objects.filter(
        about_kind="case", about_id=case.pk, verb__in=["case.assigned", "case.moved"]
    )
    return Story(
        messages=latest(case.messages.select_related("staff")),
        state_changes=latest(case.state_changes.select_related("staff")),
        understandings=latest(case.understandings.select_related("staff")),
        reopen_requests=latest(case.reopen_requests.select_related("decided_by")),
        handings=latest(handings),
        is_cut=is_cut,
    )


def audit_of(case: Case, limit: int = 100) -> list[AuditRow]:
    """Who did what to a case and to what belongs to it, latest first."""
    about = Q(about_kind="case", about_id=case.pk)
    for kind, rows in (
        ("message", case.messages), ("understanding", case.understandings),
        ("reopenrequest", case.reopen_requests),
    ):  # fmt: skip
        about |= Q(about_kind=kind, about_id__in=rows.values("pk"))
    return list(AuditRow.objects.filter(about).order_by("-id")[:limit])
