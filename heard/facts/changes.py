"""What was altered in the lake, kept until figures have followed: the rows before and after.

A merge that replaces some rows leaves a file here before it puts the months in place: the rows that
go, the rows that come, and which month file becomes which. Whoever knows from which files a figure
was made can so follow the way from those to the files of now; where a step is missing (a rebuild, a
restored backup), there is no way, and everything has to be computed anew.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from heard.facts import lake
from heard.facts.sources import Fact

IS_NEW = pa.field("is_new", pa.bool_())
MOST = 500  # files: nobody follows, so nobody needs them
MONTHS = b"months"

Stamp = tuple[int, int]  # bytes, and when made in nanoseconds: what tells one file from another
Step = tuple[Stamp | None, Stamp | None]  # before and after; None where there was, or is, no file


def stamp(path: Path) -> Stamp | None:
    """What tells this file from another; None where it is not there."""
    try:
        about = path.stat()
    except FileNotFoundError:
        return None
    return about.st_size, about.st_mtime_ns


def stamps(fact: str) -> dict[str, Stamp]:
    """The files of a fact by their names, as they are now."""
    found = ((name, stamp(lake.month_file(fact, name))) for name in lake.names(fact))
    return {name: made for name, made in found if made is not None}


def schema(fact: Fact) -> pa.Schema:
    """The columns of a file of changes: those of the fact, and whether the row is the new one."""
    return fact.schema.append(IS_NEW)


def note(fact: Fact, rows: pa.Table, steps: Mapping[str, Step]) -> None:
    """Write down a change, durably. Done before its files are put in place."""
    known = _paths(fact.name)
    number = int(known[-1].stem) + 1 if known else 1
    if len(known) >= MOST:
        forget(fact.name)
    place = _folder(fact.name) / f"{number:08}.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_suffix(".new")
    about = schema(fact).with_metadata({MONTHS: json.dumps(steps).encode()})
    pq.write_table(rows.cast(about), made, compression="zstd")
    lake.put(made, place)


def since(fact: str, before: Mapping[str, Stamp]) -> list[Path] | None:
    """The files of changes that lead from these month files to those of now; None if none do."""
    now = stamps(fact)
    differing = {month for month in {*before, *now} if before.get(month) != now.get(month)}
    reached: dict[str, set[Stamp | None]] = {month: {before.get(month)} for month in differing}
    used = []
    for path in _paths(fact) if differing else []:
        follows = False
        for month, (old, new) in _steps(path).items():
            if month in reached and old in reached[month]:
                reached[month].add(new)
                follows = True
        if follows:
            used.append(path)
    return used if all(now.get(month) in reached[month] for month in differing) else None


def forget(fact: str) -> None:
    """Figures have followed: nothing of this is needed any more."""
    for path in _folder(fact).glob("*"):
        path.unlink(missing_ok=True)


def _folder(fact: str) -> Path:
    return lake.folder(fact) / "changes"


def _paths(fact: str) -> list[Path]:
    return sorted(path for path in _folder(fact).glob("*.parquet") if path.stem.isdecimal())


def _steps(path: Path) -> dict[str, Step]:
    about = pq.read_schema(path).metadata or {}
    told = json.loads(about.get(MONTHS, b"{}"))
    return {month: (_stamp(old), _stamp(new)) for month, (old, new) in told.items()}


def _stamp(told: list[int] | None) -> Stamp | None:
    return (told[0], told[1]) if told else None
