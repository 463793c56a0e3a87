"""The results site: right figures, quick whatever the size, calm where there is nothing."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from heard.catalogue.models import Service
from heard.core import clock
from heard.core.city import forget_city
from heard.facts.tests.making import make_answers, make_case, make_cases, utc
from heard.measures.refresh import refresh
from heard.people.models import Division
from heard.public.tests.conftest import NOW

pytestmark = pytest.mark.django_db
PAGES = [
    "/results/", "/results/on_time/", "/results/days_to_close/", "/results/cases_received/",
    "/results/satisfaction/", "/results/open-data/", "/results/division/streets/",
]  # fmt: skip
MORE = [
    "/results/on_time/working/", "/results/on_time/embed/", "/results/open-data/measures.json",
    "/results/open-data/data.json", "/results/open-data/catalog.jsonld",
    "/results/open-data/working.json", "/results/satisfaction/working/?by=division&group=streets",
]  # fmt: skip


def text_of(answer: Any) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# Many addresses in one test: making the city's figures takes longer than asking for all of them.
def test_an_empty_city_has_pages_too(client: Client, division: Any) -> None:
    pages = [(language + address, language) for language in ("", "/es") for address in PAGES]
    for address, _language in pages:
        assert client.get(address).status_code == 200, address
    refresh()
    for address, language in pages:
        answer = client.get(address)
        assert answer.status_code == 200, address
        wanted = "Todavía no hay resultados" if language else "no results"
        assert wanted in text_of(answer), address


def test_the_city_page_tells_the_last_full_month(client: Client, year: Any) -> None:
    with clock.at(NOW):
        said = text_of(client.get("/results/"))
    assert "April 2026" in said
    assert "89%" in said  # 16 of 18
    assert "About 9 of 10 requests were finished by their promised date." in said
    assert "18 requests" in said
    assert "Not in this figure: 3 finished without any promised date." in said
    assert "50% of those asked answered (12 of 24)." in said
    assert "This month so far:" in said
    assert "94%" in said  # May: 16 of 17


def test_another_month(client: Client, year: Any) -> None:
    with clock.at(NOW):
        said = text_of(client.get("/results/?period=2026-03"))
    assert "80%" in said  # 16 of 20
    for bad in ("2026-13", "1999-01", "<script>", "2026-3"):
        with clock.at(NOW):
            answer = client.get("/results/", {"period": bad})
        assert answer.status_code == 200
        assert "April 2026" in text_of(answer)


def test_a_measure_by_group(client: Client, year: Any) -> None:
    with clock.at(NOW):
        answer = client.get("/results/on_time/?by=channel&period=2026-04")
        said = text_of(answer)
    assert "By channel, April 2026" in said
    assert re.search(r"phone too few 2 requests", said)
    with clock.at(NOW):
        said = text_of(client.get("/results/on_time/?by=channel&group=web&period=2026-04"))
    assert "Show the whole city" in said


def test_the_other_way_of_counting(client: Client, year: Any) -> None:
    with clock.at(NOW):
        said = text_of(client.get("/results/days_to_close/?way=p90&period=2026-03"))
    assert "9 of 10 requests were finished within 3 days." in said


NONSENSE = [
    "/results/on_time/?by=planet&group=mars",
    "/results/on_time/?by=channel&group=carrier-pigeon",
    "/results/on_time/?way=sideways&page=minus",
    "/results/on_time/?period=' OR 1=1",
    "/results/on_time/?by=service&group=" + "x" * 5000,
]


def test_nonsense_in_the_address_shows_the_usual(client: Client, year: Any) -> None:
    for address in NONSENSE:
        with clock.at(NOW):
            answer = client.get(address)
        assert answer.status_code == 200, address
        assert "The whole city" in text_of(answer), address


MISSING = [
    "/results/nonsense/",
    "/results/nonsense.csv",
    "/results/on_time.xlsx",
    "/results/division/nobody/",
    "/results/charts/0000.svg",
    "/results/data/responses/2026-04.parquet",
    "/results/data/cases/2026-4.parquet",
    "/results/data/cases/1999-01.parquet",
    "/results/data/..%2f..%2fheard/2026-04.parquet",
    "/results/data/cases/..%2fstate.json",
]


def test_what_there_is_not(client: Client, year: Any) -> None:
    for address in MISSING:
        assert client.get(address).status_code == 404, address


def test_a_divisions_page(client: Client, year: Any) -> None:
    with clock.at(NOW):
        said = text_of(client.get("/results/division/streets/"))
    assert "Streets" in said
    assert "Public Works" in said
    assert "89%" in said
    assert "12 answers" in said
    assert "Pothole" in said


def test_a_divisions_page_before_its_first_request(
    client: Client, year: Any, division: Any
) -> None:
    Division.objects.create(
        department=division.department, code="new", name={"en": "Brand new", "es": "Nueva"}
    )
    said = text_of(client.get("/results/division/new/"))
    assert "There are no results of this division yet" in said


def test_an_answer_shows_on_the_divisions_page(client: Client, service: Any) -> None:
    make_case(service, clock.now())
    refresh()
    assert "1 so far" not in text_of(client.get("/results/division/streets/"))
    make_answers(service, [5], clock.now())
    call_command("measures", "refresh")
    said = text_of(client.get("/results/division/streets/"))
    assert "1 so far: too few to show without pointing at single people." in said
    assert "100% of those asked answered (1 of 1)." in said


def test_in_spanish(client: Client, year: Any) -> None:
    with clock.at(NOW):
        said = text_of(client.get("/es/results/"))
        measure = text_of(client.get("/es/results/on_time/"))
    assert "abril de 2026" in said
    assert "89 %" in said
    assert "Terminadas a tiempo" in said
    for english in ("Download", "requests", "likely", "so far", "finished"):
        assert english not in said, english
        assert english not in measure, english


def test_the_number_of_queries_does_not_grow(
    client: Client, year: Any, division: Any, django_assert_max_num_queries: Any
) -> None:
    def queries(address: str) -> int:
        forget_city()  # else it is read again whenever its few seconds are over
        with clock.at(NOW), django_assert_max_num_queries(17) as counted:
            client.get(address)
        return len(counted)

    for address in PAGES + MORE:
        client.get(address)
    small = {address: queries(address) for address in PAGES + MORE}
    for number in range(12):
        other = Division.objects.create(
            department=division.department, code=f"d{number}", name={"en": f"D {number}"}
        )
        made = Service.objects.create(code=f"s{number}", name={"en": f"S {number}"}, division=other)
        make_cases(made, 11, utc("2026-04-03 12:00"), closed_at=utc("2026-04-05 12:00"))
    with clock.at(NOW):
        refresh()
    assert {address: queries(address) for address in PAGES + MORE} == small


def test_a_browser_that_holds_the_latest_gets_nothing_again(client: Client, year: Any) -> None:
    for address in (*PAGES, *MORE, "/results/on_time.parquet"):
        first = client.get(address)
        assert first.status_code == 200
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304, address
    held = client.get("/results/")["ETag"]
    make_cases(year, 30, utc("2026-04-03 12:00"))
    refresh()
    assert client.get("/results/", headers={"If-None-Match": held}).status_code == 200


def test_languages_are_not_mixed_up_by_a_cache(client: Client, year: Any) -> None:
    assert client.get("/results/")["ETag"] != client.get("/es/results/")["ETag"]


def test_downloads_are_the_stored_figures(client: Client, year: Any) -> None:
    lines = b"".join(client.get("/results/on_time.csv").streaming_content).decode().splitlines()
    assert lines[0].startswith("measure,definition,statistic,dimension,period,group,n,value")
    assert any(line.startswith("on_time,on_time-closed-v1,closed,all,2026-04,all,18,0.888")
               for line in lines)  # fmt: skip
    rows = client.get("/results/on_time.json")
    assert len(json.loads(b"".join(rows.streaming_content))) == len(lines) - 1


def test_satisfaction_is_made_again_from_its_download(client: Client, year: Any) -> None:
    body = b"".join(client.get("/results/satisfaction.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    shown = [row for row in rows if row["suppressed"] == "false" and int(row["n"])]
    assert len(shown) > 20
    for row in shown:
        gave = [int(row[f"gave_{step}"]) for step in range(1, 6)]
        index = 100 * sum(step * n for step, n in enumerate(gave)) / (4 * sum(gave))
        again = index if row["statistic"] == "index" else sum(gave[3:]) / sum(gave)
        assert float(row["value"]) == pytest.approx(again, rel=1e-12)
        assert int(row["answered"]) <= int(row["asked"])
    for row in rows:
        assert row["suppressed"] == "false" or not row["gave_1"]


def test_charts_made_ahead_are_shown_with_words_beside_them(client: Client, year: Any) -> None:
    from heard.measures.charts import draw

    with clock.at(NOW):
        page = client.get("/results/on_time/").content.decode()
        assert 'class="course course--large"' in page  # until the worker has drawn it
        draw()
        page = client.get("/results/on_time/?period=2026-03").content.decode()
    address = re.search(r'<img src="(/results/charts/[0-9a-f]+\.svg)"[^>]*alt="([^"]+)"', page)
    assert address is not None
    assert "About 8 of 10 requests" in address[2]
    picture = client.get(address[1])
    assert picture["Content-Type"] == "image/svg+xml"
    assert "immutable" in picture["Cache-Control"]
    assert picture.content.startswith(b"<svg")


def test_the_menu_leads_here(client: Client, year: Any) -> None:
    assert 'href="/results/"' in client.get("/results/").content.decode()


def test_a_companion_is_not_called_too_few(client: Client, division: Any) -> None:
    for code, ratings in (("a", [1, 2, 3]), ("b", [4] * 30), ("c", [5] * 12)):
        made = Service.objects.create(code=code, name={"en": f"Service {code}"}, division=division)
        make_answers(made, list(ratings), utc("2026-04-05 12:00"))
        make_case(made, utc("2026-04-05 12:00"))
    with clock.at(NOW):
        refresh()
        said = text_of(client.get("/results/satisfaction/?by=service&period=2026-04"))
        alone = text_of(client.get("/results/satisfaction/?by=service&group=c&period=2026-04"))
    assert "Service a too few 3 answers" in said
    assert "Service c not shown 12 answers" in said
    assert "a smaller group beside it has too few to show" in alone
