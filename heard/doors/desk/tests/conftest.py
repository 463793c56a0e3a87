from collections.abc import Iterator

import pytest

from heard.doors.desk import known, nights


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """No test sees the divisions or the nights of another."""
    known.forget()
    nights.forget()
    yield
    known.forget()
    nights.forget()
