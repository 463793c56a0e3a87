"""Asking owners to look again at answers whose day has passed: one letter a week, not one a day."""

from collections import defaultdict

from heard.answers.models import Answer
from heard.answers.reads.lists import stale, today
from heard.core.actors import SYSTEM
from heard.core.events import earlier
from heard.core.writes import record, write
from heard.people.models import Role, Staff

MOST = 50  # named in one letter


def ask_for_reviews() -> int:
    """Record ``answer.review_due`` for everyone who keeps stale answers, once in a week.

    An answer without an active owner is its division's managers' business, and where there is none,
    that of the customer-experience leads. Returns how many people were asked.
    """
    day = today()
    year, week, _weekday = day.isocalendar()
    asked = 0
    for person, answers in _by_keeper(list(stale(day).select_related("owner"))).items():
        asked += _ask(person, answers, key=f"answer-reviews-{person.pk}-{year}-{week}")
    return asked


@write
def _ask(person: Staff, answers: list[Answer], *, key: str) -> int:
    if earlier(key) is not None:
        return 0
    data = {"answers": [answer.pk for answer in answers[:MOST]], "of": len(answers)}
    record("answer.review_due", about=person, actor=SYSTEM, data=data, key=key)
    return 1


def _by_keeper(answers: list[Answer]) -> dict[Staff, list[Answer]]:
    """Whom to ask about what. Two queries."""
    active = Staff.objects.filter(is_active=True)
    managers = defaultdict(list)
    for manager in active.filter(role=Role.MANAGER):
        managers[manager.division_id].append(manager)
    leads = list(active.filter(role=Role.CX_LEAD))
    found: dict[Staff, list[Answer]] = defaultdict(list)
    for answer in answers:
        owns = answer.owner is not None and answer.owner.is_active
        keepers = [answer.owner] if owns else managers.get(answer.division_id) or leads
        for keeper in keepers:
            if keeper is not None:
                found[keeper].append(answer)
    return found
