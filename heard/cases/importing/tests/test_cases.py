"""What a row becomes, what happens when it comes again, and on what terms."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heard.cases.importing.tests.conftest import GOOD, HEADER, MAPPING
from heard.cases.models import Case
from heard.cases.states import State
from heard.catalogue.models import Service
from heard.core.models import AuditRow, City, Event, ImportRun
from heard.people.models import Department, Division
from heard.places.models import District

ALL = "id,opened,due,closed,status,service,department,division,district,title,words,place,lat,lon"


def test_a_row_becomes_a_case(town: Any, bring: Any) -> None:
    done = bring([
        ALL,
        "7,2024-03-01 09:00,2024-03-05 09:00,2024-03-02 10:00,done,Pothole,works,roads,6,"
        "Deep hole,By the school,12  Elm Street,39.6,-104.9",
    ])  # fmt: skip
    assert (done.code, done.counts) == (0, (1, 0, 0, 0))
    case = Case.objects.select_related("division__department", "district", "service").get()
    assert (case.source, case.external_id, case.state) == ("small", "7", State.CLOSED)
    assert case.received_at == datetime(2024, 3, 1, 16, tzinfo=UTC)
    assert case.due_at == datetime(2024, 3, 5, 16, tzinfo=UTC)
    assert case.closed_at == case.resolved_at == datetime(2024, 3, 2, 17, tzinfo=UTC)
    assert case.promise_version is None
    assert (case.title, case.words, case.place) == ("Deep hole", "By the school", "12 Elm Street")
    assert (case.lat, case.lon) == (39.6, -104.9)
    assert (case.service.code, case.division.code) == ("Pothole", "works/roads")
    assert (case.division.department.code, case.district and case.district.code) == ("works", "6")
    assert case.zone == ""  # the city's own
    assert len(case.reference) == 9


def test_again_changes_nothing(bring: Any) -> None:
    bring([HEADER, GOOD])
    before = Case.objects.values().get()
    events = Event.objects.count()
    again = bring([HEADER, GOOD])
    assert again.counts == (0, 0, 1, 0)
    assert Case.objects.values().get() == before
    assert Event.objects.count() == events


def test_a_changed_row_updates_its_case_and_keeps_what_was_done_here(bring: Any) -> None:
    bring([HEADER, "1,2024-03-01 09:00,,open,Pothole,A hole"])
    case = Case.objects.get()
    Case.objects.update(answers={"size": "big"})
    done = bring([HEADER, GOOD])
    assert done.counts == (0, 1, 0, 0)
    after = Case.objects.get()
    assert (after.pk, after.reference, after.answers) == (case.pk, case.reference, {"size": "big"})
    assert (after.state, after.version) == (State.CLOSED, case.version + 1)
    assert after.changed_at > case.changed_at


def test_a_raised_mapping_version_writes_rows_anew(bring: Any, mapping: Path) -> None:
    bring([HEADER, GOOD])
    mapping.write_text(MAPPING.replace("version = 1", "version = 2"))
    assert bring([HEADER, GOOD]).counts == (0, 1, 0, 0)


def test_one_audit_row_and_event_per_batch(bring: Any) -> None:
    rows = [f"{n},2024-03-01 09:00,,open,Pothole,Hole {n}" for n in range(1, 1502)]
    assert bring([HEADER, *rows]).counts == (1501, 0, 0, 0)
    run = ImportRun.objects.get()
    about_run = {"about_kind": "importrun", "about_id": run.pk}
    assert Event.objects.filter(kind="cases.imported", **about_run).count() == 2
    written = AuditRow.objects.filter(verb="cases.imported", **about_run)
    assert {row.actor_name for row in written} == {"import small"}
    assert not Event.objects.filter(kind="case.received").exists()


def test_dry_run_says_the_same_and_writes_nothing(bring: Any) -> None:
    lines = [HEADER, GOOD, "2,2024-03-01,2024-02-01,done,Pothole,x", GOOD.replace("1,", "3,", 1)]
    dry = bring(lines, dry_run=True)
    assert dry.counts == (2, 0, 0, 1)
    assert "Would create on the way: departments 1, divisions 1, services 1" in dry.said
    for model in (Case, Service, Division, Department, City, ImportRun, Event):
        assert not model._default_manager.exists()
    assert bring(lines).counts == dry.counts


def test_unknown_codes_are_created_with_names_and_not_offered(bring: Any, mapping: Path) -> None:
    names = '[names.district]\n"*" = { en = "District {}", es = "Distrito {}" }\n'
    mapping.write_text(MAPPING + names + '[names.department]\nworks = "Public Works"\n')
    bring([ALL, "7,2024-03-01 09:00,,,open,Pothole,works,roads,6,,,,,"])
    assert District.objects.get().name == {"en": "District 6", "es": "Distrito 6"}
    assert Department.objects.get().name == {"en": "Public Works"}
    assert Division.objects.get().name == {"en": "roads"}
    service = Service.objects.get()
    assert service.is_public
    assert not service.is_active


def test_unknown_codes_are_refused_by_choice(service: Any, bring: Any) -> None:
    lines = [
        ALL,
        "1,2024-03-01 09:00,,,open,pothole,,,,,,,,",
        "2,2024-03-01 09:00,,,open,Unicorns,,,,,,,,",
    ]
    before = Service.objects.count()
    done = bring(lines, on_missing="refuse")
    assert done.counts == (0, 0, 0, 2)  # the fallback department has no division of its own
    assert "There is no division “works” here" in done.rejected()[0][1]
    assert "There is no service “Unicorns” here" in done.rejected()[1][1]
    Division.objects.create(department=Department.objects.get(), code="works", name={"en": "W"})
    assert bring(lines, on_missing="refuse").counts == (1, 0, 0, 1)
    assert Service.objects.count() == before


def test_two_departments_may_share_the_name_of_a_division(bring: Any) -> None:
    bring([
        ALL,
        "1,2024-03-01 09:00,,,open,Graffiti,works,Graffiti,,,,,,",
        "2,2024-03-01 09:00,,,open,Graffiti,parks,Graffiti,,,,,,",
    ])  # fmt: skip
    assert set(Division.objects.values_list("code", flat=True)) == {
        "works/Graffiti", "parks/Graffiti",
    }  # fmt: skip
    assert Case.objects.get(external_id="2").division.code == "parks/Graffiti"
    assert Service.objects.get().division.code == "works/Graffiti"


def test_the_zone_is_kept_where_it_is_not_the_citys(bring: Any) -> None:
    City.objects.create(name="Elsewhere", zone="America/New_York")
    bring([HEADER, GOOD])
    assert Case.objects.get().zone == "America/Denver"


def test_a_house_without_a_city_gets_one_in_the_zone_of_the_data(bring: Any) -> None:
    done = bring([HEADER, GOOD])
    assert City.objects.get().zone == "America/Denver"
    assert Case.objects.get().zone == ""
    assert "The house had no city yet" in done.said


def test_closed_once_and_open_now_is_reopened(bring: Any) -> None:
    bring([HEADER, "1,2024-03-01 09:00,2024-03-02 10:00,open,Pothole,x"])
    case = Case.objects.get()
    assert (case.state, case.closed_at, case.times_reopened) == (State.REOPENED, None, 1)


@pytest.mark.parametrize(
    ("opened", "due", "closed", "on_time"),
    [
        ("2024-03-01", "2024-03-04", "2024-03-04", True),
        ("2024-03-01", "2024-03-04", "2024-03-05", False),
        ("2024-03-01 15:00", "2024-03-01", "2024-03-01", True),
        ("2024-03-01 08:00", "2024-03-01 09:00", "2024-03-01", True),
        ("2024-03-01 08:00", "2024-03-01 09:00", "2024-03-01 09:01", False),
    ],
)
def test_days_without_a_time_are_compared_as_days(
    bring: Any, opened: str, due: str, closed: str, on_time: bool
) -> None:
    done = bring([ALL, f"1,{opened},{due},{closed},done,Pothole,works,roads,,,,,,"])
    assert done.counts == (1, 0, 0, 0), done.said
    case = Case.objects.get()
    assert case.finished_at is not None
    assert case.due_at is not None
    assert (case.finished_at <= case.due_at) is on_time
    assert case.finished_at >= case.received_at


def test_whole_days_take_a_whole_number_of_days(bring: Any) -> None:
    bring([HEADER, "1,2024-06-01,2024-06-03,done,Pothole,x"])
    case = Case.objects.get()
    assert case.finished_at is not None
    assert (case.finished_at - case.received_at).days == 2
    assert case.received_at == datetime(2024, 6, 1, 6, tzinfo=UTC)  # midnight in Denver


def test_the_night_summer_time_ends_is_not_an_impossible_order(bring: Any) -> None:
    # 1:50 comes twice in that night, and so does 1:10.
    assert bring([HEADER, "1,2024-11-03 01:50,2024-11-03 01:10,done,Pothole,x"]).counts[0] == 1
    case = Case.objects.get()
    assert case.closed_at is not None
    assert (case.closed_at - case.received_at).total_seconds() == 20 * 60


def test_another_source_is_another_case(bring: Any) -> None:
    bring([HEADER, GOOD])
    assert bring([HEADER, GOOD], source="other").counts == (1, 0, 0, 0)
    assert Case.objects.count() == 2


def test_known_ids_are_found_by_index_however_many_cases_there_are(
    bring: Any,
) -> None:
    bring([HEADER, *(f"{n},2024-03-01 09:00,,open,Pothole,x" for n in range(1, 301))])
    with CaptureQueriesContext(connection) as asked:
        bring([HEADER, *(f"{n},2024-03-01 09:00,,open,Pothole,x" for n in range(1, 301))])
    known = [q["sql"] for q in asked if '"row_hash"' in q["sql"] and "SELECT" in q["sql"]]
    assert len(known) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {known[0]}")
            assert "USING INDEX case_imported_once" in str(cursor.fetchall())


def test_queries_do_not_grow_with_the_rows_of_a_batch(bring: Any) -> None:
    def queries(count: int) -> int:
        bring([HEADER, GOOD.replace("1,", "0,", 1)])
        with CaptureQueriesContext(connection) as asked:
            rows = (f"{count}-{n},2024-03-01 09:00,,open,Pothole,x" for n in range(count))
            assert bring([HEADER, *rows]).counts[0] == count
        return len(asked)

    assert queries(2) == queries(400)
