"""Services, offices, measures and survey results; the document and the page about all of it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from heard.catalogue.models import Question
from heard.keys.models import Scope
from heard.measures.models import Result
from heard.places.models import Office

pytestmark = pytest.mark.django_db


def test_services_and_what_they_ask(speak: Any, service: Any) -> None:
    Question.objects.create(
        service=service, code="size", kind="choice", label={"en": "How big?", "es": "¿Tamaño?"},
        choices=[{"key": "big", "name": {"en": "Big"}}],
    )  # fmt: skip
    speaker = speak("city:read")
    assert [s["code"] for s in speaker.get("services").json()] == ["pothole"]
    told = speaker.get("services/pothole").json()
    assert told["questions"][0]["choices"] == ["big"]
    assert told["name"]["es"] == "Bache"
    assert speaker.get("services/nope").status_code == 404
    made = speak("cases:create").post(
        "cases", {"service": "pothole", "words": "A hole", "answers": {"size": "big"}}
    )
    assert made.json()["answers"] == {"size": "big"}
    wrong = speak("cases:create").post(
        "cases", {"service": "pothole", "words": "A hole", "answers": {"size": "huge"}}
    )
    assert wrong.json()["errors"][0]["field"] == "answers.size"


def test_offices_and_hours(speak: Any, town: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(2):
        Office.objects.create(
            code=f"hall-{number}", name={"en": "City Hall"}, address="1 Main", hours="24/7"
        )
    speaker = speak("city:read")
    told = speaker.get("offices").json()
    assert [office["open_now"] for office in told] == [True, True]
    assert len(told[0]["days"]) >= 7
    assert speaker.get("offices/hall-1").json()["hours"] == "24/7"
    assert speaker.get("offices/none").status_code == 404
    with django_assert_max_num_queries(12):
        speaker.get("offices")


def figure(measure: str, statistic: str, **rest: Any) -> None:
    values = {"definition": 1, "period": "2026-01", "by": "all", "group": "all", "n": 40}
    Result.objects.create(
        measure=measure, statistic=statistic, value=0.5, low=0.4, high=0.6, **(values | rest)
    )


def test_measures_and_survey_results(speak: Any, town: Any) -> None:
    figure("on_time", "due")
    figure("on_time", "due", by="division", group="streets", n=3, suppressed=True)
    figure("satisfaction", "index")
    speaker = speak("measures:read")
    cards = {card["key"]: card for card in speaker.get("measures").json()}
    assert "on_time" in cards
    rows = speaker.get("measures/on_time/results", statistic="due").json()
    assert [(r["period"], r["n"]) for r in rows] == [("2026-01", 40)]
    grouped = speaker.get(
        "measures/on_time/results", statistic="due", by="division", period="2026-01"
    ).json()
    assert grouped[0]["suppressed"]
    assert speaker.get("measures/on_time/results", by="division").status_code == 422
    assert speaker.get("measures/on_time/results", by="mood").status_code == 422
    assert speaker.get("measures/on_time/results", statistic="x").status_code == 422
    assert speaker.get("measures/none/results").status_code == 404
    surveys = speaker.get("surveys/results").json()
    assert {row["measure"] for row in surveys} == {"satisfaction"}


def test_the_document_describes_every_fault(client: Client, db: None) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert len(document["paths"]) >= 11
    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"401", "403", "422", "429"} <= set(operation["responses"])
            assert operation["security"]
            assert operation["x-scope"] in Scope.values


@pytest.mark.parametrize("language", ["", "/es"])
def test_the_page_needs_nothing_from_elsewhere(client: Client, town: Any, language: str) -> None:
    assert client.get("/api/v1/")["Location"] == "/developers/"
    page = client.get(f"{language}/developers/")
    text = page.content.decode()
    assert "POST /api/v1/cases/{reference}/state" in text
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"([^\"]+)\"", text)
    assert [url for url in loaded if url.startswith(("http", "//"))] == []
    assert "'none'" in page["Content-Security-Policy"]


def test_the_examples_of_the_guide_name_calls_that_exist(client: Client, db: None) -> None:
    guide = Path(__file__).resolve().parents[4] / "docs/developer/integrators.md"
    text = re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "{reference}", guide.read_text(encoding="utf-8"))
    named = set(re.findall(r"/api/v1(/[a-z/{}]+)", text))
    known = {p.removeprefix("/api/v1") for p in client.get("/api/v1/openapi.json").json()["paths"]}
    assert named - {"/openapi"} <= known
