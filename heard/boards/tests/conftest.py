from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from heard.boards import looking
from heard.boards.series import months_before
from heard.core import clock
from heard.measures.models import Result, Snapshot
from heard_stats import share

NOW = datetime(2026, 5, 20, 18, tzinfo=UTC)
LAST = "2026-04"  # the latest month that is over


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"


@pytest.fixture(autouse=True)
def may_2026() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture(autouse=True)
def a_new_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test's worker has looked at nothing yet."""
    monkeypatch.setattr(looking._Worker, "state", "")


def months(count: int, last: str = LAST) -> list[str]:
    """So many months up to the last one, oldest first."""
    return [months_before(last, back) for back in reversed(range(count))]


def course(
    values: list[float], *, measure: str = "on_time", statistic: str = "closed", by: str = "all",
    group: str = "all", last: str = LAST, n: int = 400, definition: int = 1,
) -> None:  # fmt: skip
    """A share of a measure over months, one row each."""
    rows = []
    for month, value in zip(months(len(values), last), values, strict=True):
        made = share(round(value * n), n)
        rows.append(
            Result(
                measure=measure, statistic=statistic, definition=definition, period=month, by=by,
                group=group, n=n, value=made.value, low=made.low, high=made.high,
            )
        )  # fmt: skip
    Result.objects.bulk_create(rows)


def received(count: int = 24, *, by: str = "all", group: str = "all", each: int = 400) -> None:
    """Requests received in each month, so that there is a month to speak of."""
    rows = [
        Result(
            measure="cases_received", statistic="count", definition=1, period=month, by=by,
            group=group, n=each + place % 3, value=each + place % 3, low=each - 40, high=each + 40,
        )
        for place, month in enumerate(months(count))
    ]  # fmt: skip
    Result.objects.bulk_create(rows)


@pytest.fixture
def computed(town: Any) -> Callable[[], None]:
    """``computed()`` marks the figures as newly computed, so that a look looks."""
    row = Snapshot.objects.create(as_of=NOW, changed_at=NOW)

    def again() -> None:
        row.changed_at += timedelta(seconds=1)
        row.save()

    return again
