"""The working of a figure, the files for programs, the map, the frame and the report."""

import html
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from heard.cases.models import Case
from heard.core import clock
from heard.core.models import City
from heard.facts import merge
from heard.facts.tests.making import make_case, utc
from heard.measures import working
from heard.measures.charts import draw
from heard.measures.definitions import measures
from heard.measures.models import Computation, Result
from heard.measures.refresh import refresh
from heard.places.models import District
from heard.public import ahead, recompute
from heard.public.tests.conftest import NOW, fill
from heard.public.tests.test_pages import text_of
from heard.targets.models import Entry, OwnMeasure

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(db: None) -> OwnMeasure:
    """A measure people enter, with one published figure."""
    made = OwnMeasure.objects.create(
        key="visits", name={"en": "Library visits", "es": "Visitas"}, kind="entered",
        definition={"en": "Visits of the library."}, unit="share", created_at=NOW,
    )  # fmt: skip
    Entry.objects.create(
        measure="visits", kind="month", period="2026-04", first="2026-04-01", last="2026-04-30",
        numerator=30, denominator=40, value=0.75, n=40, evidence="Annual book, page 3",
        state="published", entered_at=NOW, published_at=NOW,
    )  # fmt: skip
    return made


@pytest.fixture
def made(service: Any, own: OwnMeasure) -> Any:
    """Three months, all that the worker makes ahead, and two districts on the map."""
    for code, west in (("north", 0), ("south", 2)):
        corners = [[west + x, y] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
        outline = {"type": "Polygon", "coordinates": [corners]}
        District.objects.create(code=code, name={"en": code.title()}, outline=outline)
    District.objects.create(code="bad", name={"en": "Bad"}, outline={"type": "Nonsense"})
    with clock.at(NOW):
        fill(service)
        Case.objects.update(district=District.objects.get(code="north"))
        refresh()
        ahead.make(reports=False)
    return service


# Making the figures takes longer than reading them: what looks at the same ones is one test.
def test_the_working_of_figures(client: Client, made: Any, tmp_path: Path) -> None:
    goes_from_rows_to_judgment(client)
    what_is_pasted_makes_the_figure_again(client, tmp_path)
    answers_stay_inside_and_their_sums_suffice(client)
    every_measure_has_its_working(client)
    nonsense_is_answered_plainly(client)
    an_entered_measure_shows_its_evidence_and_files(client)


def test_files_for_programs(client: Client, made: Any) -> None:
    the_catalogue_keeps_its_standards(client)
    measures_json_says_what_the_page_says(client)


def test_on_a_map_and_on_other_sites(client: Client, made: Any) -> None:
    the_map_has_the_same_figures_as_its_list(client)
    only_the_frame_may_be_framed(client)
    the_pictures_address_lasts(client)


def test_the_report(client: Client, made: Any) -> None:
    it_is_tagged_and_says_the_same(client)
    a_month_without_figures_is_answered_with_those_there_are()


def goes_from_rows_to_judgment(client: Client) -> None:
    with clock.at(NOW):
        page = client.get("/results/on_time/working/?period=2026-04")
    said = text_of(page)
    assert "21 rows belong to this month and group." in said
    assert "3 are left out: finished without any promised date." in said
    assert "p = x / n = 16 / 18 = 0.888889" in said
    row = Result.objects.get(measure="on_time", statistic="closed", by="all", period="2026-04")
    low, high = (f"{end:.6f}".rstrip("0") for end in (row.low or 0.0, row.high or 0.0))
    assert f"= {low} … {high}" in said
    assert "on_time-closed-v1" in said
    assert "as_of = 2026-05-20T" in said
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", page.content.decode())) == 3
    assert 'FROM "cases"' in html.unescape(page.content.decode())
    assert "curl -fsS -o" in said


def test_the_working_names_the_computation_of_its_figure(client: Client, service: Any) -> None:
    """A figure that a later computation left as it was says which one made it, and when."""
    with clock.at(NOW):
        fill(service)
        refresh()
    later = utc("2026-05-21 09:00")
    with clock.at(later):
        make_case(service, utc("2026-05-20 20:00"))
        refresh()
        working.write()
        april = text_of(client.get("/results/cases_received/working/?period=2026-04"))
        may = text_of(client.get("/results/cases_received/working/?period=2026-05"))
        spanish = text_of(client.get("/es/results/cases_received/working/?period=2026-04"))
    figures = Result.objects.filter(measure="cases_received", by="all")
    made = {row.period: Computation.objects.get(pk=row.computation_id or 0) for row in figures}
    assert (made["2026-04"].as_of, made["2026-05"].as_of) == (NOW, later)
    named = f"The figure is as computation {made['2026-04'].pk} of May 20, 2026, "
    assert named in april
    assert "as_of = 2026-05-21T" in april  # what the expression would be run with now
    assert f"hizo el cálculo {made['2026-04'].pk} del 20 de mayo de 2026" in spanish
    assert "The figure is as computation" not in may  # the latest one made it
    assert "Computed May 21, 2026, " in may
    for said in (april, may):
        assert f"3 files of the facts “cases” with {Case.objects.count()} rows" in said


def test_settled_rows_are_a_file_of_their_own(
    client: Client, year: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "SETTLED_LEAST", 3)
    monkeypatch.setattr(merge, "SETTLES_AFTER", timedelta(days=30))
    with clock.at(NOW):
        refresh(rebuild=True)
        working.write()
        listed = client.get("/results/open-data/").content.decode()
        rows = 0
        for name in ("2026-03-settled", "2026-04-settled", "2026-05"):
            address = f"/results/data/cases/{name}.parquet"
            assert address in listed
            answer = client.get(address)
            file = io.BytesIO(b"".join(answer.streaming_content))
            rows += pq.ParquetFile(file).metadata.num_rows
        said = client.get("/results/on_time/working/?period=2026-04").content.decode()
        catalogue = json.loads(client.get("/results/open-data/data.json").content)
    assert rows == Case.objects.count()
    assert "2026-04-settled" in said
    spans = [about["temporal"] for about in catalogue["dataset"] if "temporal" in about]
    assert spans
    assert not any("settled" in span for span in spans), spans


def what_is_pasted_makes_the_figure_again(client: Client, tmp_path: Path) -> None:
    """The SQL file and the downloads in a folder, and DuckDB in a process of its own."""
    with clock.at(NOW):
        sql = client.get("/results/on_time/working.sql?period=2026-04").content
        for month in ("2026-03", "2026-04", "2026-05"):
            answer = client.get(f"/results/data/cases/{month}.parquet")
            (tmp_path / f"cases-{month}.parquet").write_bytes(b"".join(answer.streaming_content))
    (tmp_path / "figure.sql").write_bytes(sql)
    run = "import duckdb; print(duckdb.sql(open('figure.sql').read()).fetchall())"
    done = subprocess.run(
        [sys.executable, "-c", run], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    row = Result.objects.get(measure="on_time", statistic="closed", by="all", period="2026-04")
    again = eval(done.stdout, {"__builtins__": {}})[0]  # noqa: S307 - numbers we just made
    assert again[:4] == ("2026-04", "all", 18, 3)
    assert again[4:] == pytest.approx((row.value, row.low, row.high), rel=1e-12)


def answers_stay_inside_and_their_sums_suffice(client: Client) -> None:
    with clock.at(NOW):
        page = client.get("/results/satisfaction/working/?period=2026-04")
        sql = client.get("/results/satisfaction/working.sql?period=2026-04").content.decode()
    assert "Why the single rows are not published" in text_of(page)
    assert "/results/data/responses" not in page.content.decode()
    assert "satisfaction.parquet" in sql
    assert "responses" not in sql


def every_measure_has_its_working(client: Client) -> None:
    with clock.at(NOW):
        for card in measures().values():
            for way in card.statistics:
                address = f"/results/{card.key}/working/?way={way.key}&period=2026-04"
                assert client.get(address).status_code == 200, address


BAD = [
    "?by=planet&group=mars", "?by=division&group=x'; DROP TABLE cases; --", "?period=1999-01",
    "?way=sideways", "?period=' OR 1=1", "?by=division",
]  # fmt: skip


def nonsense_is_answered_plainly(client: Client) -> None:
    for query in BAD:
        with clock.at(NOW):
            assert client.get(f"/results/on_time/working/{query}").status_code == 200, query
            sql = client.get(f"/results/on_time/working.sql{query}").content.decode()
        assert "'x'; DROP" not in sql
    assert client.get("/results/nothing/working/").status_code == 404
    assert client.get("/results/nothing/embed/").status_code == 404


def an_entered_measure_shows_its_evidence_and_files(client: Client) -> None:
    with clock.at(NOW):
        said = text_of(client.get("/results/visits/working/"))
        csv = b"".join(client.get("/results/visits.csv").streaming_content).decode()
        parquet = client.get("/results/visits.parquet")
        city = text_of(client.get("/results/"))
    assert "Annual book, page 3" in said
    assert "30 / 40" in said
    assert "visits,visits-v1,all,2026-04" in csv
    assert parquet.status_code == 200
    assert "Library visits" in city
    assert "75%" in city


# --- files for programs

FILLED = {"type": "string", "minLength": 1}
POD = {  # the fields that Project Open Data 1.1 requires of everybody who is not federal
    "type": "object",
    "required": ["conformsTo", "dataset"],
    "properties": {
        "conformsTo": {"const": "https://project-open-data.cio.gov/v1.1/schema"},
        "dataset": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    "title", "description", "keyword", "modified", "publisher", "contactPoint",
                    "identifier", "accessLevel",
                ],
                "properties": {
                    "title": FILLED,
                    "description": FILLED,
                    "keyword": {"type": "array", "minItems": 1, "items": FILLED},
                    "modified": {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d|R/P)"},
                    "publisher": {"type": "object", "required": ["name"]},
                    "contactPoint": {
                        "type": "object",
                        "required": ["fn", "hasEmail"],
                        "properties": {"hasEmail": {"type": "string", "pattern": "^mailto:.+@"}},
                    },
                    "identifier": FILLED,
                    "accessLevel": {"enum": ["public", "restricted public", "non-public"]},
                    "distribution": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["downloadURL", "mediaType"],
                            "properties": {
                                "downloadURL": {"type": "string", "pattern": "^https?://"},
                                "mediaType": {"type": "string", "pattern": "^[a-z]+/[a-z.+-]+$"},
                            },
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip


def the_catalogue_keeps_its_standards(client: Client) -> None:
    City.objects.update(email="hello@city.example")
    with clock.at(NOW):
        pod = client.get("/results/open-data/data.json")
        dcat = json.loads(client.get("/results/open-data/catalog.jsonld").content)
    found = json.loads(pod.content)
    jsonschema.validate(found, POD)
    assert pod["Access-Control-Allow-Origin"] == "*"
    names = [one["identifier"] for one in found["dataset"]]
    assert len(names) == len(set(names)) > len(measures())
    for dataset in found["dataset"]:
        for file in dataset["distribution"]:
            path = file["downloadURL"].removeprefix("http://testserver")
            assert client.get(path).status_code == 200, path
    assert dcat["@type"] == "dcat:Catalog"
    assert len(dcat["dcat:dataset"]) == len(names)
    sums = [
        file["spdx:checksum"]
        for dataset in dcat["dcat:dataset"]
        for file in dataset["dcat:distribution"]
        if "spdx:checksum" in file
    ]
    assert len(sums) == 3


def measures_json_says_what_the_page_says(client: Client) -> None:
    with clock.at(NOW):
        answer = client.get("/results/open-data/measures.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    found = json.loads(answer.content)
    assert found["heard"] == 1
    by_key = {one["key"]: one for one in found["measures"]}
    on_time = by_key["on_time"]
    row = Result.objects.get(measure="on_time", statistic="closed", by="all", period="2026-04")
    assert (on_time["period"], on_time["n"], on_time["value"]) == ("2026-04", 18, row.value)
    assert on_time["series"][-1]["period"] == "2026-05"  # the running month is in the course only
    assert by_key["visits"]["kind"] == "entered"
    assert by_key["visits"]["value"] == 0.75


def test_a_hidden_figure_is_hidden_there_too(client: Client, service: Any) -> None:
    with clock.at(NOW):
        make_case(service, NOW.replace(month=4), closed_at=NOW.replace(month=4, day=22))
        refresh()
        found = json.loads(client.get("/results/open-data/measures.json").content)
    days = next(one for one in found["measures"] if one["key"] == "days_to_close")
    assert (days["suppressed"], days["value"], days["n"]) == (True, None, 1)


# --- map, frame, report


def the_map_has_the_same_figures_as_its_list(client: Client) -> None:
    with clock.at(NOW):
        page = client.get("/results/on_time/?period=2026-04").content.decode()
    assert page.count('fill-rule="evenodd"') == 2
    assert "Bad:" not in page  # no outline that can be drawn; nobody misses the page for it
    assert "<title>North: 89%</title>" in page
    assert 'fill="url(#map-hatch)"' in page  # the south has no figure
    assert "<title>South: no figure</title>" in page
    assert re.search(r'href="[^"]*by=district[^"]*group=north[^"]*">North</a>', page)


def only_the_frame_may_be_framed(client: Client) -> None:
    with clock.at(NOW):
        frame = client.get("/results/on_time/embed/?by=division&group=streets")
        page = client.get("/results/on_time/")
    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame
    assert not frame.cookies
    assert "<script" not in frame.content.decode()
    assert "89%" in text_of(frame)
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "&lt;iframe src=" in page.content.decode()


def the_pictures_address_lasts(client: Client) -> None:
    with clock.at(NOW):
        none = client.get("/results/cases_received/chart.svg")
        assert b"There is no picture yet" in none.content
        draw(at_most=40)  # the city's first
        first = client.get("/results/cases_received/chart.svg")
        again = client.get(
            "/results/cases_received/chart.svg", headers={"If-None-Match": first["ETag"]}
        )
    assert first["Content-Type"] == "image/svg+xml"
    assert first["ETag"] != none["ETag"]
    assert first["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert again.status_code == 304


def it_is_tagged_and_says_the_same(client: Client) -> None:
    with clock.at(NOW):
        assert client.get("/results/report.pdf").status_code == 404
        draw(at_most=40)  # the city's first
        out = io.StringIO()
        call_command("measures", "report", stdout=out)
        assert len(out.getvalue().splitlines()) == 2
        assert ahead.make().reports == []  # nothing changed since
        english = client.get("/results/report.pdf")
        spanish = client.get("/es/results/report.pdf?period=2026-04")
    assert english["Content-Type"] == "application/pdf"
    for answer, language, words in (
        (english, "en", ("How well we serve you", "April 2026", "89%", "67% – 97%")),
        (spanish, "es", ("abril de 2026", "Terminadas a tiempo", "89 %")),
    ):
        pdf = pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content)))
        root = pdf.trailer["/Root"]
        assert root["/Lang"] == language  # type: ignore[index]
        assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
        assert "/StructTreeRoot" in root  # type: ignore[operator]
        assert pdf.metadata is not None
        assert pdf.metadata.title
        text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
        for word in words:
            assert word in text.replace("\u00a0", " "), (word, text[:600])
        # Nothing of a title without figures.
        assert "None" not in text


def a_month_without_figures_is_answered_with_those_there_are() -> None:
    with clock.at(NOW), pytest.raises(CommandError, match=r"2026-03 … 2026-05"):
        call_command("measures", "report", "1999-01")
    with pytest.raises(CommandError, match="is not a month"):
        call_command("measures", "report", "May")


def test_the_program_names_what_differs(tmp_path: Path) -> None:
    """A figure that was tampered with is found."""
    one = {"kind": "share", "quantile": None, "divisor": 1, "measure": "m", "statistic": "s"}
    city = recompute.City(tmp_path, {"expressions": [], "files": [], "as_of": "2026-05-20"})
    row = {"n": 18, "left_out": 3, "value": 0.9, "low": 0.672, "high": 0.969}
    city.compare(one, ("all", "2026-04", "all"), row, {"n": 18, "left_out": 3, "x": 16})
    assert city.differences == ["m s: ('all', '2026-04', 'all'): value, low, high"]
