"""What was made ahead for the working pages, read by web processes (no engine, no Arrow)."""

import json
from pathlib import Path
from typing import Any

from heard.facts import lake

FILES = "working/files.json"


def expressions_file(measure: str) -> Path:
    """Where the SQL of a measure is."""
    return lake.root() / "working" / f"{measure}.json"


def expressions(measure: str) -> dict[str, dict[str, Any]]:
    """The SQL of each way of counting a measure: its fact, whether that is open data, and ``sql``
    by grouping. Empty before it was made ahead."""
    found = _read(expressions_file(measure))
    return found if isinstance(found, dict) else {}


def files_shown(*facts: str) -> list[dict[str, Any]]:
    """The files the latest figures came from: fact, month, bytes, made, rows, sha256."""
    found = _read(lake.root() / FILES)
    rows = found if isinstance(found, list) else []
    return [row for row in rows if not facts or row["fact"] in facts]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
