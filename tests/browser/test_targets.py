"""Targets, breaks and words in a real browser: at the desk and in public."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.core import clock
from heard.measures import definitions
from heard.measures.models import Result
from heard.measures.periods import first_day
from heard.targets.entering import Draft, enter, pass_batch, publish, review
from heard.targets.importing import take
from heard.targets.models import Entry, OwnMeasure, Restatement
from heard.targets.periods import containing, previous
from heard.targets.program import today
from heard.targets.services import Goal, declare, redefine, set_owner, set_target
from heard.targets.tests.test_breaks import ANSWERS, WHAT, WHY, percent
from heard_stats import share
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
COURSE = [78, 80, 77, 79, 81, 80, 78, 79, 83, 84, 86, 91, 95]


def months_back(n: int) -> list[str]:
    period, found = containing(today(), "month", 1), []
    for _step in range(n):
        found.append(period.code)
        period = previous(period, 1)
    return found[::-1]


@pytest.fixture
def judged(town: Any, staff: Any) -> OwnMeasure:
    """On time for a year with a target; library visits whose definition changed; one restated."""
    lead, other = staff("cx_lead").as_actor(), staff("administrator").as_actor()
    months = months_back(len(COURSE))
    for month, x in zip(months, COURSE, strict=True):
        made = share(x * 4, 400)
        for key, way in (("on_time", "closed"), ("cases_received", "count")):
            Result.objects.create(
                measure=key, statistic=way, definition=1, period=month, by="all", group="all",
                n=400, value=made.value if way == "closed" else 400.0, low=made.low, high=made.high,
            )  # fmt: skip
    set_target(Goal("on_time", "closed", months[-1], "up", 0.94), actor=lead)
    set_owner("on_time", staff=staff("manager"), actor=lead)
    words = {
        "en": "A second crew began in spring, and the oldest cases were closed first.",
        "es": "En la primavera empezó una segunda cuadrilla y primero se cerró lo más antiguo.",
    }
    said = enter(Draft("on_time", months[-1], "closed", narrative=words), actor=lead)
    publish(review(said, seen=1, actor=other), seen=2, actor=other)
    return library(months, lead, other)


def library(months: list[str], lead: Any, other: Any) -> OwnMeasure:
    """Visits answered for in two definitions, one month waiting, one line refused."""
    own = OwnMeasure(
        key="visits", name={"en": "Library visits helped", "es": "Visitas atendidas"},
        definition={"en": "Visits in which somebody helped.", "es": "Visitas con ayuda."},
        unit="share",
    )  # fmt: skip
    declare(own, actor=lead)
    lines = [f"{m},{60 + i},100" for i, m in enumerate(months[:6])]
    text = "\n".join(["period,numerator,denominator", *lines, ",5,10"]).encode()
    first = take(own, text, name="visits.csv", actor=lead)
    for step in (False, True):
        pass_batch(first, publish=step, actor=other)
    redefine(
        own, effective_from=first_day(months[6]),
        definition={"en": "Visits helped within ten minutes.", "es": "Visitas en diez minutos."},
        what={"en": "Help counts within ten minutes only.", "es": "Solo cuenta la ayuda pronta."},
        why={"en": "People said waiting is not help.", "es": "Esperar no es ayuda."}, actor=lead,
    )  # fmt: skip
    lines = [f"{m},{40 + i},100" for i, m in enumerate(months[6:-1])]
    text = "\n".join(["period,numerator,denominator", *lines]).encode()
    second = take(own, text, name="visits-2.csv", actor=lead)
    for step in (False, True):
        pass_batch(second, publish=step, actor=other)
    silent(lead, other)
    Restatement.objects.create(
        what="figure", measure="visits", period=months[2], unit="share", old=0.6, new=0.62,
        why={"en": "A branch was missing.", "es": "Faltaba una sucursal."}, at=clock.now(),
    )  # fmt: skip
    return own


def silent(lead: Any, other: Any) -> None:
    """Imported figures whose publisher went from an index to the two best answers, unsaid."""
    own = OwnMeasure(
        key="asked", kind="imported", unit="score", source="Agency yearbook",
        name={"en": "Satisfaction, as an agency printed it", "es": "Satisfacción publicada"},
        definition={"en": "Satisfaction of customers.", "es": "Satisfacción."},
    )  # fmt: skip
    declare(own, actor=lead)
    rows = [
        f"{month},{percent(gave, n > 5)}," + ",".join(map(str, gave))
        for n, (month, gave) in enumerate(zip(months_back(9)[:8], ANSWERS * 2, strict=True), 1)
    ]
    head = "period,value,gave_1,gave_2,gave_3,gave_4,gave_5"
    batch = take(own, "\n".join([head, *rows]).encode(), name="asked.csv", actor=lead)
    for step in (False, True):
        pass_batch(batch, publish=step, actor=other)


@pytest.fixture
def redefined(judged: OwnMeasure, monkeypatch: pytest.MonkeyPatch) -> str:
    """On time, whose card changed in mid-year; two months are counted in both ways."""
    months = months_back(len(COURSE))
    card, day = definitions.measure("on_time"), first_day(months[7]).replace(day=14)
    change = {"version": 2, "effective_from": day, "what": WHAT, "why": WHY}
    new = replace(card, version=2, effective_from=day, changes=(change,))
    monkeypatch.setitem(definitions.measures(), "on_time", new)
    for month, x in zip(months[6:], COURSE[6:], strict=True):
        made = share((x - 30) * 4, 400)
        Result.objects.create(
            measure="on_time", statistic="closed", definition=2, period=month, by="all",
            group="all", n=400, value=made.value, low=made.low, high=made.high,
        )  # fmt: skip
    return months[-2]


def test_a_definition_that_changed_in_mid_year(
    redefined: str, page: Page, open_tab: Opener
) -> None:
    page.goto(f"/results/on_time/?period={redefined}")
    expect(page.get_by_text("cannot be compared with earlier ones")).to_be_visible()
    mark = page.locator(".picture .course__marks text")
    expect(mark).to_have_text("new definition")
    expect(page.locator(".picture .course__break")).to_have_count(1)
    page.get_by_text("See every month as a table").click()
    expect(page.get_by_text("↑ new definition · old definition ↓")).to_be_visible()
    look(page, "results-measure-break")
    spanish = open_tab(320, locale="es-US")
    spanish.goto(f"/es/results/on_time/?period={redefined}")
    look(spanish, "results-measure-break-es")


def test_public_pages(judged: OwnMeasure, page: Page, open_tab: Opener) -> None:
    for address, name in (
        ("/results/", "results-city-targets"),
        (f"/results/on_time/?period={months_back(1)[0]}", "results-measure-target"),
        ("/results/visits/", "results-own-break"),
        ("/results/asked/", "results-own-silent"),
        ("/results/program/", "results-program"),
        ("/results/changes/", "results-changes"),
    ):
        page.goto(address)
        look(page, name)
    spanish = open_tab()
    spanish.goto("/es/results/visits/")
    look(spanish, "results-own-break-es")


def test_desk_pages(judged: OwnMeasure, page: Page, site: str, staff: Any) -> None:
    sign_in(page, site, staff("cx_lead"))
    entry = Entry.objects.filter(measure="visits").latest("first")
    for address, name in (
        ("/desk/targets/", "targets-overview"),
        ("/desk/targets/measure/visits/", "targets-measure"),
        ("/desk/targets/measure/visits/enter/", "targets-enter"),
        ("/desk/targets/measure/on_time/target/", "targets-set"),
        (f"/desk/targets/figures/{entry.pk}/", "targets-figure"),
        (f"/desk/targets/batches/{entry.batch_id}/", "targets-batch"),
        ("/es/desk/targets/new/", "targets-new-es"),
    ):
        page.goto(address)
        look(page, name)


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"
