from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.core import clock
from heard.targets.models import OwnMeasure
from heard.targets.services import declare

NOW = datetime(2026, 5, 20, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"


@pytest.fixture(autouse=True)
def may_2026() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def lead(staff: Any) -> Any:
    """Who may do everything here; enters in most tests."""
    return staff("cx_lead").as_actor()


@pytest.fixture
def other(staff: Any) -> Any:
    """The second pair of eyes."""
    return staff("administrator").as_actor()


@pytest.fixture
def visits(lead: Any) -> OwnMeasure:
    """Library visits in time: a share by the month, entered by hand."""
    return declare(own("visits"), actor=lead)


def own(key: str, **values: Any) -> OwnMeasure:
    usual: dict[str, Any] = {
        "name": {"en": f"Measure {key}", "es": f"Medida {key}"}, "unit": "share",
        "definition": {"en": "The share of them."}, "direction": "up", "period_kind": "month",
    }  # fmt: skip
    return OwnMeasure(key=key, **(usual | values))


@pytest.fixture
def csv_of() -> Callable[..., bytes]:
    """``csv_of("period,value", "2026-01,80")``."""

    def made(*lines: str) -> bytes:
        return "\n".join(lines).encode()

    return made
