"""Totals of money, which Boston's file has none of: made again by pandas from a small lake."""

from typing import Any

import pandas as pd
import pytest

from heard.measures.definitions import ALL, BY, measures
from heard.measures.formulas import all_series
from heard.measures.tests.making import lake_of
from heard.measures.trying import figures_of
from heard.public.sentences import told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", [ALL, *BY])
def test_every_total_is_what_pandas_adds_up(town: Any, by: str) -> None:
    card = measures()["remedy_money"]
    assert card.statistic().kind == "sum"
    series = next(one for one in all_series() if one.measure == card.key)
    connection, made = lake_of("remedies")
    found = figures_of(connection, series, card.statistics, by=by)["total"]
    connection.disconnect()
    rows = pd.DataFrame(made["remedies"])
    rows = rows[rows["has_amount"]].assign(
        month=pd.to_datetime(rows["given_on"]).dt.strftime("%Y-%m"), all="all"
    )
    rows["squares"] = rows["cents"] ** 2
    groups = rows.assign(district=rows["district"].replace("", "none")).groupby(["month", by])
    expected = groups.agg({"cents": ["size", "sum"], "squares": "sum"})
    assert {(one.period, one.group) for one in found} == set(expected.index)
    sums = dict(zip(expected.index, expected.to_numpy(), strict=True))
    shown = 0
    for one in found:
        n, cents, squares = (int(part) for part in sums[one.period, one.group])
        assert (one.n, one.left_out) == (n, 0)
        if n < 10:
            assert (one.suppressed, one.value) == (True, None)
            continue
        reach = 1.959964 * squares**0.5 / 100
        assert one.value == pytest.approx(cents / 100, rel=1e-12)
        assert (one.low, one.high) == pytest.approx(
            (max(0.0, cents / 100 - reach), cents / 100 + reach), rel=1e-9
        )
        assert told(one.value, "dollars").replace("$", "").replace(",", "") in {
            f"{cents / 100:.0f}", f"{cents / 100:.2f}",
        }  # fmt: skip
        shown += 1
    assert shown >= 5
