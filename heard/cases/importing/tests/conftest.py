"""Bringing small files in, with a mapping of five columns and a few more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

MAPPING = """
title = "a small file"
kind = "cases"
version = 1
source = "small"
zone = "America/Denver"

[columns]
external_id = "id"
received = "opened"
due = "due"
closed = "closed"
state = "status"
service = "service"
department = "department"
division = "division"
district = "district"
title = "title"
words = "words"
place = "place"
lat = "lat"
lon = "lon"

[file]
null = ["NULL"]
optional_columns = [
  "due", "department", "division", "district", "title", "words", "place", "lat", "lon",
]

[values.state]
"open" = "received"
"done" = "closed"

[fallback]
department = "works"
"""

HEADER = "id,opened,closed,status,service,words"
GOOD = "1,2024-03-01 09:00,2024-03-02 10:00,done,Pothole,A hole"


@dataclass
class Brought:
    """What an import said and did. ``counts`` as imported, updated, unchanged, rejected."""

    said: str
    code: int
    rejects: Path
    counts: tuple[int, ...] = field(default=(0, 0, 0, 0))

    def rejected(self) -> list[tuple[int, str]]:
        """Line and reason of each rejected row."""
        import csv

        if not self.rejects.exists():
            return []
        with self.rejects.open(encoding="utf-8-sig", newline="") as file:
            return [(int(row[0]), row[1]) for row in list(csv.reader(file))[1:]]


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def bring(db: None, tmp_path: Path, mapping: Path) -> Callable[..., Brought]:
    """Write a file and import it: lines, or bytes as they are, or a file that is there."""

    def run(content: Any, *, name: str = "file.csv", using: Any = None, **options: Any) -> Brought:
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            text = content if isinstance(content, bytes) else "\n".join(content) + "\n"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        rejects = options.pop("rejects", tmp_path / f"{path.name}.rejects.csv")
        out, code = StringIO(), 0
        try:
            call_command(
                "import", "cases", str(path), mapping=str(using or mapping), rejects=rejects,
                stdout=out, **options,
            )  # fmt: skip
        except CommandError as error:
            out.write(str(error))
            code = error.returncode
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        brought = Brought(out.getvalue(), code, rejects)
        if "rows read" in brought.said:
            brought.counts = tuple(
                int(line.split()[-1].replace(",", ""))
                for line in brought.said.splitlines()
                if line.strip().startswith(("imported", "updated", "unchanged", "rejected "))
            )
        return brought

    return run
