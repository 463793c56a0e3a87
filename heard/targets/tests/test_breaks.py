"""A definition that changed is a break: announced, or found out."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from heard.core.errors import Refused
from heard.measures import definitions
from heard.measures.models import Result
from heard.public.pictures import line_of
from heard.targets.entering import pass_batch
from heard.targets.importing import take
from heard.targets.models import OwnMeasure
from heard.targets.reads import of_group, of_own_measure
from heard.targets.services import declare, redefine
from heard.targets.subjects import of_card
from heard.targets.tests.conftest import own

pytestmark = pytest.mark.django_db
WHAT = {"en": "Reopened requests count once.", "es": "Las reabiertas cuentan una vez."}
WHY = {"en": "People asked."}


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The card of on time, in a second version since the middle of February."""
    card = definitions.measure("on_time")
    change = {"version": 2, "effective_from": date(2026, 2, 14), "what": WHAT, "why": WHY}
    new = replace(card, version=2, effective_from=date(2026, 2, 14), changes=(change,))
    monkeypatch.setitem(definitions.measures(), "on_time", new)
    return new


def on_time(period: str, version: int, value: float) -> None:
    Result.objects.create(
        measure="on_time", statistic="closed", definition=version, period=period, by="all",
        group="all", n=100, value=value, low=value - 0.08, high=value + 0.05,
    )  # fmt: skip


def test_a_card_changed_in_mid_year(second_version: Any) -> None:
    for month, old, new in (("2025-12", 0.7, None), ("2026-01", 0.72, 0.8), ("2026-02", 0.71, 0.81),
                            ("2026-03", None, 0.82), ("2026-04", None, 0.83)):  # fmt: skip
        for version, value in ((1, old), (2, new)):
            if value is not None:
                on_time(month, version, value)
    found = of_group(of_card(second_version, second_version.statistic()), "2026-04")
    told = [(p.period.code, p.definition) for p in found.course.points]
    assert told == [
        ("2025-12", 1), ("2026-01", 1), ("2026-02", 2), ("2026-03", 2), ("2026-04", 2)
    ]  # fmt: skip
    (gap,) = found.breaks
    assert gap.first.code == "2026-02"
    assert "changed on February 14, 2026" in gap.sentence
    assert "cannot be compared" in gap.sentence
    assert gap.what == "Reopened requests count once. People asked."
    assert "February 2026 counted in both ways: 71% by the old definition, 81%" in gap.overlap
    assert "Over 2 such periods the definition alone moved the figure by +9.0 points" in gap.overlap
    assert [p.period.code for p in found.reading.points] == ["2026-02", "2026-03", "2026-04"]
    picture = line_of(found.course.points, "share", ())
    assert picture is not None
    assert (len(picture.paths), len(picture.breaks)) == (2, 1)
    left, right = (path.split() for path in picture.paths)
    assert float(left[-2].removeprefix("L")) < picture.breaks[0] < float(right[0].removeprefix("M"))


def test_own_measure_redefined(visits: OwnMeasure, lead: Any, other: Any, csv_of: Any) -> None:
    early = take(visits, csv_of("period,value", "2026-01,70", "2026-02,71"), name="x", actor=lead)
    for publish in (False, True):
        pass_batch(early, publish=publish, actor=other)
    words = {"definition": {"en": "New."}, "what": WHAT, "why": WHY, "actor": lead}
    with pytest.raises(Refused, match="already published"):
        redefine(visits, effective_from=date(2026, 2, 10), **words)
    redefine(visits, effective_from=date(2026, 3, 10), **words)
    with pytest.raises(Refused, match="already changed"):
        redefine(visits, effective_from=date(2026, 3, 10), **words)
    later = take(visits, csv_of("period,value", "2026-03,90", "2026-04,91"), name="y", actor=lead)
    for publish in (False, True):
        pass_batch(later, publish=publish, actor=other)
    found = of_own_measure(visits)
    assert [p.definition for p in found.course.points] == [1, 1, 2, 2]
    (gap,) = found.breaks
    assert gap.first.code == "2026-03"
    assert gap.overlap == "No period could be counted in both ways."
    picture = line_of(found.course.points, "share", ())
    assert picture is not None
    assert len(picture.paths) == 2


ANSWERS = [(10, 20, 40, 70, 60), (12, 18, 44, 66, 62), (9, 22, 40, 70, 64), (11, 20, 41, 69, 61)]


def percent(gave: tuple[int, ...], top: bool) -> str:
    """The figure as printed: a weighted index at first, the two best later."""
    if top:
        return f"{100 * sum(gave[-2:]) / sum(gave):.1f}"
    return f"{100 * sum(i * k for i, k in enumerate(gave)) / (4 * sum(gave)):.1f}"


def test_a_publisher_who_changed_silently(
    lead: Any, other: Any, csv_of: Any, client: Client
) -> None:
    measure = declare(own("asked", unit="score", kind="imported"), actor=lead)
    rows = [
        f"2026-0{m},{percent(gave, m > 2)}," + ",".join(map(str, gave))
        for m, gave in enumerate(ANSWERS, 1)
    ]
    head = "period,value,gave_1,gave_2,gave_3,gave_4,gave_5"
    batch = take(measure, csv_of(head, *rows), name="asked.csv", actor=lead)
    assert batch.taken == 4
    for publish in (False, True):
        pass_batch(batch, publish=publish, actor=other)
    measure.refresh_from_db()
    (change,) = measure.silent_changes
    assert (change["earliest"], change["latest"]) == ("2026-03", "2026-03")
    assert "index 0-100" in change["before"]
    assert "two best of those who answered" in change["after"]
    (warning,) = of_own_measure(measure).warnings
    assert "changed the formula without saying so (March 2026)" in warning
    read = of_own_measure(measure).reading.points
    assert [p.period.code for p in read] == ["2026-03", "2026-04"]  # no trend across the change
    page = client.get("/results/asked/").content.decode()
    assert "another formula, unannounced" in page
    assert page.count('class="course__break"') == 1
    picture = line_of(of_own_measure(measure).course.points, "score", {change["latest"]})
    assert picture is not None
    assert (len(picture.paths), len(picture.breaks)) == (2, 1)


def test_an_honest_publisher_is_not_accused(lead: Any, csv_of: Any) -> None:
    measure = declare(own("asked", unit="score", kind="imported"), actor=lead)
    rows = [
        f"2026-0{m},{percent(gave, True)}," + ",".join(map(str, gave))
        for m, gave in enumerate(ANSWERS, 1)
    ]
    head = "period,value,gave_1,gave_2,gave_3,gave_4,gave_5"
    take(measure, csv_of(head, *rows), name="asked.csv", actor=lead)
    measure.refresh_from_db()
    assert measure.silent_changes == []
