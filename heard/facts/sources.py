"""Which facts there are, what columns they have, and where their rows come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from heard.cases import facts as case_rows
from heard.contacts import facts as contact_rows
from heard.remedies import facts as remedy_rows
from heard.voice import facts as response_rows


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
    """A kind of row in the lake: its columns, its key, and the day that decides its month."""

    name: str
    key: str
    moment: str
    day: str
    schema: pa.Schema
    source: Source
    is_open_data: bool


MOMENT = pa.timestamp("us", tz="UTC")
DIMENSIONS = ("department", "division", "service", "channel", "district")


def _columns(**types: pa.DataType) -> pa.Schema:
    return pa.schema(list(types.items()))


CASES = Fact(
    name="cases",
    key="reference",
    moment="received_at",
    day="received_on",
    is_open_data=True,
    source=case_rows,
    schema=_columns(
        reference=pa.string(),
        department=pa.string(),
        division=pa.string(),
        service=pa.string(),
        channel=pa.string(),
        district=pa.string(),
        state=pa.string(),
        outcome=pa.string(),
        received_at=MOMENT,
        received_on=pa.date32(),
        first_response_at=MOMENT,
        first_response_due_at=MOMENT,
        due_at=MOMENT,
        due_on=pa.date32(),
        finished_at=MOMENT,
        finished_on=pa.date32(),
        set_aside_at=MOMENT,
        has_promise=pa.bool_(),
        on_time=pa.bool_(),
        days_to_close=pa.float64(),
        times_reopened=pa.int32(),
        understanding_asked=pa.int32(),
        understanding_confirmed=pa.int32(),
        zone=pa.string(),
        moved_due_at=MOMENT,
        days_late=pa.float64(),
        has_clock=pa.bool_(),
        warned_at=MOMENT,
        times_moved=pa.int32(),
        moved_for=pa.string(),
    ),
)

RESPONSES = Fact(
    name="responses",
    key="reference",
    moment="asked_at",
    day="asked_on",
    is_open_data=False,  # one customer's answer is nobody else's business
    source=response_rows,
    schema=_columns(
        reference=pa.string(),
        department=pa.string(),
        division=pa.string(),
        service=pa.string(),
        channel=pa.string(),
        district=pa.string(),
        language=pa.string(),
        wording=pa.string(),
        asked_at=MOMENT,
        asked_on=pa.date32(),
        answered=pa.bool_(),
        answered_at=MOMENT,
        answered_on=pa.date32(),
        satisfaction=pa.int32(),
        ease=pa.int32(),
        solved=pa.string(),
        has_comment=pa.bool_(),
        is_spam=pa.bool_(),
        is_test=pa.bool_(),
        counts=pa.bool_(),
        zone=pa.string(),
        pool=pa.string(),
        asked_in=pa.string(),
    ),
)

CONTACTS = Fact(
    name="contacts",
    key="reference",
    moment="contacted_at",
    day="contacted_on",
    is_open_data=False,  # a call and what it was about is nobody else's business
    source=contact_rows,
    schema=_columns(
        reference=pa.string(),
        department=pa.string(),
        division=pa.string(),
        service=pa.string(),
        channel=pa.string(),
        district=pa.string(),
        reason=pa.string(),
        contacted_at=MOMENT,
        contacted_on=pa.date32(),
        known=pa.bool_(),
        settled=pa.bool_(),
        handed_off=pa.bool_(),
        opened_case=pa.bool_(),
        came_back_at=MOMENT,
        avoidable=pa.string(),
        zone=pa.string(),
    ),
)

REMEDIES = Fact(
    name="remedies",
    key="reference",
    moment="given_at",
    day="given_on",
    is_open_data=False,  # what one customer was given is nobody else's business
    source=remedy_rows,
    schema=_columns(
        reference=pa.string(),
        department=pa.string(),
        division=pa.string(),
        service=pa.string(),
        channel=pa.string(),
        district=pa.string(),
        kind=pa.string(),
        has_amount=pa.bool_(),
        cents=pa.int64(),
        allowed=pa.bool_(),
        given_at=MOMENT,
        given_on=pa.date32(),
        zone=pa.string(),
    ),
)

FACTS = {fact.name: fact for fact in (CASES, RESPONSES, CONTACTS, REMEDIES)}
