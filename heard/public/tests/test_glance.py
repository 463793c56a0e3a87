"""The city at a glance: what an area says of itself before it is opened."""

import re
from typing import Any

import pytest
from django.test import Client

from heard.core import clock
from heard.facts.tests.making import utc
from heard.measures.definitions import measure
from heard.public.glance import usual
from heard.public.tests.conftest import NOW
from heard.public.tests.test_pages import text_of
from heard.targets.services import Goal, set_target
from heard.targets.subjects import Subject, of_card

CALM: list[float | None] = [0.80, 0.82, 0.81, 0.79, 0.80, 0.82, 0.81]


def subject_of(key: str, way: str | None = None) -> Subject:
    card = measure(key)
    return of_card(card, card.statistic(way))


def goes(values: list[float | None], key: str) -> str:
    found = usual(values, subject_of(key))
    return found.goes if found else ""


def test_only_what_chance_does_not_explain_is_called_unusual() -> None:
    assert goes(CALM, "on_time") == ""
    assert goes([*CALM, 0.95], "on_time") == "better"
    assert goes([*CALM, 0.55], "on_time") == "worse"
    assert goes([*CALM, 0.95], "dissatisfied") == "worse"
    assert goes([*CALM, 0.95], "phone_share") == "higher"
    assert goes([*CALM[:3], 0.1], "on_time") == ""  # too few months to tell
    assert goes([*CALM, None], "on_time") == ""
    assert goes([], "on_time") == ""


def test_a_net_score_may_fall_below_zero() -> None:
    values: list[float | None] = [8, 10, 9, 8, 10, 9, 8]
    assert goes([*values, -40], "recommend") == "worse"
    # Around zero the limits reach below it: one more such month is no news.
    assert goes([4, -6, 5, -5, 6, -4, 5, -9], "recommend") == ""


@pytest.mark.django_db
def test_an_area_tells_how_it_stands_and_opens_to_every_measure(
    client: Client, year: Any, staff: Any
) -> None:
    goal, lead = Goal("on_time", "closed", "2026-04", "up", 0.99), staff("cx_lead").as_actor()
    with clock.at(utc("2026-03-20 12:00")):
        set_target(goal, actor=lead)
    with clock.at(NOW):
        page = client.get("/results/?period=2026-04").content.decode()
        opened = client.get("/results/?period=2026-04&open=all").content.decode()
    areas = re.findall(r'<details class="area">(.*?)</details>', page, re.DOTALL)
    assert len(areas) > 3
    (resolve,) = (one for one in areas if "area-resolve" in one)
    summary = re.search(r"<summary.*?</summary>", resolve, re.DOTALL)
    assert summary is not None
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", summary[0]))
    assert re.search(r"Solved, and on time \d+ measures 1 target not met", words)
    assert "without a target" in words
    assert "89% Finished on time target not met" in words  # what misses its target comes first
    assert "<a " not in summary[0]  # a link in a button could not be reached by keyboard
    assert '<details class="area" open>' not in page
    assert opened.count('<details class="area" open>') == len(areas)


@pytest.mark.django_db
def test_measures_without_a_figure_are_folded_together(client: Client, year: Any) -> None:
    with clock.at(NOW):
        said = text_of(client.get("/results/"))
        spanish = text_of(client.get("/es/results/"))
    assert re.search(r"Not measured yet \d+ measures that have never had a figure here", said)
    assert re.search(r"Todavía no se mide \d+ indicadores que nunca", spanish)
