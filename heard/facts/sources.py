"""Which facts there are, what columns they have, and where their rows come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from heard.answers.facts import SOURCE as VOTE_ROWS
from heard.cases import facts as case_rows
from heard.cases.understanding_facts import SOURCE as UNDERSTANDING_ROWS
from heard.contacts import facts as contact_rows
from heard.contacts.call_facts import SOURCE as CALL_ROWS
from heard.facts.columns import COLUMNS, Type
from heard.mentions.facts import SOURCE as MENTION_ROWS
from heard.remedies import facts as remedy_rows
from heard.voice import facts as response_rows
from heard.voice.alert_facts import SOURCE as ALERT_ROWS


class Source(Protocol):
    """What a room's ``facts.py`` offers."""

    def rows(
        self, *, changed_since: datetime | None = None, received_since: datetime | None = None
    ) -> Iterator[Any]:
        """Facts, streamed as named tuples."""
        ...

    def hidden_keys(self, *, changed_since: datetime) -> Iterator[str]:
        """Keys of changed rows that may not be in the lake."""
        ...

    def mark(self, *, changed_since: datetime | None = None) -> tuple[int, datetime | None]:
        """How many rows changed since, and the latest moment of change."""
        ...

    def count(self) -> int:
        """How many rows the lake should hold."""
        ...


@dataclass(frozen=True)
class Fact:
    """A kind of row in the lake: its columns, its key, and the day that decides its month.

    ``ends``: the moment from which on a row hardly ever changes; empty where rows have no end.
    """

    name: str
    key: str
    moment: str
    day: str
    schema: pa.Schema
    source: Source
    is_open_data: bool
    ends: str = ""


MOMENT = pa.timestamp("us", tz="UTC")
TYPES: dict[Type, pa.DataType] = {
    "text": pa.string(),
    "yes": pa.bool_(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "moment": MOMENT,
    "day": pa.date32(),
}


def schema_of(fact: str) -> pa.Schema:
    """The columns of a fact as a file holds them."""
    return pa.schema([(name, TYPES[kind]) for name, kind in COLUMNS[fact].items()])


CASES = Fact(
    name="cases",
    key="reference",
    moment="received_at",
    day="received_on",
    is_open_data=True,
    source=case_rows,
    schema=schema_of("cases"),
    ends="ended_at",
)

RESPONSES = Fact(
    name="responses",
    key="reference",
    moment="asked_at",
    day="asked_on",
    is_open_data=False,  # one customer's answer is nobody else's business
    source=response_rows,
    schema=schema_of("responses"),
)

CONTACTS = Fact(
    name="contacts",
    key="reference",
    moment="contacted_at",
    day="contacted_on",
    is_open_data=False,  # a call and what it was about is nobody else's business
    source=contact_rows,
    schema=schema_of("contacts"),
)

REMEDIES = Fact(
    name="remedies",
    key="reference",
    moment="given_at",
    day="given_on",
    is_open_data=False,  # what one customer was given is nobody else's business
    source=remedy_rows,
    schema=schema_of("remedies"),
)


def _inside(name: str, moment: str, day: str, source: Any) -> Fact:
    """A fact of what is nobody else's business: not open data."""
    return Fact(name, "reference", moment, day, schema_of(name), source, is_open_data=False)


UNDERSTANDINGS = _inside("understandings", "asked_at", "asked_on", UNDERSTANDING_ROWS)
CALLS = _inside("calls", "asked_at", "asked_on", CALL_ROWS)
ALERTS = _inside("alerts", "made_at", "made_on", ALERT_ROWS)
MENTIONS = _inside("mentions", "posted_at", "posted_on", MENTION_ROWS)
VOTES = _inside("votes", "voted_at", "voted_on", VOTE_ROWS)

FACTS = {
    fact.name: fact
    for fact in (
        CASES, RESPONSES, CONTACTS, REMEDIES, UNDERSTANDINGS, CALLS, ALERTS, MENTIONS, VOTES
    )
}  # fmt: skip
