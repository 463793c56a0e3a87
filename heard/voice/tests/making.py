"""Answers made straight in the tables, for tests that need many."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from heard.voice.instruments import in_force, instrument
from heard.voice.models import Invitation, Pool, Response, Version

_number = count(1)


def closing() -> Version:
    """The closing survey's version in force."""
    survey = instrument("closing")
    assert survey is not None
    found = in_force(survey)
    assert found is not None
    return found


def make(
    ratings: Sequence[int | None],
    at: datetime,
    *,
    silent: int = 0,
    pool: str = Pool.INVITED,
    version: Version | None = None,
    given: dict[str, Any] | None = None,
    **fields: Any,
) -> list[Response]:
    """Invitations answered a day after ``at`` with these ratings, and some never answered."""
    version = version or closing()
    fields = {"division": "streets", "service": "pothole", "channel": "web"} | fields
    rows = Invitation.objects.bulk_create(
        Invitation(
            about=f"case:{next(_number) + 10**7}", version=version, wording=version.wording,
            pool=pool, asked_at=at, expires_at=at + timedelta(30), **fields,
        )
        for _one in range(len(ratings) + silent)
    )  # fmt: skip
    then = at + timedelta(days=1)
    return Response.objects.bulk_create(
        Response(
            invitation=row, satisfaction=rating, pool=pool, answered_at=then, changed_at=then,
            **(given or {}),
        )
        for row, rating in zip(rows, ratings, strict=False)
    )  # fmt: skip
