"""The lake follows the database, month by month, and is never half written."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from heard.cases.models import Case
from heard.core import clock
from heard.facts import lake
from heard.facts.refresh import OVERLAP, refresh, repair
from heard.facts.tests.making import asked, make_answers, make_case, utc
from heard.people.models import Department

pytestmark = pytest.mark.django_db


def held(fact: str = "cases") -> dict[str, list[str]]:
    """References in the lake by month, read with plain DuckDB."""
    found = {}
    for month in lake.months(fact):
        rows = asked(f"SELECT reference FROM '{lake.month_file(fact, month)}' ORDER BY ALL")
        found[month] = [reference for (reference,) in rows]
    return found


def stamps() -> dict[str, tuple[int, int]]:
    """What changes when a month's file is written: its place on the disk and its time."""
    about = {month: lake.month_file("cases", month).stat() for month in lake.months("cases")}
    return {month: (stat.st_ino, stat.st_mtime_ns) for month, stat in about.items()}


@pytest.fixture
def three_months(service: Any) -> list[Case]:
    """One case each in January, February and March."""
    with clock.at(utc("2026-03-20 12:00")):
        made = [make_case(service, utc(f"2026-0{month}-10 12:00")) for month in (1, 2, 3)]
    refresh()
    return made


def test_a_file_per_local_month(three_months: list[Case], service: Any) -> None:
    late = make_case(service, utc("2026-02-01 06:30"))  # 23:30 of 31 January in Denver
    refresh()
    january, february, march = (case.reference for case in three_months)
    assert held() == {
        "2026-01": sorted([january, late.reference]),
        "2026-02": [february],
        "2026-03": [march],
    }


def test_only_the_months_of_changed_cases_are_written(three_months: list[Case]) -> None:
    before = stamps()
    changed = three_months[1]
    changed.closed_at, changed.state, changed.changed_at = clock.now(), "closed", clock.now()
    changed.save()
    done = {one.fact: one for one in refresh()}
    after = stamps()
    assert (done["cases"].how, done["cases"].months) == ("changed", ["2026-02"])
    assert [month for month in before if before[month] != after[month]] == ["2026-02"]
    state = asked(f"SELECT state FROM '{lake.month_file('cases', '2026-02')}'")
    assert state == [("closed",)]


def test_nothing_new_nothing_read(three_months: list[Case], service: Any) -> None:
    make_answers(service, [4], utc("2026-02-10 12:00"))
    refresh()
    assert {(one.how, one.read) for one in refresh()} == {("nothing", 0)}


def test_a_row_committed_late_is_found(three_months: list[Case], service: Any) -> None:
    """A transaction notes its time, another commits and is read, then the first one commits."""
    newest = max(case.changed_at for case in three_months)
    late = make_case(service, utc("2026-01-12 12:00"), changed_at=newest - OVERLAP / 2)
    refresh()
    assert late.reference in held()["2026-01"]


def test_a_case_that_moves_leaves_its_old_month(three_months: list[Case]) -> None:
    moved = three_months[0]
    moved.received_at, moved.changed_at = utc("2026-03-02 12:00"), clock.now()
    moved.save()
    refresh()
    assert "2026-01" not in held()
    assert not lake.month_file("cases", "2026-01").parent.exists()
    assert moved.reference in held()["2026-03"]


def test_a_service_that_stops_being_public_leaves(three_months: list[Case], service: Any) -> None:
    service.is_public = False
    service.save()
    refresh()
    assert held() == {}


def test_a_case_given_to_a_hidden_service_leaves(three_months: list[Case], service: Any) -> None:
    hidden = type(service).objects.create(
        code="inner", name={"en": "Inner"}, division=service.division, is_public=False
    )
    case = three_months[2]
    case.service, case.changed_at = hidden, clock.now()
    case.save()
    refresh()
    assert list(held()) == ["2026-01", "2026-02"]


def test_a_division_that_changes_department_takes_its_history_along(
    three_months: list[Case], division: Any
) -> None:
    division.department = Department.objects.create(code="parks", name={"en": "Parks"})
    division.save()
    refresh()
    files = [str(path) for path in lake.files("cases")]
    assert asked(f"SELECT DISTINCT department FROM read_parquet({files})") == [("parks",)]


def test_a_new_service_rewrites_nothing(three_months: list[Case], service: Any) -> None:
    before = stamps()
    type(service).objects.create(code="new", name={"en": "New"}, division=service.division)
    refresh()
    assert stamps() == before


