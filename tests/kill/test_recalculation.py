"""A worker killed in the middle of a recalculation: another goes on, and each case moves once."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count

from heard.cases.clocks import RESOLUTION, Counter
from heard.cases.models import Case, Clock, DueChange, Recalculation
from heard.cases.recalculating import PIECE, propose, rescue, start, work
from heard.catalogue.models import Promise, Service
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.imports.bulk import insert_many
from heard.core.models import AuditRow
from tests.kill.test_kill import Nursery, environment_for, kill, wait_for

CASES = 2_000


@pytest.fixture
def running(service: Service) -> Recalculation:
    """Two thousand open cases whose promise has become longer, and the decision to move them."""
    now = clock.now().replace(microsecond=0)
    promise = Promise.objects.get(service=service, kind=RESOLUTION)
    told = Counter().count(Clock(promise=promise, division_id=service.division_id, started_at=now))
    like = Case(
        service=service, division=service.division, received_at=now, changed_at=now,
        due_at=told.due_at, promise_version=1, channel="web", language="en",
    )  # fmt: skip
    insert_many(like, ("reference",), [(f"K{number:06}",) for number in range(CASES)])
    row = Clock(
        kind=RESOLUTION, promise=promise, division=service.division, started_at=now,
        first_due_at=told.due_at, judged_at=told.judged_at, due_at=told.due_at,
        warn_at=told.warn_at, escalate_at=told.escalate_at,
    )  # fmt: skip
    insert_many(row, ("case_id",), [(pk,) for pk in Case.objects.values_list("pk", flat=True)])
    Promise.objects.filter(pk=promise.pk).update(amount=9)
    made = propose("by_hand", actor=SYSTEM)
    work(made.pk)
    start(made, actor=SYSTEM)
    return made


def seen(row: Recalculation) -> int:
    return Recalculation.objects.values_list("seen", flat=True).get(pk=row.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120)
def test_each_case_moves_exactly_once(running: Recalculation, tmp_path: Path) -> None:
    if "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("needs a database that other processes can open")
    nursery = Nursery(environment_for(connection.settings_dict, tmp_path))
    died_at = []
    try:
        for pieces in (1, 2):
            worker = nursery.ask("worker")
            wait_for(lambda pieces=pieces: seen(running) >= pieces * PIECE)
            time.sleep(0.01)  # somewhere in the piece that follows
            kill(worker)
            died_at.append(seen(running))
            # Half a minute later, which nobody waits for here, it is found to lie still.
            stale = clock.now() - timedelta(minutes=1)
            Recalculation.objects.filter(pk=running.pk).update(beat_at=stale)
            assert rescue() == 1
        nursery.ask("worker")
        wait_for(lambda: Recalculation.objects.get(pk=running.pk).state == "done", 40)
    finally:
        nursery.end()

    assert 0 < died_at[0] < died_at[1] < CASES, "the kills fell beside the work"
    running.refresh_from_db()
    assert (running.state, running.seen, running.moved) == ("done", CASES, CASES)
    assert not Case.objects.exclude(times_moved=1).exists()
    assert Case.objects.values("due_at").distinct().count() == 1
    changes = DueChange.objects.order_by().values("case").annotate(n=Count("pk"))
    assert (changes.count(), changes.filter(n=1).count()) == (CASES, CASES)
    assert AuditRow.objects.filter(verb="case.recalculated").count() == CASES
