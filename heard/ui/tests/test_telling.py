"""Numbers and times are told as people say them, in both languages and in the city's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from heard.core import clock
from heard.ui import telling
from heard.ui.rating import face_of

NOON = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)  # noon in Denver


@pytest.fixture(autouse=True)
def noon_in_denver():
    with clock.at(NOON), timezone.override(ZoneInfo("America/Denver")):
        yield


def plain(text: str) -> str:
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("moment", "form", "english"),
    [
        (NOON, "human", "today, 12:00 PM"),
        (NOON - timedelta(hours=13), "human", "yesterday, 11:00 PM"),
        (NOON + timedelta(days=1), "human", "tomorrow, 12:00 PM"),
        (NOON - timedelta(days=30), "human", "Feb 2, 12:00 PM"),
        (NOON - timedelta(days=300), "human", "May 8, 2025, 1:00 PM"),
        (NOON, "moment", "March 4, 2026, 12:00 PM"),
        (NOON, "day", "March 4, 2026"),
        (NOON, "short", "Mar 4"),
        (NOON, "month", "March 2026"),
        (NOON, "time", "12:00 PM"),
        (NOON - timedelta(hours=3), "ago", "3 hours ago"),
        (NOON + timedelta(days=2), "ago", "in 2 days"),
    ],
)
def test_times_in_english(moment, form, english):
    assert plain(telling.time_told(moment, form)) == english


def test_times_in_spanish():
    with translation.override("es"):
        assert plain(telling.time_told(NOON, "moment")) == "4 de marzo de 2026, 12:00 p.m."
        assert telling.day_told(date(2026, 3, 4)) == "4 de marzo de 2026"
        assert telling.time_told(NOON - timedelta(days=2), "ago") == "hace 2 días"


def test_the_tag_gives_machines_the_moment_too():
    html = Template("{% when at %}").render(Context({"at": NOON}))
    assert 'datetime="2026-03-04T12:00:00-07:00"' in html
    assert "today" in html
    assert Template("{% when at %}").render(Context({"at": None})) == "–"
    day = Template("{% when at 'short' %}").render(Context({"at": date(2026, 3, 4)}))
    assert day == '<time datetime="2026-03-04">Mar 4</time>'


@pytest.mark.parametrize(
    ("value", "kind", "english", "spanish"),
    [
        (0.843, "share", "84%", "84 %"),
        (12345, "number", "12,345", "12,345"),
        (3.42, "days", "3.4 days", None),
        (1, "days", "1 day", None),
        (31.7, "days", "32 days", None),
        (0.5, "hours", "0.5 hours", None),
        (78.44, "index", "78.4", "78.4"),
        (80.0, "index", "80", "80"),
        (2000, "cents", "$20.00", "$20.00"),
        (None, "share", "–", "–"),
    ],
)
def test_values_with_their_units(value, kind, english, spanish):
    assert plain(telling.told(value, kind)) == english
    if spanish:
        with translation.override("es"):
            assert plain(telling.told(value, kind)) == spanish


def test_intervals():
    assert telling.interval(0.81, 0.87, "share") == "between 81% and 87%"
    assert telling.interval(None, 0.87, "share") == ""


@pytest.mark.parametrize(("step", "face"), [(4, 4), (4.4, 4), ("5", 5), (0, None), (None, None),
                                            ("x", None), (6, None)])  # fmt: skip
def test_faces(step, face):
    found = face_of(step)
    assert (found.step if found else None) == face


def test_filters_in_templates():
    template = Template(
        '{{ n|number }} {{ s|share:1 }} {{ d|told:"days" }} {{ w|said }} {{ p|phone_digits }}'
    )
    said = template.render(Context({
        "n": 1234.6, "s": 0.8412, "d": 2, "w": {"en": "Pothole", "es": "Bache"},
        "p": "+1 (303) 555-0100 x12",
    }))  # fmt: skip
    assert said == "1,235 84.1% 2 days Pothole +13035550100;ext=12"