def test_the_nightly_repair_finds_what_no_event_told(service: Any) -> None:
    with clock.at(utc("2026-03-20 12:00")):
        case = make_case(service, utc("2026-02-10 12:00"))
        refresh()
        Case.objects.update(state="closed", closed_at=utc("2026-02-11 12:00"))  # and nothing else
        refresh()
        days = f"SELECT days_to_close FROM '{lake.month_file('cases', '2026-02')}'"
        assert asked(days) == [(None,)]
        repair()
        assert asked(days) == [(1.0,)]
    assert held() == {"2026-02": [case.reference]}


def test_the_nightly_repair_notices_a_deleted_old_case(service: Any) -> None:
    with clock.at(utc("2026-03-20 12:00")):
        kept, gone = (make_case(service, utc("2020-02-10 12:00")) for _ in range(2))
        refresh()
        gone.delete()
        repair()
    assert held() == {"2020-02": [kept.reference]}


def test_the_repair_leaves_right_months_alone(three_months: list[Case]) -> None:
    before = stamps()
    with clock.at(utc("2026-03-20 12:00")):
        repair()
    assert stamps() == before


def test_a_fault_in_the_middle_leaves_old_files_whole(
    three_months: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held()
    Case.objects.update(changed_at=clock.now(), channel="phone")

    def breaks(made: Path, place: Path) -> None:
        if "2026-02" in str(place):
            raise OSError("the disk is full")
        real(made, place)

    real = lake.put
    monkeypatch.setattr(lake, "put", breaks)
    with pytest.raises(OSError, match="full"):
        refresh()
    assert held() == before
    monkeypatch.setattr(lake, "put", real)
    refresh()
    files = [str(path) for path in lake.files("cases")]
    channels = asked(f"SELECT DISTINCT channel FROM read_parquet({files})")
    assert channels == [("phone",)]
    assert not (lake.folder("cases") / ".staging").exists()


def test_a_damaged_state_file_means_reading_everything(three_months: list[Case]) -> None:
    (lake.folder("cases") / "state.json").write_text("{half")
    done = refresh()[0]
    assert (done.how, done.read) == ("all", 3)
    assert len(held()) == 3


def test_one_at_a_time(three_months: list[Case]) -> None:
    with lake.lock(wait=False), pytest.raises(lake.LakeIsBusy):
        refresh()
    refresh()


def test_answers_follow_too(service: Any) -> None:
    (answer,) = make_answers(service, [2], utc("2026-02-10 12:00"), silent=1)
    refresh()
    answer.is_spam, answer.changed_at = True, clock.now()
    answer.save()
    refresh()
    path = lake.month_file("responses", "2026-02")
    found = asked(f"SELECT answered, counts FROM '{path}' ORDER BY ALL")
    assert found == [(False, False), (True, False)]


def test_a_rebuild_gives_the_same_rows(three_months: list[Case], service: Any) -> None:
    for day in range(1, 20):
        make_case(service, utc("2026-01-05 12:00") + timedelta(days=3 * day))
        refresh()
    by_steps = held()
    refresh(rebuild=True)
    assert held() == by_steps


CHILD = """
import django; django.setup()
from contextlib import closing
from datetime import UTC, datetime, timedelta
from heard.cases.facts import CaseFact, _Row, _fact
from heard.facts.merge import Merger
from heard.facts.staging import Staging
from heard.facts.sources import CASES

def rows(channel):
    for number in range(4000):
        at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number)
        told = {"reference": f"R{number:05}", "department": "d", "division": "v", "service": "s",
                "channel": channel, "outcome": "", "state": "received", "received_at": at,
                "times_reopened": 0, "times_moved": 0, "moved_for": "", "zone": "UTC"}
        yield _fact(_Row(**dict.fromkeys(_Row._fields) | told), "UTC")

while True:
    for channel in ("web", "phone"):
        with Staging(CASES) as staging:
            staging.fill(rows(channel))
            with closing(Merger(staging)) as merger:
                merger.replaced()
        print(channel, flush=True)
"""


def test_killed_at_any_moment_every_file_is_whole(own_lake: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "heard.settings",
        "HEARD_DATA": str(own_lake.parent),
    }
    for pause in (0.0, 0.2, 0.4):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD], env=environment, stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"web\n"  # one file is in place, the next on its way
        time.sleep(pause)
        child.kill()
        child.wait()
        child.stdout.close()
    assert lake.months("cases") == ["2026-03"]
    found = asked(
        f"SELECT channel, count(*) FROM '{lake.month_file('cases', '2026-03')}' GROUP BY ALL"
    )
    assert len(found) == 1, found
    assert found[0][1] == 4000
