from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    """A lake of its own for every test."""
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"
