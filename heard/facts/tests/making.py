"""Cases and answers made directly, for tests that need many of them at chosen moments."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import duckdb

from heard.cases.models import Case
from heard.core import clock
from heard.voice.models import Invitation, Response

_number = count(1)


def utc(text: str) -> datetime:
    """``"2026-03-31 23:30"`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def asked(query: str) -> list[tuple[Any, ...]]:
    """What plain DuckDB, without anything of ours, answers."""
    found = duckdb.sql(query)
    assert found is not None
    return found.fetchall()


def make_case(service: Any, received: datetime, **fields: Any) -> Case:
    """A case as an importer would make it; finished where ``closed_at`` is given."""
    if fields.get("closed_at"):
        fields.setdefault("state", "closed")
    fields.setdefault("division", service.division)
    fields.setdefault("changed_at", clock.now())
    return Case.objects.create(service=service, received_at=received, **fields)


def make_cases(service: Any, number: int, received: datetime, **fields: Any) -> list[Case]:
    """Many alike, at once."""
    if fields.get("closed_at"):
        fields.setdefault("state", "closed")
    fields.setdefault("division", service.division)
    fields.setdefault("changed_at", clock.now())
    return Case.objects.bulk_create(
        Case(service=service, received_at=received, **fields) for _ in range(number)
    )


def make_answers(
    service: Any, ratings: Sequence[int | None], asked: datetime, *, silent: int = 0, **fields: Any
) -> list[Response]:
    """Invitations answered a day later with these ratings, and some never answered."""
    invitations = Invitation.objects.bulk_create(
        Invitation(
            about=f"case:{10**6 + next(_number)}",
            service=service.code,
            division=service.division.code,
            department=service.division.department.code,
            channel="web",
            asked_at=asked,
            expires_at=asked + timedelta(days=30),
        )
        for _ in range(len(ratings) + silent)
    )
    moment = asked + timedelta(days=1)
    fields.setdefault("changed_at", clock.now())
    return Response.objects.bulk_create(
        Response(
            invitation=invitation,
            satisfaction=rating,
            comment="" if rating else "No rating, only words.",
            answered_at=moment,
            **fields,
        )
        for invitation, rating in zip(invitations, ratings, strict=False)
    )
