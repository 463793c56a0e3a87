"""A large city for the desk's benchmark, made once and kept: rows written straight to the tables.

Deterministic. Forty divisions, 120 services, 200 staff, whatever its size; of its cases four in a
hundred are open. One customer has 4,000 cases, and one case 4,000 messages.
"""

import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

NOW = datetime(2026, 6, 1, 18, tzinfo=UTC)
DIVISIONS, SERVICES, STAFF = 40, 120, 200
MANY = 4000
OPEN_SHARE = 0.04
BATCH = 5000
WHOLE = "Bench, whole"
FIRST = ["Ana", "Walter", "Grace", "José", "Mei", "Samuel", "Olga", "Tomás", "Ruth", "Ibrahim"]
SYLLABLES = [
    "ba",
    "be",
    "bi",
    "co",
    "cu",
    "da",
    "de",
    "fi",
    "fo",
    "ga",
    "hu",
    "la",
    "le",
    "lo",
    "ma",
    "mi",
    "no",
    "pa",
    "ra",
    "re",
    "sa",
    "se",
    "ta",
    "ti",
    "vo",
]
COMMON = [
    "street",
    "light",
    "broken",
    "water",
    "the",
    "near",
    "school",
    "please",
    "again",
    "pothole",
    "hoyo",
    "calle",
    "luz",
]
LETTERS = "23456789BCDFGHJKMNPQRSTWXZ"


class Chance(random.Random):
    """Chance with a vocabulary: few words are common, most are rare."""

    def __init__(self) -> None:
        super().__init__(20261121)
        self.rare = ["".join(self.choices(SYLLABLES, k=3)) for _ in range(6000)]
        self.pool = [self._sentence() for _ in range(20_000)]
        self.streets = ["".join(self.choices(SYLLABLES, k=2)).title() for _ in range(900)]

    def sentence(self) -> str:
        """Sixteen words, four of them common, and two rare ones that make it its own."""
        return f"{self.choice(self.rare)} {self.choice(self.pool)} {self.choice(self.rare)}"

    def _sentence(self) -> str:
        words = self.choices(COMMON, k=4) + self.choices(self.rare, k=12)
        self.shuffle(words)
        return " ".join(words)


def is_whole() -> bool:
    """Whether the city is there from an earlier run."""
    from heard.core.models import City

    return City.objects.filter(name=WHOLE).exists()


