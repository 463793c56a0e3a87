"""Results follow the facts: only what changed is written, together with its snapshot."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from heard.core import clock, schedule
from heard.core.actors import SYSTEM
from heard.facts import lake
from heard.facts.tests.making import asked, make_answers, make_cases, utc
from heard.measures import refresh as refreshing
from heard.measures.downloads import place
from heard.measures.models import Chart, Result, Snapshot
from heard.measures.refresh import refresh
from heard.voice.models import Invitation
from heard.voice.services import Answers, Subject, answer, invite

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_measures("cases_received", "on_time", "days_to_close", "satisfaction"),
]


@pytest.fixture(autouse=True)
def awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest after a run that took long because the machine is busy."""
    monkeypatch.setattr(refreshing, "LONG", 3600.0)
    refreshing._Worker.rests_until = 0.0


def test_nothing_new_computes_nothing(service: Any) -> None:
    make_cases(service, 12, utc("2026-03-10 12:00"))
    assert refresh().changed > 0
    again = refresh()
    assert (again.computed, again.changed) == (False, 0)


def test_rows_that_stay_right_stay_untouched(service: Any) -> None:
    make_cases(service, 12, utc("2026-02-10 12:00"), closed_at=utc("2026-02-12 12:00"))
    refresh()
    before = set(Result.objects.values_list("pk", flat=True))
    make_cases(service, 12, utc("2026-03-10 12:00"), closed_at=utc("2026-03-12 12:00"))
    refresh()
    rows = Result.objects.exclude(pk__in=before)
    assert {row.period for row in rows} == {"2026-03"}
    assert before <= set(Result.objects.values_list("pk", flat=True))


def test_rows_of_groups_that_are_no_more_leave(service: Any) -> None:
    made = make_cases(service, 3, utc("2026-03-10 12:00"), channel="phone")
    refresh()
    for case in made:
        case.channel, case.changed_at = "web", clock.now()
        case.save()
    refresh()
    groups = Result.objects.filter(measure="cases_received", by="channel")
    assert [row.group for row in groups] == ["web"]


def test_the_snapshot_names_the_files(service: Any) -> None:
    make_cases(service, 3, utc("2026-03-10 12:00"))
    make_answers(service, [4], utc("2026-03-10 12:00"))
    refresh()
    row = Snapshot.objects.get()
    assert [(file["fact"], file["month"]) for file in row.files] == [
        ("cases", "2026-03"),
        ("responses", "2026-03"),
    ]
    path = lake.month_file("cases", "2026-03")
    assert row.files[0]["bytes"] == path.stat().st_size


def test_results_after_a_crash_between_facts_and_figures(service: Any) -> None:
    """The lake is ahead of the figures: the next run sees that from the files themselves."""
    from heard.facts.refresh import refresh as refresh_facts

    make_cases(service, 3, utc("2026-03-10 12:00"))
    refresh_facts()
    assert refresh().changed > 0


def test_the_downloads_hold_the_stored_figures(service: Any) -> None:
    make_cases(service, 12, utc("2026-03-10 12:00"), closed_at=utc("2026-03-12 12:00"))
    refresh()
    found = asked(
        f"SELECT n, value, low, high FROM '{place('days_to_close')}' "
        "WHERE dimension = 'all' AND statistic = 'median'"
    )
    stored = Result.objects.get(measure="days_to_close", statistic="median", by="all")
    assert found == [(stored.n, stored.value, stored.low, stored.high)] == [(12, 2.0, 2.0, 2.0)]


def test_an_answer_moves_its_divisions_figure_with_the_next_run(case: Any, staff: Any) -> None:
    """As a worker does it: the job runs every HEARD_FACTS_SECONDS, far below a minute."""
    job = next(job for job in schedule.jobs() if job.name == "measures: bring up to date")
    assert job.seconds is not None
    assert job.seconds <= 60
    job.run()
    invitation = invite(
        Subject(about=f"case:{case.pk}", service="pothole", division="streets", department="works"),
        customer=case.customer, language="es", actor=SYSTEM,
    )  # fmt: skip
    assert isinstance(invitation, Invitation)
    job.run()
    row = Result.objects.get(measure="satisfaction", statistic="index", by="division")
    assert (row.group, row.n, row.detail["asked"]) == ("streets", 0, 1)
    answer(invitation, Answers(satisfaction=4), actor=case.customer.as_actor())
    job.run()
    row.refresh_from_db()
    assert (row.n, row.suppressed, row.detail["answered"]) == (1, True, 1)


def test_the_job_gives_way_to_a_running_refresh(service: Any) -> None:
    with lake.lock(wait=False):
        refreshing.regularly()
    assert not Snapshot.objects.exists()


def test_the_worker_draws_charts_once(service: Any) -> None:
    make_cases(service, 12, utc("2026-03-10 12:00"), closed_at=utc("2026-03-12 12:00"))
    refreshing._Worker.charts_wait = True
    refreshing.regularly()
    from heard.measures.charts import draw

    draw()
    drawn = set(Chart.objects.values_list("digest", flat=True))
    assert drawn
    assert draw() == (0, 0)
    assert {path.stem for path in (lake.root().parent / "charts").glob("*.svg")} == drawn


def test_command_refreshes_and_says_what_it_did(service: Any, capsys: Any) -> None:
    make_cases(service, 3, utc("2026-03-10 12:00"))
    call_command("measures", "refresh")
    said = capsys.readouterr()
    assert "cases: all, 3 rows read, 1 months written" in said.out
    assert "Computing" in said.err
    call_command("measures", "refresh", "--rebuild")
    assert "figures changed: 0" in capsys.readouterr().out
    call_command("measures", "show", "cases_received", "--format", "json")
    assert json.loads(capsys.readouterr().out)[0]["n"] == 3


def test_time_alone_makes_figures_anew(service: Any) -> None:
    make_cases(service, 3, utc("2026-03-10 12:00"))
    refresh()
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert refresh().computed


def test_a_worker_rests_after_a_long_run(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "LONG", 0.0)  # every run is long
    before = time.monotonic()
    refreshing.regularly()
    assert refreshing._Worker.rests_until > before
    refreshing._Worker.rests_until = time.monotonic() + 600  # however slow this machine is
    make_cases(service, 3, utc("2026-03-10 12:00"))
    refreshing.regularly()
    assert not Result.objects.exists()
    refreshing._Worker.rests_until = 0.0
    refreshing.regularly()
    assert Result.objects.exists()
