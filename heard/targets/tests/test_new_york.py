"""New York's indicators: our judgement beside the published labels, every exception counted."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from heard.targets import checking
from heard.targets.checking import check, indicators
from heard.targets.computed import Figure
from heard.targets.entering import pass_batch
from heard.targets.indicators import take_indicators
from heard.targets.judging import judged, period_of
from heard.targets.mappings import mapping
from heard.targets.models import Entry, OwnMeasure, Target
from heard_stats import compared

pytestmark = pytest.mark.real_data
NYC = mapping("nyc-mmr")


@pytest.fixture
def file(real_data: Path) -> Path:
    return real_data / "nyc_mmr_indicators_a.csv"


def test_judgements_agree_wherever_their_rule_is_stated(file: Path) -> None:
    rows = list(indicators(file, NYC))
    assert len(rows) == 803
    found = {report.rule.key: report for report in check(rows, NYC)}
    told = {key: (one.judged, one.agreed, one.unlabelled) for key, one in found.items()}
    assert told == {
        "target": (200, 200, 603),
        "one year": (793, 793, 10),
        "three years": (795, 795, 8),
        "five years": (796, 796, 7),
    }
    exceptions = {key: {k: len(v) for k, v in one.exceptions.items()} for key, one in found.items()}
    assert exceptions == {
        "target": {checking.TIE: 4},
        "one year": {checking.TIE: 43},
        "three years": {checking.TIE: 22, checking.FEWER: 96},
        "five years": {checking.TIE: 19, checking.FEWER: 121},
    }


def test_a_label_that_is_wrong_is_found(file: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.csv"
    text = file.read_text(encoding="utf-8")
    spoiled.write_text(text.replace("Met_Goal", "Did_Not_Meet", 1), encoding="utf-8")
    report = check(indicators(spoiled, NYC), NYC)[0]
    assert (report.judged, report.agreed) == (200, 199)
    assert [one.id for one in report.exceptions[checking.DIFFERS]] == ["940"]


def test_the_command_lists_them(file: Path, tmp_path: Path) -> None:
    out = StringIO()
    call_command("targets", "check", str(file), "--mapping", "nyc-mmr", "--most", "2", stdout=out)
    said = out.getvalue()
    assert "target (Success): 200 of 200 agree, 603 without a label" in said
    assert "one year (OneYrImproving): 793 of 793 agree, 10 without a label" in said
    assert "43: equal to what it is compared with, and called good" in said
    assert "… and 41 more (--most 43)" in said
    with pytest.raises(CommandError, match="no mapping london; there is nyc-mmr"):
        call_command("targets", "check", str(file), "--mapping", "london")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("ID,Indicator\n1,x\n", encoding="utf-8")
    with pytest.raises(CommandError, match="lacks the columns YTDScaled"):
        call_command("targets", "check", str(wrong), "--mapping", "nyc-mmr")


@pytest.mark.django_db
def test_imported_and_judged_from_the_tables(file: Path, other: Any) -> None:
    batch, measures, targets = take_indicators(file, NYC)
    rows = list(indicators(file, NYC))
    cells = sum(v is not None for one in rows for v in (one.value, *one.earlier))
    assert (measures, targets, batch.taken) == (803, 200, cells)
    again, measures, targets = take_indicators(file, NYC)
    assert (measures, targets, again.taken, again.unchanged) == (0, 0, 0, cells)
    for publish in (False, True):
        assert pass_batch(batch, publish=publish, actor=other) == cells
    _judge_all(rows)


def _judge_all(rows: list[checking.Indicator]) -> None:
    values: dict[str, dict[str, float | None]] = {}
    for key, period, value in Entry.objects.filter(state="published").values_list(
        "measure", "period", "value"
    ):
        values.setdefault(key, {})[period] = value
    goals = {target.measure: target for target in Target.objects.all()}
    ways = dict(OwnMeasure.objects.values_list("key", "direction"))
    met = improving = 0
    for one in rows:
        key = f"nyc-{one.id}"
        mine = values[key]
        if target := goals.get(key):
            verdict = judged(target, period_of(target), Figure(mine["FY2023"]), "count").verdict
            assert (verdict == "met") == (one.labels["target"] == "Met_Goal"), key
            met += verdict == "met"
        for years, rule in ((1, "one year"), (3, "three years"), (5, "five years")):
            earlier = [mine.get(f"FY{2023 - back}") for back in range(1, years + 1)]
            course = compared(mine["FY2023"], earlier, direction=ways[key]).course  # type: ignore[arg-type]
            label = {None: "NA", "worse": "Not_Improving"}.get(course, "Improving")
            assert one.labels[rule] == label, (key, rule)
            improving += label == "Improving"
    assert (met, improving) == (101, 395 + 351 + 353)
