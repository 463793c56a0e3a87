"""A holiday on a city with many open cases: previewed, recalculated, stopped and gone on with.

Says seconds and memory. ``HEARD_BENCH_CASES`` says how many open cases (100,000 by default); with
``DATABASE_URL`` naming a PostgreSQL database (``scripts/with_postgres.py``) it runs there.
"""

import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

CASES = int(os.environ.get("HEARD_BENCH_CASES", "100000"))
DAY = timedelta(days=1)


def main() -> None:
    """Make a house in a temporary folder (or a fresh database), fill it, and measure."""
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as folder:
        os.environ["HEARD_DATA"] = folder
        if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/heard.sqlite3"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        print(f"  on {connection.vendor}")
        call_command("migrate", verbosity=0)
        # Filling is no part of what is measured; the search index would take most of its time.
        from heard.cases import search_index

        search_index.drop_triggers()
        _timed(f"make {CASES:,} open cases with their clocks", _fill)
        search_index.make_index()
        _measure()
        connection.close()


def _timed(what: str, run: Callable[[], Any]) -> Any:
    began, busy = time.perf_counter(), time.process_time()
    result = run()
    took, busy = time.perf_counter() - began, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {what:48} {took:8,.2f} s, of which computing {busy:7,.2f} s"
        f"   (memory so far {memory:,.0f} MB)",
        flush=True,
    )
    return result


