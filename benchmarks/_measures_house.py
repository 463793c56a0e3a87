"""The house around the synthetic lake: its context, and the cases that will change.

The database holds no ten million cases, only those that change: what a refresh reads of a database
are its changed rows, found by an index, and the counts of those.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from benchmarks._measures_lake import (
    CHANNELS,
    DEPARTMENTS,
    DISTRICTS,
    DIVISIONS,
    NOW,
    SERVICES,
    ZONE,
    write,
)

A_THOUSANDTH = 1000  # of the lake changes at once: 10,000 cases of ten million
RUNS = 3
KINDS = ("recent", "spread")


def make(place: Path, cases: int) -> dict[str, Any]:
    """A lake, and a house with all figures computed; what was measured meanwhile."""
    from django.core.management import call_command

    from heard.core import clock
    from heard.facts import lake
    from heard.measures.refresh import refresh

    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    move_to(place)
    began = time.perf_counter()
    rows = write(lake.root(), cases)
    told: dict[str, Any] = {"rows": rows, "written": time.perf_counter() - began}
    call_command("migrate", verbosity=0)
    _context()
    for kind in KINDS:
        for run in range(RUNS):
            _cases(kind, run, cases // A_THOUSANDTH)
    with clock.at(NOW):
        _state(rows)
        began = time.perf_counter()
        done = refresh()
        assert {one.how for one in done.facts} == {"nothing"}, "the lake is not as it would be"
    told |= {"all": time.perf_counter() - began, "figures": done.changed, "memory": peak()}
    (place / "told.json").write_text(json.dumps(told))
    return told


def move_to(folder: Path) -> None:
    """Let the house be the one in this folder."""
    from django.conf import settings
    from django.db import connections

    connections["default"].close()
    settings.HEARD_DATA, settings.LAKE = folder, folder / "lake"
    connections["default"].settings_dict["NAME"] = str(folder / "heard.sqlite3")


def copied(kept: Path, folder: Path) -> None:
    """The kept house again: its lake's files are never written into, so they are linked."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept / "lake", folder / "lake", copy_function=os.link)
    for path in kept.glob("heard.sqlite3*"):
        shutil.copy(path, folder / path.name)
    move_to(folder)


def peak() -> int:
    """The most memory this process has had resident since ``forget_peak``, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def forget_peak() -> None:
    """Count the most memory from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def change(kind: str, run: int) -> int:
    """Change one lot of cases as people would: finish open ones, reopen finished ones.

    Over the nine minutes before, since a refresh reads the last two of the one before again.
    """
    from django.db.models import F

    from heard.cases.models import Case
    from heard.core import clock

    now = clock.now()
    lot = Case.objects.filter(source=f"{kind}-{run}")
    open_ones = list(lot.filter(closed_at=None).values_list("pk", flat=True))
    over = list(lot.exclude(closed_at=None).values_list("pk", flat=True))
    count = 0
    for place, some in enumerate(_portions(open_ones)):
        count += Case.objects.filter(pk__in=some).update(
            state="closed", outcome="done", closed_at=now - timedelta(hours=2),
            changed_at=now - timedelta(seconds=20 * (place % 27)),
        )  # fmt: skip
    for place, some in enumerate(_portions(over)):
        count += Case.objects.filter(pk__in=some).update(
            state="reopened", outcome="", closed_at=None,
            changed_at=now - timedelta(seconds=20 * (place % 27)),
            times_reopened=F("times_reopened") + 1,
        )  # fmt: skip
    return count


def _portions(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), 500):
        yield keys[start : start + 500]


def _context() -> None:
    from heard.catalogue.models import Service
    from heard.core.models import City
    from heard.people.models import Department, Division
    from heard.places.models import District

    City.objects.create(name="Bench", zone=ZONE)
    departments = [
        Department.objects.create(code=f"p{n}", name={"en": f"Department {n}"})
        for n in range(DEPARTMENTS)
    ]
    divisions = [
        Division.objects.create(
            code=f"v{n}", name={"en": f"Division {n}"}, department=departments[n % DEPARTMENTS]
        )
        for n in range(DIVISIONS)
    ]
    for n in range(SERVICES):
        Service.objects.create(
            code=f"s{n}", name={"en": f"Service {n}"}, division=divisions[n % DIVISIONS]
        )
    for n in range(DISTRICTS):
        District.objects.create(code=f"k{n}", name={"en": f"District {n}"})


