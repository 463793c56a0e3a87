"""The lake: a folder per fact, a Parquet file per month, and a state file beside them.

A file is written under another name and put in place at once, so that a reader, or a process
killed in the middle, never meets half a file.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
PART = "part.parquet"


class LakeIsBusy(RuntimeError):
    """Another process is bringing the lake up to date."""


def root() -> Path:
    """The lake's folder."""
    return Path(settings.LAKE)


def folder(fact: str) -> Path:
    """Where a fact's months are."""
    return root() / fact


def month_file(fact: str, month: str) -> Path:
    """The file of one month, such as ``2011-08``, whether it exists or not."""
    return folder(fact) / f"month={month}" / PART


def months(fact: str) -> list[str]:
    """The months the lake holds for a fact, oldest first."""
    found = (
        path.parent.name.removeprefix("month=") for path in folder(fact).glob(f"month=*/{PART}")
    )
    return sorted(month for month in found if MONTH.fullmatch(month))


def files(fact: str) -> list[Path]:
    """The files of a fact, oldest month first."""
    return [month_file(fact, month) for month in months(fact)]


def put(made: Path, place: Path) -> None:
    """Put a finished file in its place, durably; the old one stays whole until then."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with made.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(made, place)
    _sync_folder(place.parent)


def drop_month(fact: str, month: str) -> None:
    """Remove the file of a month that has no rows."""
    path = month_file(fact, month)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        path.parent.rmdir()


def read_state(fact: str) -> dict[str, Any]:
    """What was noted at the last refresh; empty where there was none, or it cannot be read."""
    try:
        state = json.loads((folder(fact) / "state.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(fact: str, state: dict[str, Any]) -> None:
    """Note how far the fact is, at once."""
    place = folder(fact) / "state.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_suffix(".new")
    made.write_text(json.dumps(state, indent=1, sort_keys=True))
    put(made, place)


@contextmanager
def lock(*, wait: bool) -> Iterator[None]:
    """Be the only one to change the lake. Raises ``LakeIsBusy`` where another is, unless waiting.

    A file lock, so it holds for the processes of one machine, which is where the lake's folder is.
    It ends with its process, however that ends.
    """
    root().mkdir(parents=True, exist_ok=True)
    handle = os.open(root() / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise LakeIsBusy("Another process is bringing the facts up to date.") from None
        yield
    finally:
        os.close(handle)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
