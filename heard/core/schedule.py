"""Regular jobs: each has a row that says when it is due; one worker at a time takes it.

Jobs that come round within a minute are different: each worker runs them by its own clock, and they
claim their own work row by row. Their row is only written now and then, as a sign of life, so that
an idle house does not write to its database every second.
"""

import logging
import os
import socket
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections, connection, transaction
from django.db.models import Q

from heard.core import clock
from heard.core.city import city_zone
from heard.core.models import ScheduleRow

log = logging.getLogger("heard.schedule")
LONGEST_RUN = timedelta(minutes=30)
OFTEN = 60.0  # seconds: what repeats sooner is run by every worker
SIGN_OF_LIFE = timedelta(seconds=30)


@dataclass(frozen=True)
class Job:
    """A function to call every so many seconds, or each day at a local hour and minute."""

    name: str
    run: Callable[[], object]
    seconds: float | None = None
    daily_at: tuple[int, int] | None = None

    @property
    def often(self) -> bool:
        """Whether every worker runs it by its own clock."""
        return self.seconds is not None and self.seconds < OFTEN

    def next_after(self, moment: datetime) -> datetime:
        """The next due time after an aware moment."""
        if self.seconds is not None:
            return moment + timedelta(seconds=self.seconds)
        assert self.daily_at is not None
        local = moment.astimezone(city_zone())
        hour, minute = self.daily_at
        due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return due if due > local else due + timedelta(days=1)


_jobs: dict[str, Job] = {}
_own_due: dict[str, datetime] = {}
_own_sign: dict[str, datetime] = {}


def every(seconds: float, name: str, run: Callable[[], object]) -> None:
    """Register a job that repeats after so many seconds."""
    _add(Job(name, run, seconds=seconds))


def daily(hour: int, minute: int, name: str, run: Callable[[], object]) -> None:
    """Register a job for a time of the city's day."""
    _add(Job(name, run, daily_at=(hour, minute)))


def _add(job: Job) -> None:
    if job.name in _jobs:
        raise ValueError(f"Two jobs are called {job.name}.")
    _jobs[job.name] = job


_beside: dict[str, Callable[[threading.Event], None]] = {}


def beside(name: str, run: Callable[[threading.Event], None]) -> None:
    """Register what a worker does all the time, in a thread of its own, such as listening.

    ``run`` is given the event that is set when it shall end; where there is nothing to do it
    returns at once.
    """
    if name in _beside:
        raise ValueError(f"Two listeners are called {name}.")
    _beside[name] = run


def start_beside() -> threading.Event:
    """Start the registered threads; setting the returned event ends them."""
    stopped = threading.Event()
    for name, run in _beside.items():
        threading.Thread(target=_run_beside, args=(name, run, stopped), daemon=True).start()
    return stopped


def _run_beside(
    name: str, run: Callable[[threading.Event], None], stopped: threading.Event
) -> None:
    try:
        run(stopped)
    except Exception:
        log.exception("%s stopped; its regular job goes on.", name)
    finally:
        connection.close()


def jobs() -> list[Job]:
    """All registered jobs."""
    return list(_jobs.values())


def run_due() -> int:
    """Run what is due. Returns how many ran."""
    now = clock.now()
    ran = 0
    for job in jobs():
        if job.often and _own_due.get(job.name, now) <= now:
            _run_often(job)
            ran += 1
    return ran + _run_rare(now)


def _run_often(job: Job) -> None:
    fault = _call(job)
    now = clock.now()
    _own_due[job.name] = job.next_after(now)
    if fault or _own_sign.get(job.name, now) <= now:
        _own_sign[job.name] = now + SIGN_OF_LIFE
        ScheduleRow.objects.update_or_create(
            name=job.name,
            defaults={"finished_at": now, "fault": fault, "due_at": _own_due[job.name]},
        )


def _run_rare(now: datetime) -> int:
    # Read first: most ticks find nothing due, and then no write lock should be taken.
    rows = {row.name: row for row in ScheduleRow.objects.all()}
    ran = 0
    for job in jobs():
        if job.often:
            continue
        row = rows.get(job.name)
        if row is not None and row.claimed_until is not None and _holder_died(row):
            _release(row)
            row.claimed_until = None
        waits = row is not None and (
            row.due_at > now or (row.claimed_until is not None and row.claimed_until > now)
        )
        if not waits and _claim(job):
            _run(job)
            ran += 1
    return ran


def _this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _holder_died(row: ScheduleRow) -> bool:
    """Whether the claim belongs to a process of this host that is no more (killed in mid-job)."""
    host, _colon, process = row.claimed_by.rpartition(":")
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _release(row: ScheduleRow) -> None:
    ScheduleRow.objects.filter(name=row.name, claimed_by=row.claimed_by).update(
        claimed_until=None, claimed_by=""
    )


@transaction.atomic
def _claim(job: Job) -> bool:
    now = clock.now()
    ScheduleRow.objects.get_or_create(name=job.name, defaults={"due_at": now})
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    taken = ScheduleRow.objects.filter(free, name=job.name, due_at__lte=now).update(
        claimed_until=now + LONGEST_RUN, claimed_by=_this_process(), started_at=now
    )
    return taken == 1


def _run(job: Job) -> None:
    fault = _call(job)
    now = clock.now()
    ScheduleRow.objects.filter(name=job.name).update(
        finished_at=now,
        fault=fault,
        due_at=job.next_after(now),
        claimed_until=None,
        claimed_by="",
    )


def _call(job: Job) -> str:
    """Run the job; the fault as text, or nothing."""
    try:
        job.run()
    except Exception:
        log.exception("The job %s failed; it runs again when next due.", job.name)
        return traceback.format_exc(limit=-6)[-4000:]
    return ""


class Ticker(threading.Thread):
    """Looks once a second for due jobs, in a thread of the worker with its own connection."""

    def __init__(self) -> None:
        super().__init__(name="schedule", daemon=True)
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(1.0):
            close_old_connections()
            try:
                run_due()
            except Exception:
                log.exception("The schedule could not be read.")
        connection.close()
