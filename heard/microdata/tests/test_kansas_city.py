"""A real wave comes in with its codebook, and every table equals a plain pandas recomputation."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from conftest import REAL_DATA
from heard.core.actors import SYSTEM
from heard.microdata.codebook import Clean, Options, read
from heard.microdata.models import Column
from heard.microdata.services import About, bring_in
from heard.microdata.tables import crosstab, topline

pytestmark = pytest.mark.real_data
TURNED = ("q28", "q29", "q30")  # health, finances, standard of living: 1 is the best answer


@pytest.fixture(scope="module")
def frame() -> Any:
    return pd.read_csv(_folder() / "kcmo_wave1_sep2021.csv")


def _folder() -> Path:
    if not REAL_DATA.is_dir():
        pytest.skip("the public data folder is not here")
    return REAL_DATA


@pytest.fixture(scope="module")
def columns() -> dict[str, Clean]:
    found, _notes, n = read(
        (_folder() / "kcmo_wave1_sep2021.csv").read_bytes(),
        (_folder() / "kcmo_codebook.csv").read_bytes(),
        Options(reversed_columns=TURNED),
    )
    assert n == 1033
    return {one.name: one for one in found}


def plainly(frame: Any, column: str) -> Any:
    """The answers that count, by pandas alone."""
    values = frame[column].where(~frame[column].isin([9, 99]))
    return 6 - values if column.partition("_")[0] in TURNED else values


def test_every_topline_figure_equals_pandas(columns: dict[str, Clean], frame: Any) -> None:
    scales = [one for one in columns.values() if one.kind == "scale"]
    assert len(scales) > 80
    for column in scales:
        answers, row = plainly(frame, column.name).dropna(), topline(column)
        assert row.n == len(answers), column.name
        assert row.dont_know == int(frame[column.name].isin([9, 99]).sum())
        assert row.mean == pytest.approx(answers.mean())
        shares = answers.value_counts(normalize=True).reindex(range(1, 6), fill_value=0)
        assert row.shares == pytest.approx(tuple(shares))
        best = int((answers >= 4).sum())
        low, high = proportion_confint(best, len(answers), method="wilson")
        assert (row.top.value, row.top.low, row.top.high) == pytest.approx(
            (best / len(answers), low, high)
        )


def test_every_table_by_district_equals_pandas(columns: dict[str, Clean], frame: Any) -> None:
    district = columns["counci"]
    for column in (one for one in columns.values() if one.kind == "scale"):
        answers = pd.DataFrame({"x": plainly(frame, column.name), "d": frame["counci"]}).dropna()
        grouped = answers.groupby("d")["x"]
        table = crosstab(column, district)
        districts = [str(d) for d in sorted(answers["d"].unique())]
        assert [cell.group for cell in table.cells] == districts, column.name
        for cell in table.cells:
            group = grouped.get_group(int(cell.group))
            assert cell.n == len(group), column.name
            assert cell.mean == pytest.approx(group.mean())
            assert cell.top.value == pytest.approx((group >= 4).mean())
    assert crosstab(columns["q2_01"], district).compared == 15


def test_significance_letters_equal_pandas_and_statsmodels(
    columns: dict[str, Clean], frame: Any
) -> None:
    from itertools import combinations

    from scipy.stats import chi2_contingency
    from statsmodels.stats.multitest import multipletests

    column = columns["q2_06"]
    district = columns["counci"]
    answers = pd.DataFrame({"x": plainly(frame, "q2_06") >= 4, "d": frame["counci"]})
    answers = answers[plainly(frame, "q2_06").notna()]
    counts = answers.groupby("d")["x"].agg(["sum", "count"])
    pairs = list(combinations(counts.index, 2))
    p_values = []
    for a, b in pairs:
        cells = [[counts["sum"][d], counts["count"][d] - counts["sum"][d]] for d in (a, b)]
        p_values.append(chi2_contingency(cells, correction=False)[1])
    real = multipletests(p_values, method="holm")[0]
    share = counts["sum"] / counts["count"]
    letter = dict(zip(counts.index, "ABCDEF", strict=True))
    above: dict[int, str] = dict.fromkeys(counts.index, "")
    for (a, b), is_real in zip(pairs, real, strict=True):
        if is_real:
            higher, lower = (a, b) if share[a] > share[b] else (b, a)
            above[higher] += letter[lower]
    table = crosstab(column, district)
    assert {int(c.group): c.above for c in table.cells} == {
        d: "".join(sorted(letters)) for d, letters in above.items()
    }
    assert any(above.values())  # districts do differ in how safe people feel


def test_the_wave_is_kept_as_it_was_read(
    columns: dict[str, Clean], frame: Any, real_data: Path, db: None
) -> None:
    study = bring_in(
        About("kc-2021", "Residents", "2021"),
        data=(real_data / "kcmo_wave1_sep2021.csv").read_bytes(),
        book=(real_data / "kcmo_codebook.csv").read_bytes(),
        options=Options(reversed_columns=TURNED),
        actor=SYSTEM,
    )
    assert study.n == len(frame) == 1033
    assert study.columns.count() == len(columns)
    health = Column.objects.get(study=study, name="q28_h")
    assert health.is_reversed
    assert tuple(health.values) == columns["q28_h"].values
    assert topline(health).mean == pytest.approx(plainly(frame, "q28_h").mean())
    assert Column.objects.get(study=study, name="q2_01").is_reversed is False
