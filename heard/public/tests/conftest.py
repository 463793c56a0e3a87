from pathlib import Path
from typing import Any

import pytest

from tests.browser.fixtures import chromium, complaints, open_tab, page, site

__all__ = ["chromium", "complaints", "open_tab", "page", "site"]


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    """A lake of its own for every test."""
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"
