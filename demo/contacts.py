"""Contacts in the demo city: calls and visits that needed no case, those that did, calls owed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo.hours import to_local, to_utc
from heard.cases.models import Case
from heard.catalogue.models import Service
from heard.contacts.models import CallAttempt, CallBack, Contact, Window
from heard.contacts.places import catch_up_fully
from heard.core.imports.bulk import insert_many
from heard.core.references import LETTERS
from heard.people.models import Customer, Role, Staff

DAYS = 150  # before the end of the year; whoever wants more history imports it
QUESTIONS_A_DAY = 11
RETURNS_WITHIN = timedelta(days=14)
# Reason, avoidable, how often of a hundred, how likely settled.
KINDS = (
    ("question", "no", 46, 0.93), ("progress", "chasing", 15, 0.72),
    ("question", "signposting", 8, 0.80), ("question", "clarification", 9, 0.88),
    ("change", "no", 7, 0.90), ("request", "repeat", 5, 0.55), ("complaint", "closure", 4, 0.35),
    ("complaint", "no", 3, 0.45), ("praise", "no", 3, 1.0),
)  # fmt: skip
WORDS = {
    "question": (
        "Asked which bin takes yard waste.", "Asked when the permit desk is open.",
        "Which form, and whether it can be sent by mail.", "What the notice on the door means.",
    ),
    "progress": (
        "How is it going? Read him the last entry.", "Nobody had called back. Told her the date.",
    ),
    "change": ("Gave the right house number.", "New phone number."),
    "request": ("Told us again about the same corner.",),
    "complaint": ("It was closed, and it is still there.", "Waited twenty minutes at the counter."),
    "praise": ("Wants the crew to know they did well.",),
}  # fmt: skip
COLUMNS = (
    "reference", "at", "changed_at", "channel", "language", "reason", "words", "service_id",
    "division_id", "customer_id", "case_id", "opened_case", "staff_id", "settled", "handed_off",
    "avoidable", "seconds", "came_back_at",
)  # fmt: skip
Row = dict[str, Any]


def load_contacts(until: datetime, *, seed: str = "contacts") -> None:
    """Write contacts as if they had been taken over the months before a moment."""
    catch_up_fully()
    rng = Random(f"{seed}:talks")
    agents = list(
        Staff.objects.filter(role=Role.AGENT, email__endswith="@sagebrook.example").order_by("pk")
    )
    if not agents:
        return
    since = until - timedelta(days=DAYS)
    rows = [*_with_a_case(rng, agents, since), *_without(rng, agents, since, until)]
    rows.sort(key=lambda row: row["at"])
    _note_returns(rows)
    for row in rows:
        row["changed_at"] = row["came_back_at"] or row["at"]
        row["reference"] = _reference(rng)
    like = Contact(settled=False, handed_off=False)
    insert_many(like, COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
    _calls(rng, agents, until)


def _with_a_case(rng: Random, agents: list[Staff], since: datetime) -> Iterator[Row]:
    """Each case that came by phone or at the counter began with a contact."""
    cases = Case.objects.filter(
        source="demo", channel__in=["phone", "counter"], received_at__gte=since
    ).order_by("pk")
    columns = (
        "pk", "channel", "language", "service_id", "division_id", "customer_id", "received_at",
        "words",
    )  # fmt: skip
    for pk, channel, language, service, division, customer, at, words in cases.values_list(
        *columns
    ):
        yield {
            "at": at, "channel": channel, "language": language, "reason": "request",
            "words": words[:300], "service_id": service, "division_id": division,
            "customer_id": customer, "case_id": pk, "opened_case": True,
            "staff_id": rng.choice(agents).pk, "settled": False, "handed_off": True,
            "avoidable": "repeat" if rng.random() < 0.05 else "no",
            "seconds": rng.randint(150, 540), "came_back_at": None,
        }  # fmt: skip


def _without(rng: Random, agents: list[Staff], since: datetime, until: datetime) -> Iterator[Row]:
    """Questions, chasers, thanks: most of what a response center hears."""
    services = list(Service.objects.order_by("code"))
    people = list(Customer.objects.order_by("pk").values_list("pk", "language"))
    weights = [share for _reason, _avoidable, share, _settled in KINDS]
    day = to_local(since).replace(hour=0, minute=0, second=0, tzinfo=None)
    last = to_local(until).replace(tzinfo=None)
    while day < last:
        busy = 0.15 if day.weekday() >= 5 else 1.0
        for _n in range(round(QUESTIONS_A_DAY * busy * rng.uniform(0.7, 1.3))):
            reason, avoidable, _share, settles = rng.choices(KINDS, weights)[0]
            settled = rng.random() < settles
            service = rng.choice(services) if rng.random() < 0.8 else None
            customer, language = rng.choice(people) if rng.random() < 0.7 else (None, "en")
            agent = rng.choice(agents)
            yield {
                "at": to_utc(day + timedelta(seconds=rng.randint(8 * 3600, 17 * 3600))),
                "channel": rng.choices(["phone", "counter", "email"], [7, 2, 1])[0],
                "language": language, "reason": reason, "words": rng.choice(WORDS[reason]),
                "service_id": service.pk if service else None,
                "division_id": service.division_id if service else agent.division_id,
                "customer_id": customer, "case_id": None, "opened_case": False,
                "staff_id": agent.pk, "settled": settled,
                "handed_off": not settled and rng.random() < 0.5, "avoidable": avoidable,
                "seconds": rng.randint(60, 360), "came_back_at": None,
            }  # fmt: skip
        day += timedelta(days=1)


def _note_returns(rows: list[Row]) -> None:
    """Who asked about the same within 14 days came back, as the house would have noticed."""
    seen: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["customer_id"] is None:
            continue
        about = row["service_id"] or row["reason"]
        earlier = seen[(row["customer_id"], about)]
        for other in earlier:
            if other["came_back_at"] is None and row["at"] - other["at"] <= RETURNS_WITHIN:
                other["came_back_at"] = row["at"]
        earlier.append(row)


def _reference(rng: Random) -> str:
    letters = "".join(rng.choice(LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _calls(rng: Random, agents: list[Staff], until: datetime) -> None:
    """Calls asked for: some to be made now, one of them late, and some made."""
    people = list(Customer.objects.exclude(phone="").order_by("pk")[:40])
    about = (
        "My water bill is twice as high as last month.", "Quiero saber cuándo abre la clínica.",
        "The permit for my fence.", "", "Nobody came for the couch.",
        "The tree in front of my house.",
    )  # fmt: skip
    for number, words in enumerate(about):
        person = people[number * 5 % len(people)]
        asked = until - timedelta(hours=4 * number + 1)
        due = asked + timedelta(hours=5)
        done = number >= 4
        call = CallBack.objects.create(
            reference=_reference(rng), name=person.name, phone=person.phone,
            language="es" if words.startswith("Q") else person.language, words=words,
            window=Window.SOON if number % 2 else Window.MORNING, customer=person, asked_at=asked,
            not_before=asked, due_at=due, attempts=1 if done else 0,
            state=CallBack.State.DONE if done else CallBack.State.WAITING,
            ended_at=due - timedelta(hours=2) if done else None,
        )  # fmt: skip
        if done:
            CallAttempt.objects.create(
                call=call, staff=agents[0], at=due - timedelta(hours=2), reached=True
            )
