from pathlib import Path
from typing import Any

import pytest

from heard.catalogue.models import Service
from heard.core import clock
from heard.facts.tests.making import make_answers, make_cases, utc
from heard.measures.refresh import refresh

NOW = utc("2026-05-20 12:00")


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    """A lake of its own for every test."""
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"


def fill(service: Any) -> None:
    """Three months: March and April over, May under way."""
    for month, late in ((3, 4), (4, 2), (5, 1)):
        received = utc(f"2026-0{month}-03 12:00")
        due, closed = utc(f"2026-0{month}-08 12:00"), utc(f"2026-0{month}-06 12:00")
        make_cases(service, 16, received, due_at=due, closed_at=closed)
        past = utc(f"2026-0{month}-05 12:00")
        make_cases(service, late, received, due_at=past, closed_at=closed, channel="phone")
        make_cases(service, 3, received, closed_at=closed)
        make_answers(service, [5] * 8 + [2] * 4, closed, silent=12)


@pytest.fixture
def year(service: Any) -> Service:
    """Three months of figures."""
    with clock.at(NOW):
        fill(service)
        refresh()
    return service  # type: ignore[no-any-return]