# Of the recent ones, 97 in a hundred came in within three months: a third of them are finished now,
# the others are finished ones that are opened again or were open and are finished. Of the older,
# two in three were open all the time, and one was finished within two months and is opened again.
_RECENT_OPEN = "received_on >= DATE '{quarter}' AND state = 'in_progress'"
_RECENT_OVER = "received_on >= DATE '{quarter}' AND state = 'closed'"
_OLD_OPEN = "received_on < DATE '{quarter}' AND state = 'in_progress'"
_OLD_OVER = (
    "received_on < DATE '{quarter}' AND state = 'closed' AND finished_on >= DATE '{two_months}'"
)
_ANY = "state = 'closed'"
LOTS = {
    "recent": ((_RECENT_OPEN, 0.65), (_RECENT_OVER, 0.32), (_OLD_OPEN, 0.02), (_OLD_OVER, 0.01)),
    "spread": ((_ANY, 1.0),),
}


def _cases(kind: str, run: int, changed: int) -> None:
    """Put the cases of one lot into the database as the lake has them."""
    from heard.cases.models import Case
    from heard.catalogue.models import Service
    from heard.facts import lake
    from heard.places.models import District

    services = {one.code: one for one in Service.objects.select_related("division")}
    districts = {one.code: one for one in District.objects.all()}
    taken = set(Case.objects.values_list("reference", flat=True))
    con = duckdb.connect(config={"memory_limit": "512MB"})
    con.execute("SET TimeZone = 'UTC'")
    dates = {
        "quarter": NOW.date() - timedelta(days=91),
        "two_months": NOW.date() - timedelta(days=60),
    }
    for where, share in LOTS[kind]:
        wanted = round(changed * share)
        found = con.sql(
            f"SELECT * FROM read_parquet({[str(path) for path in lake.files('cases')]}) "
            f"WHERE {where.format(**dates)} ORDER BY hash(reference) LIMIT {wanted + len(taken)}"
        ).to_arrow_table()
        fresh = [row for row in found.to_pylist() if row["reference"] not in taken][:wanted]
        taken |= {row["reference"] for row in fresh}
        made = [_case(row, services, districts, f"{kind}-{run}") for row in fresh]
        Case.objects.bulk_create(made, batch_size=500)
    con.close()


def _case(row: Any, services: Any, districts: Any, lot: str) -> Any:
    from heard.cases.models import Case

    service = services[row["service"]]
    return Case(
        reference=row["reference"], service=service, division=service.division,
        district=districts.get(row["district"]), channel=row["channel"], state=row["state"],
        outcome=row["outcome"], received_at=row["received_at"],
        first_response_at=row["first_response_at"],
        first_response_due=row["first_response_due_at"], due_at=row["due_at"],
        closed_at=row["finished_at"] or row["set_aside_at"], zone=ZONE,
        promise_version=1 if row["has_clock"] else None, warned_at=row["warned_at"],
        times_moved=row["times_moved"], moved_for=row["moved_for"],
        changed_at=NOW - timedelta(days=1), source=lot,
    )  # fmt: skip


def _state(rows: dict[str, int]) -> None:
    """Note in the lake how far it is, as a refresh would have."""
    from heard.facts import lake
    from heard.facts.refresh import _context as context
    from heard.facts.sources import FACTS

    assert set(CHANNELS)
    watermark = NOW - timedelta(hours=1)
    for fact in rows:
        count, last = FACTS[fact].source.mark(changed_since=watermark - timedelta(minutes=2))
        assert (count, last) == (0, None)
        lake.write_state(
            fact, {"watermark": watermark.isoformat(), "mark": [0, None], "context": context()}
        )


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, in seconds, and what it gave."""
    began = time.perf_counter()
    given = run()
    return time.perf_counter() - began, given