def _services() -> list[Any]:
    from heard.catalogue.models import Promise, Service
    from heard.core.models import City
    from heard.people.models import Department, Division
    from heard.places.models import BusinessCalendar

    City.objects.create(name="Bench", zone="America/Denver")
    BusinessCalendar.objects.create(hours="Mo-Fr 08:00-17:00; PH off", jurisdiction="US-CO")
    department = Department.objects.create(code="d", name={"en": "Department"})
    divisions = [
        Division.objects.create(code=f"d{n}", name={"en": f"Division {n}"}, department=department)
        for n in range(8)
    ]
    services = []
    for n in range(40):
        service = Service.objects.create(
            code=f"s{n}", name={"en": f"Service {n}"}, division=divisions[n % 8]
        )
        unit = ("business_days", "business_hours", "business_days", "days")[n % 4]
        amount = {"business_days": 10 + n % 7, "business_hours": 90, "days": 14}[unit]
        Promise.objects.create(
            service=service, kind="resolution", amount=amount, unit=unit,
            pauses=n % 2 == 0, effective_from=datetime(2000, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        services.append(service)
    return services


def _fill() -> None:
    from django.db import transaction

    with transaction.atomic():
        _fill_all()


def _fill_all() -> None:
    from heard.cases.clocks import RESOLUTION, Counter
    from heard.cases.models import Case, Clock, Pause
    from heard.catalogue.models import Promise
    from heard.core.imports.bulk import insert_many

    services, chance, counter = _services(), random.Random(1), Counter()
    promises = {promise.service_id: promise for promise in Promise.objects.all()}
    now = datetime.now(UTC).replace(microsecond=0)
    like = Case(received_at=now, changed_at=now, language="en", channel="web")
    clock = ("case_id", "promise_id", "division_id", "started_at", "first_due_at", "judged_at",
             "due_at", "warn_at", "escalate_at", "calendar_version")  # fmt: skip
    for begin in range(0, CASES, 5000):
        numbers = range(begin, min(begin + 5000, CASES))
        rows, told = [], []
        for number in numbers:
            service = services[number % len(services)]
            received = now - timedelta(seconds=int(chance.uniform(0, 12 * 86_400)))
            waiting = promises[service.pk].pauses and chance.random() < 0.2
            count = counter.count(
                Clock(promise=promises[service.pk], division_id=service.division_id,
                      started_at=received)
            )  # fmt: skip
            rows.append((f"B{number:09}", service.pk, service.division_id,
                         "waiting" if waiting else "in_progress", received, received,
                         count.due_at, 1))  # fmt: skip
            told.append((service, received, count, waiting))
        insert_many(like, ("reference", "service_id", "division_id", "state", "received_at",
                           "first_response_at", "due_at", "promise_version"), rows)  # fmt: skip
        keys = list(Case.objects.order_by("pk").values_list("pk", flat=True)[begin:])
        insert_many(Clock(kind=RESOLUTION), clock, [
            (pk, promises[s.pk].pk, s.division_id, at, *[c.due_at] * 3, c.warn_at, c.escalate_at,
             c.calendar_version) for pk, (s, at, c, _waits) in zip(keys, told, strict=True)
        ])  # fmt: skip
        waits = {pk: at + DAY / 4 for pk, (_s, at, _c, w) in zip(keys, told, strict=True) if w}
        found = Clock.objects.filter(case__gte=keys[0]).values_list("pk", "case")
        insert_many(Pause(), ("clock_id", "started_at"),
                    [(pk, waits[case]) for pk, case in found if case in waits])  # fmt: skip


def _measure() -> None:
    from heard.cases.models import Case, DueChange, Recalculation
    from heard.cases.moving import Scope, preview
    from heard.cases.recalculating import one_piece, propose, start, stop, work
    from heard.core.actors import SYSTEM
    from heard.core.models import AuditRow
    from heard.places.models import BusinessCalendar
    from heard.places.services import set_special_day

    _timed("bring waiting cases' dates in step first", lambda: _settle(propose, work, start))
    calendar = BusinessCalendar.objects.get()
    day = datetime.now(UTC).date() + 2 * DAY
    while day.weekday() > 4:
        day += DAY
    set_special_day(
        day=day, times="", reason={"en": "A holiday", "es": "Un feriado"}, actor=SYSTEM,
        calendar=calendar,
    )  # fmt: skip
    found = _timed("preview: what would a new holiday move", lambda: preview(Scope()))
    print(f"    {found.seen:,} clocks seen, {found.moved:,} would move, {found.later:,} later")
    row = propose("calendar", actor=SYSTEM)
    _timed("the same, kept for the screen", lambda: work(row.pk))
    start(row, actor=SYSTEM)
    pieces = _timed("recalculate the first half", lambda: _pieces(row, one_piece))
    stop(row, actor=SYSTEM)
    start(row, actor=SYSTEM)
    _timed(f"and, after a stop at {pieces:,} clocks, the rest", lambda: work(row.pk))
    row.refresh_from_db()
    audited = AuditRow.objects.filter(verb="case.recalculated").count()
    changes = DueChange.objects.filter(recalculation=row).count()
    print(f"    {row.state}: {row.moved:,} moved; {changes:,} changes and {audited:,} audit rows")
    assert row.state == Recalculation.State.DONE
    assert row.moved == found.moved == changes
    left = _timed("preview again: nothing is left", lambda: preview(Scope()))
    assert left.moved == 0
    assert Case.objects.exclude(times_moved=0).count() == found.moved


def _pieces(row: Any, one_piece: Callable[[int], bool]) -> int:
    while row.seen < CASES / 2:
        one_piece(row.pk)
        row.refresh_from_db()
    return int(row.seen)


def _settle(propose: Any, work: Any, start: Any) -> None:
    """Pauses were written without counting; count them, and forget that they moved."""
    from heard.cases.models import Case, DueChange, Recalculation
    from heard.core.actors import SYSTEM
    from heard.core.models import AuditRow

    row = propose("by_hand", actor=SYSTEM)
    work(row.pk)
    row.refresh_from_db()
    if row.state == Recalculation.State.ASKING:
        start(row, actor=SYSTEM)
        work(row.pk)
    DueChange.objects.all().delete()
    AuditRow.objects.filter(verb="case.recalculated").delete()
    Case.objects.exclude(times_moved=0).update(times_moved=0, moved_for="")


if __name__ == "__main__":
    main()
