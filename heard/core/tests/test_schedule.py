"""Regular jobs: when due, by one worker, whatever happened to the last one."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.core import clock, schedule
from heard.core.models import ScheduleRow

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, town: Any) -> list[datetime]:
    """One job every minute, which notes when it ran."""
    found: list[datetime] = []
    monkeypatch.setattr(schedule, "_jobs", {})
    schedule.every(60, "test: note", lambda: found.append(clock.now()))
    return found


def run_at(moment: datetime) -> int:
    with clock.at(moment):
        return schedule.run_due()


def test_a_job_runs_at_once_and_then_when_due(runs: list[datetime]) -> None:
    moments = [NOON, NOON + timedelta(seconds=59), NOON + timedelta(seconds=60)]
    assert [run_at(moment) for moment in moments] == [1, 0, 1]
    assert runs == [moments[0], moments[2]]


def test_a_job_that_failed_says_why_and_runs_again(
    runs: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no paper")

    monkeypatch.setattr(schedule, "_jobs", {})
    schedule.every(60, "test: fail", fail)
    assert run_at(NOON) == 1
    row = ScheduleRow.objects.get()
    assert "no paper" in row.fault
    assert (row.due_at, row.claimed_until) == (NOON + timedelta(seconds=60), None)
    monkeypatch.setattr(schedule, "_jobs", {})
    schedule.every(60, "test: fail", lambda: None)
    assert run_at(NOON + timedelta(minutes=1)) == 1
    assert ScheduleRow.objects.get().fault == ""


def test_one_worker_takes_a_job(runs: list[datetime]) -> None:
    (job,) = schedule.jobs()
    with clock.at(NOON):
        assert [schedule._claim(job), schedule._claim(job)] == [True, False]
        assert schedule.run_due() == 0


def held(by: str) -> None:
    ScheduleRow.objects.create(
        name="test: note", due_at=NOON, claimed_by=by, claimed_until=NOON + schedule.LONGEST_RUN
    )


def test_a_job_held_by_a_living_worker_is_left(runs: list[datetime]) -> None:
    held(f"{socket.gethostname()}:{os.getpid()}")
    assert run_at(NOON) == 0


def test_a_job_of_a_worker_that_died_is_taken_at_once(runs: list[datetime]) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    held(f"{socket.gethostname()}:{gone.pid}")
    assert run_at(NOON) == 1


def test_a_job_of_another_machine_is_taken_when_its_time_is_up(runs: list[datetime]) -> None:
    held("another-machine:1")
    assert run_at(NOON) == 0
    assert run_at(NOON + schedule.LONGEST_RUN) == 1


def test_looking_takes_no_write_when_nothing_is_due(
    runs: list[datetime], django_assert_num_queries: Any
) -> None:
    run_at(NOON)
    with clock.at(NOON), django_assert_num_queries(1):
        schedule.run_due()


def test_a_daily_job_keeps_its_hour_through_the_change_of_time(town: Any) -> None:
    job = schedule.Job("test: nightly", lambda: None, daily_at=(3, 0))  # Denver
    winter = datetime(2026, 3, 7, 9, 59, tzinfo=UTC)
    three_in_winter = datetime(2026, 3, 7, 10, 0, tzinfo=UTC)
    three_in_summer = datetime(2026, 3, 8, 9, 0, tzinfo=UTC)
    assert job.next_after(winter) == three_in_winter
    assert job.next_after(three_in_winter) == three_in_summer


def test_two_jobs_of_one_name_are_refused(runs: list[datetime]) -> None:
    with pytest.raises(ValueError, match="test: note"):
        schedule.daily(3, 0, "test: note", lambda: None)


def test_the_house_has_its_jobs() -> None:
    names = {job.name for job in schedule.jobs()}
    assert {"post: send what is due", "cases: close what was resolved"} <= names
