"""The lake: a folder per fact, one or two Parquet files per month, and a state file beside them.

Where many rows of a month ended long ago, these lie in a file of their own: what still changes is
then a small file, and to exchange a few of its rows costs little.

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

SETTLED = "-settled"  # how the name of a file of settled rows ends
NAME = re.compile(rf"\d{{4}}-(0[1-9]|1[0-2])({SETTLED})?")
PART, SETTLED_PART = "part.parquet", "settled.parquet"
PARTS = {PART: "", SETTLED_PART: SETTLED}  # in a month's folder


class LakeIsBusy(RuntimeError):
    """Another process is bringing the lake up to date."""


def root() -> Path:
    """The lake's folder."""
    return Path(settings.LAKE)


def folder(fact: str) -> Path:
    """Where a fact's months are."""
    return root() / fact


def month_of(name: str) -> str:
    """The month of a file's name."""
    return name.removesuffix(SETTLED)


def month_file(fact: str, name: str) -> Path:
    """The file of a month, such as ``2011-08``, or of its settled rows, ``2011-08-settled``.

    Whether it exists or not.
    """
    part = SETTLED_PART if name.endswith(SETTLED) else PART
    return folder(fact) / f"month={month_of(name)}" / part


def names(fact: str) -> list[str]:
    """The names of the files the lake holds for a fact, oldest month first."""
    try:
        folders = [one for one in os.scandir(folder(fact)) if one.name.startswith("month=")]
    except FileNotFoundError:
        return []
    found = (
        one.name.removeprefix("month=") + PARTS[part]
        for one in folders
        for part in os.listdir(one.path)
        if part in PARTS
    )
    return sorted(name for name in found if NAME.fullmatch(name))


def months(fact: str) -> list[str]:
    """The months the lake holds for a fact, oldest first."""
    return sorted({month_of(name) for name in names(fact)})


def files(fact: str) -> list[Path]:
    """The files of a fact, oldest month first."""
    return [month_file(fact, name) for name in names(fact)]


def parted(fact: str) -> tuple[list[Path], list[Path]]:
    """The files of what may still change, and those of what is settled."""
    both = files(fact)
    settled = [path for path in both if path.name == SETTLED_PART]
    return [path for path in both if path.name != SETTLED_PART], settled


def put(made: Path, place: Path) -> None:
    """Put a finished file in its place, durably; the old one stays whole until then."""
    place.parent.mkdir(parents=True, exist_ok=True)
    sync(made)
    os.replace(made, place)
    _sync_folder(place.parent)


def put_text(text: str, place: Path) -> None:
    """Write a small file at once."""
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_suffix(".new")
    made.write_text(text)
    put(made, place)


def sync(made: Path) -> None:
    """Wait until a finished file is on the disk."""
    with made.open("rb") as file:
        os.fsync(file.fileno())


def drop(fact: str, name: str) -> None:
    """Remove a file that has no rows any more, and the month's folder with its last file."""
    path = month_file(fact, name)
    path.unlink(missing_ok=True)
    if path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()


def exchanging(fact: str) -> Path:
    """Where a note stands while both files of a month are put in place.

    A killed process may leave one of them in place: rows are there twice, and all is made anew.
    """
    return folder(fact) / "exchanging"


def read_state(fact: str) -> dict[str, Any]:
    """What was noted at the last refresh; empty where there was none, or it cannot be read."""
    try:
        state = json.loads((folder(fact) / "state.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(fact: str, state: dict[str, Any]) -> None:
    """Note how far the fact is, at once."""
    put_text(json.dumps(state, indent=1, sort_keys=True), folder(fact) / "state.json")


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