def build(cases: int) -> float:
    """Fill a migrated database; seconds it took."""
    from django.core.management import call_command

    from heard.cases import search_index
    from heard.core.models import City

    if City.objects.exists():  # what was begun and not finished
        call_command("flush", interactive=False, verbosity=0)
    began, chance = time.perf_counter(), Chance()
    customers = max(cases * 3 // 10, 100)
    search_index.drop_triggers()
    _town(chance)
    _customers(chance, customers)
    _cases(chance, cases, customers)
    _story(chance, cases)
    search_index.make_index()
    for _done in search_index.rebuild():
        pass
    City.objects.update(name=WHOLE)
    _settle()
    return time.perf_counter() - began


def _town(chance: Chance) -> None:
    from heard.catalogue.models import Service
    from heard.core.models import City
    from heard.people.models import Department, Division, Staff

    City.objects.create(name="Bench", zone="America/Denver")
    works = Department.objects.create(code="works", name={"en": "Works", "es": "Obras"})
    divisions = [
        Division.objects.create(
            code=f"d{n}", department=works, name={"en": f"Division {n}", "es": f"División {n}"}
        )
        for n in range(DIVISIONS)
    ]
    for n in range(SERVICES):
        Service.objects.create(
            code=f"s{n}", name={"en": f"Service {n}", "es": f"Servicio {n}"},
            division=divisions[n % DIVISIONS],
        )  # fmt: skip
    roles = ["agent"] * 8 + ["field_worker", "manager"]
    for n in range(STAFF):
        Staff.objects.create(
            email=f"staff{n}@bench.example", name=f"{chance.choice(FIRST)} Staff {n}",
            role=roles[n % 10], division=divisions[n % DIVISIONS],
        )  # fmt: skip


def _customers(chance: Chance, count: int) -> None:
    from heard.people.keys import email_key, name_words, phone_key
    from heard.people.models import Customer, NameWord

    names = [f"{chance.choice(FIRST)} {chance.choice(chance.rare).title()}" for _ in range(count)]

    def rows() -> Iterator[dict[str, Any]]:
        for n, name in enumerate(names, start=1):
            email, phone = email_of(n), f"303-{n // 10000 % 1000:03}-{n % 10000:04}"
            yield {
                "id": n, "name": name, "email": email, "phone": phone,
                "language": "es" if n % 5 == 0 else "en", "created_at": NOW,
                "email_key": email_key(email), "phone_key": phone_key(phone),
            }  # fmt: skip

    _load(Customer, rows())
    words = ((n, word) for n, name in enumerate(names, start=1) for word in name_words(name))
    _load(NameWord, (
        {"id": pk, "customer_id": n, "word": word} for pk, (n, word) in enumerate(words, start=1)
    ))  # fmt: skip


def email_of(number: int) -> str:
    """The address of the n-th customer."""
    return f"person{number}@home{number % 977}.example"


def _cases(chance: Chance, count: int, customers: int) -> None:
    from heard.cases.models import Case, Channel
    from heard.cases.states import OPEN, State

    divisions, services, staff = _keys()
    done = [State.CLOSED] * 8 + [State.RESOLVED, State.DECLINED]
    channels = [*Channel.values, "web", "web", "phone", "phone"]

    def one(n: int) -> dict[str, Any]:
        received = NOW - timedelta(minutes=(count - n) * (1_051_200 / count) + chance.random())
        is_open = chance.random() < OPEN_SHARE
        state = chance.choice(OPEN) if is_open else chance.choice(done)
        service = chance.randrange(len(services))
        answered = None if is_open and chance.random() < 0.5 else received + timedelta(hours=3)
        over = None if is_open else received + timedelta(days=3)
        return {
            "id": n, "reference": reference(n), "state": state,
            "service_id": services[service], "division_id": divisions[service % DIVISIONS],
            "customer_id": 1 if n % max(count // MANY, 2) == 0 else chance.randint(2, customers),
            "assignee_id": chance.choice(staff) if chance.random() < 0.7 else None,
            "language": "es" if n % 5 == 0 else "en", "channel": chance.choice(channels),
            "words": chance.sentence(),
            "place": f"{chance.randint(1, 9999)} {chance.choice(chance.streets)} Street",
            "received_at": received, "changed_at": answered or received,
            "first_response_at": answered, "resolved_at": over, "closed_at": over,
            "customer_waits_since": received if answered is None else None,
            "first_response_due": received + timedelta(hours=8),
            "due_at": received + timedelta(days=5),
        }  # fmt: skip

    _load(Case, (one(n) for n in range(1, count + 1)))


def reference(number: int) -> str:
    """The n-th reference, spread over the letters."""
    value, letters = number * 7_919_777 % 26**8, ""
    for _place in range(8):
        value, rest = divmod(value, 26)
        letters += LETTERS[rest]
    return f"{letters[:4]}-{letters[4:]}"


def busy_case(count: int) -> int:
    """The case with 4,000 messages."""
    return count - 7


def _story(chance: Chance, count: int) -> None:
    from heard.cases.models import Message, StateChange
    from heard.core.models import AuditRow

    _keys_of_staff = _keys()[2]

    def messages() -> Iterator[dict[str, Any]]:
        busy = [busy_case(count)] * MANY
        for n, case in enumerate([*range(1, count + 1, 2), *busy], start=1):
            yield {
                "id": n, "case_id": case, "direction": ("in", "out", "note")[n % 3],
                "channel": "web", "staff_id": chance.choice(_keys_of_staff) if n % 3 else None,
                "words": chance.sentence(), "at": NOW - timedelta(minutes=n % 50000),
            }  # fmt: skip

    _load(Message, messages())
    _load(StateChange, (
        {"id": n, "case_id": n, "new": "received", "by": "customer", "at": NOW}
        for n in range(1, count + 1)
    ))  # fmt: skip
    _load(AuditRow, (
        {"id": n, "at": NOW, "actor_kind": "customer", "actor_name": "A customer",
         "verb": "case.received", "about_kind": "case", "about_id": n}
        for n in range(1, count + 1)
    ))  # fmt: skip


def _keys() -> tuple[list[int], list[int], list[int]]:
    from heard.catalogue.models import Service
    from heard.people.models import Division, Staff

    found = [
        list(model._default_manager.order_by("id").values_list("pk", flat=True))
        for model in (Division, Service, Staff)
    ]
    return found[0], found[1], found[2]


# --- writing quickly ----------------------------------------------------------------------------


def _load(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows with the indexes taken off meanwhile; fields left out take their default."""
    from django.db import connection, transaction

    fields = [f for f in model._meta.concrete_fields if not f.generated]
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    standard = {f.attname: f.get_db_prep_save(f.get_default(), connection) for f in fields}
    names, table = [f.attname for f in fields], model._meta.db_table
    is_text = connection.vendor == "sqlite"

    def ready(row: dict[str, Any]) -> tuple[Any, ...]:
        full = standard | row
        values = [full[name] for name in names]
        if is_text:  # as Django writes a moment: in UTC, without saying so
            values = [str(v)[:19] if type(v) is datetime else v for v in values]
        return tuple(values)

    rest = iter(rows)
    with transaction.atomic():
        indexes = _take_off(table)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Keys fit by construction; checking each would double the time.
                cursor.execute("SET LOCAL session_replication_role = replica")
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rest:
                        copy.write_row(ready(row))
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )
            else:
                marks = ", ".join(["%s"] * len(fields))
                while batch := [ready(row) for row in islice(rest, BATCH)]:
                    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", batch)
            for statement in indexes:
                cursor.execute(statement)


def _take_off(table: str) -> list[str]:
    """Drop the indexes of a table that no constraint needs; the statements that make them again."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT"
                " IN (SELECT conname FROM pg_constraint)",
                [table],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
                " AND sql IS NOT NULL",
                [table],
            )
        found = cursor.fetchall()
        for name, _sql in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    return [sql for _name, sql in found]


def _settle() -> None:
    """What a house that has run for a while has done: statistics, and nothing left to tidy."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
