"""Boards in a real browser: a division's page, alerts, the mail, others, the one score."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from demo.boards import _theirs as theirs
from heard.boards.composing import Part, choose, keep_scores, switch
from heard.boards.looking import look as find
from heard.boards.models import Outside, OutsideFile, Peer, Signal
from heard.boards.series import months_before
from heard.core import clock
from heard.measures.definitions import measure
from heard.measures.models import Result, Snapshot
from heard.targets.models import Entry, OwnMeasure, Target
from heard.targets.periods import Period, containing
from heard.targets.program import today
from heard_stats import share
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
COURSE = [0.80, 0.82, 0.79, 0.81, 0.80, 0.83, 0.79, 0.81, 0.80, 0.82, 0.81, 0.80, 0.82, 0.62]
DAYS = [3.1, 2.9, 3.4, 3.0, 3.2, 2.8, 3.1, 3.3, 2.9, 3.0, 3.1, 3.2, 2.9, 3.0]
PLACES = (("all", "all"), ("division", "streets"))


def months() -> list[str]:
    running = f"{today():%Y-%m}"
    return [months_before(running, back) for back in range(len(COURSE), 0, -1)]


@pytest.fixture
def boards(town: Any, staff: Any, service: Any) -> None:
    """Fourteen months of a city and a division, with targets, others, a score and something due."""
    now, lead, other = clock.now(), staff("cx_lead"), staff("administrator")
    Snapshot.objects.create(as_of=now, changed_at=now)
    rows = []
    for month, x, days in zip(months(), COURSE, DAYS, strict=True):
        made = share(round(x * 400), 400)
        for by, group in PLACES:
            base = {"definition": 1, "period": month, "by": by, "group": group, "n": 400}
            rows += [
                Result(measure="on_time", statistic="closed", value=made.value, low=made.low,
                       high=made.high, **base),
                Result(measure="cases_received", statistic="count", value=400, **base),
                Result(measure="late_by", statistic="median", value=days, low=days - 0.6,
                       high=days + 0.8, **base),
                *(Result(measure=key, statistic=measure(key).default, value=0.5, **base)
                  for key in ("days_to_close", "promises_moved")),
            ]  # fmt: skip
    Result.objects.bulk_create(rows)
    for month in months():
        _targets(containing(date.fromisoformat(f"{month}-01"), "month", 1), now)
    _others(lead, other, now)
    actor = lead.as_actor()
    why = {"en": "What people notice most.", "es": "Lo que más se nota."}
    choose([Part("on_time", "closed", 2), Part("late_by", "median", 1)], why=why, actor=actor)
    switch(on=True, actor=actor)
    keep_scores()
    _due(months()[8], now)
    assert find() >= 2


def _targets(period: Period, now: Any) -> None:
    for key, way, direction, value in (
        ("on_time", "closed", "up", 0.8), ("late_by", "median", "down", 3.0),
    ):  # fmt: skip
        for by, group in PLACES:
            Target.objects.create(
                measure=key, statistic=way, kind="month", period=period.code, by=by,
                group=group, first=period.first, last=period.last, direction=direction,
                value=value, set_at=now,
            )  # fmt: skip


def _others(lead: Any, other: Any, now: Any) -> None:
    last = months()[-1]
    document = {"city": "Rivertown", "as_of": "", "measures": [
        theirs("on_time", (0.75,), 380, [last]),
    ]}  # fmt: skip
    Peer.objects.create(url="https://river.example/results/open-data/measures.json", added_at=now,
                        name="Rivertown", good_at=now, document=document)  # fmt: skip
    near = {"city": "Lakeside", "as_of": "", "measures": [theirs("on_time", (0.64,), 90, [last])]}
    Peer.objects.create(url="https://lake.example/m.json", name="Lakeside", added_at=now,
                        good_at=now, document=near, fault="No answer in time.")  # fmt: skip
    file = OutsideFile.objects.create(
        name="yearbook.csv", digest="0", taken=1, made_by=lead, made_at=now, state="published",
        decided_by=other, rejected=[{"line": 3, "reason": "“source” is empty."}], decided_at=now,
    )  # fmt: skip
    Outside.objects.create(
        file=file, publisher="Yearbook of cities", title="Requests in time", measure="on_time",
        period=last[:4], unit="share", value=0.88, source="Yearbook, table 4",
        definition="Requests closed within ten working days.", link="https://yearbook.example/",
    )  # fmt: skip


def _due(month: str, now: Any) -> None:
    OwnMeasure.objects.create(key="visits", name={"en": "Library visits", "es": "Visitas"},
                              definition={"en": "Visits."}, created_at=now)  # fmt: skip
    first = date.fromisoformat(f"{month}-01")
    Entry.objects.create(measure="visits", kind="month", period=month, first=first, value=3,
                         last=first.replace(day=28), state="published", entered_at=now)  # fmt: skip


def test_at_the_desk(boards: None, page: Page, site: str, staff: Any) -> None:
    sign_in(page, site, staff("cx_lead"))
    alert = Signal.objects.filter(by="division", measure="on_time").get()
    for address, name in (
        ("/desk/boards/", "boards-city"),
        ("/es/desk/boards/streets/", "boards-division-es"),
        (f"/desk/boards/alerts/{alert.pk}/", "boards-alert"),
        ("/desk/boards/alerts/rules/", "boards-rules"),
        ("/es/desk/boards/mail/", "boards-mail-es"),
        ("/desk/boards/compare/", "boards-others"),
        (f"/desk/boards/compare/files/{OutsideFile.objects.get().pk}/", "boards-file"),
    ):
        page.goto(address)
        look(page, name)


def test_in_public(boards: None, page: Page, open_tab: Opener) -> None:
    page.goto("/results/compare/")
    look(page, "results-compare")
    page.goto("/results/composite/")
    look(page, "results-composite")
    spanish = open_tab()
    spanish.goto("/es/results/compare/")
    look(spanish, "results-compare-es")


def test_a_manager_answers_without_a_mouse(boards: None, page: Page, site: str, staff: Any) -> None:
    sign_in(page, site, staff("manager"))
    page.goto("/desk/boards/")
    page.get_by_role("link", name="Finished on time").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/*/")
    page.get_by_label("What will you do?").focus()
    page.keyboard.type("A second crew from Monday on.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("no longer on the open list").wait_for()
    assert Signal.objects.get(by="division", measure="on_time").words.startswith("A second crew")


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"
