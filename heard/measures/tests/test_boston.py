"""Every figure of a real city, made again from its file and from our downloads, to the digit.

All figures that can be downloaded are made again three times over: by pandas, by the SQL of the
working pages in DuckDB, and by recompute.py. What the pages print is then read from their HTML and
compared to the digit: ``pages`` says which pages those are, and what is not read.

Boston's file has no amounts, no answers and no contacts, so the kinds ``sum``, ``mean``, ``index``,
``top2`` and ``nps`` have no rows here; test_sums.py makes totals and means again by pandas.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.test import Client
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from heard.cases.importing.tests.boston import ROWS, bring_boston, import_of_boston
from heard.cases.models import Case
from heard.core import clock
from heard.core.city import forget_city
from heard.core.models import City
from heard.facts.tests.making import utc
from heard.measures import working
from heard.measures.definitions import measures
from heard.measures.models import Result
from heard.measures.refresh import refresh
from heard.measures.tests.again import (
    by_the_program,
    by_the_sql_of_the_pages,
    download,
    intervals,
    order_statistics,
    published,
)
from heard.measures.tests.pages import pages_say_what_is_made_again
from heard.routing.tests.boston import rules_on_boston
from heard_stats import SMALL_NUMBER

pytestmark = [pytest.mark.django_db, pytest.mark.real_data, pytest.mark.timeout(600)]
ZONE = "America/New_York"
FILE = "boston311_2011_jul_oct.csv.gz"
NOW = utc("2012-01-05 12:00")  # what is open is counted for each month up to now: for few of them
# Of the kinds of figures there are, Boston's file gives none of answers, amounts and means.
KINDS = {"count", "share", "quantile"}
BY = ("department", "division", "service", "channel", "district")


@pytest.fixture
def boston(real_data: Path, db: None, tmp_path: Path) -> pd.DataFrame:
    """Boston imported and refreshed; and its rows as pandas reads them, with our group codes."""
    City.objects.create(name="Boston", zone=ZONE)
    forget_city()
    path = real_data / FILE
    assert bring_boston(path, tmp_path) == [ROWS, 0, 0, 0]
    with clock.at(NOW):
        refresh()
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("case_enquiry_id")
    times = {"received": "open_dt", "due": "target_dt", "closed": "closed_dt"}
    for name, column in times.items():
        local = pd.to_datetime(rows[column].where(rows[column] != ""))
        rows[name] = local.dt.tz_localize(ZONE, ambiguous=True, nonexistent="shift_forward")
    codes = Case.objects.values_list(
        "external_id", "division__department__code", "division__code", "service__code",
        "channel", "district__code",
    )  # fmt: skip
    known = pd.DataFrame(list(codes), columns=["id", *BY]).set_index("id")
    known["district"] = known["district"].fillna("none")
    return rows.drop(columns=[name for name in BY if name in rows]).join(known, how="inner")


def grouped(rows: pd.DataFrame, moment: str) -> pd.DataFrame:
    """The rows that have a moment, with its local month."""
    rows = rows[rows[moment].notna()]
    return rows.assign(month=rows[moment].dt.strftime("%Y-%m"), all="all")


def cells_of(rows: pd.DataFrame, column: str) -> Iterator[tuple[str, Any]]:
    """A column of the rows of each figure, by grouping: by month and group."""
    for by in ("all", *BY):
        yield by, rows.groupby(["month", by])[column]


Expected = dict[tuple[str, str, str], tuple[int, int, float | None, float | None, float | None]]


def check(tables: dict[str, pd.DataFrame], key: str, way: str, expected: Expected) -> int:
    """The CSV says the same of every cell: n, left out, value and both ends. How many are shown."""
    found = published(tables, key, way)
    assert found.keys() == expected.keys(), key
    shown = 0
    for cell, (n, left_out, *numbers) in expected.items():
        row = found[cell]
        assert (row.n, row.left_out) == (n, left_out), (key, way, cell)
        assert row.suppressed or way == "count" or not 0 < n < SMALL_NUMBER, (key, way, cell)
        if row.suppressed:
            assert pd.isna([row.value, row.low, row.high]).all(), (key, cell)
            continue
        shown += 1
        for name, number in zip(("value", "low", "high"), numbers, strict=True):
            again, near = getattr(row, name), 1e-9 if name != "value" else 1e-12
            if pd.isna(again) or pd.isna(number):
                assert pd.isna(again) and pd.isna(number), (key, way, cell, name)  # noqa: PT018
            else:
                near_enough = math.isclose(again, number, rel_tol=near, abs_tol=1e-12)
                assert near_enough, (key, way, cell, name)
    return shown


def counts(rows: pd.DataFrame) -> Expected:
    """How many there are, with Garwood's interval."""
    made: Expected = {}
    for by, cells in cells_of(rows, "all"):
        sizes = cells.size()
        low, high = stats.chi2.ppf(0.025, 2 * sizes) / 2, stats.chi2.ppf(0.975, 2 * sizes + 2) / 2
        for (month, group), n, *ends in zip(sizes.index, sizes, low, high, strict=True):
            made[by, month, group] = (n, 0, float(n), *ends)
    return made


def shares(rows: pd.DataFrame, column: str) -> Expected:
    """The share of true among those that are not null, with Wilson's interval."""
    made: Expected = {}
    for by, cells in cells_of(rows.assign(**{column: rows[column].astype(float)}), column):
        table = cells.agg(["size", "count", "sum"])
        n, x = table["count"].to_numpy(), table["sum"].to_numpy()
        low, high = proportion_confint(x, np.maximum(n, 1), method="wilson")
        for (month, group), size, *one in zip(
            table.index, table["size"], n, x, low, high, strict=True
        ):
            known, yes, *ends = one
            numbers = (yes / known, *ends) if known else (None, None, None)
            made[by, month, group] = (known, size - known, *numbers)
    return made


def quantiles(rows: pd.DataFrame, column: str, q: float) -> Expected:
    """The quantile of what is not null, and the values at scipy's ranks."""
    made: Expected = {}
    for by, cells in cells_of(rows, column):
        table = cells.agg(["size", "count"]).assign(value=cells.quantile(q))
        low, high = order_statistics(table["count"].to_numpy(), q)
        data = rows.sort_values(["month", by, column])[column].to_numpy()  # nothing comes last
        begins = (table["size"].cumsum() - table["size"]).to_numpy()
        for (month, group), size, n, value, begin, first, last in zip(
            table.index, table["size"], table["count"], table["value"], begins, low, high,
            strict=True,
        ):  # fmt: skip
            numbers: tuple[Any, ...] = (None,) * 3  # what is hidden need not be worked out
            if n >= SMALL_NUMBER:
                bottom = data[begin + first - 1] if first >= 1 else None
                numbers = (value, bottom, data[begin + last - 1] if last <= n else None)
            made[by, month, group] = (n, size - n, *numbers)
    return made


def test_every_figure_of_boston_is_made_again(
    boston: pd.DataFrame, real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(boston) > 41_000
    client, folder = Client(), tmp_path / "downloads"
    folder.mkdir()
    with clock.at(NOW):
        working.write()
        tables = download(client, folder)
        by_pandas = _from_the_file(boston, tables) | _from_the_downloads(folder, tables)
        _august_by_department_and_service(boston)
        assert intervals(tables) > 5_000
        agreed = by_the_sql_of_the_pages(client, folder, tables)
        assert sum(agreed.values()) > 5_000
        city = by_the_program(client, folder)
        assert city.counts["on_time closed", "agree"] == agreed_of(tables, "on_time", "closed")
        assert set(city.ways()) == by_pandas  # every measure that Boston's rows give any figure of
        assert {measures()[key].statistic(way).kind for key, way in city.ways()} == KINDS
        assert pages_say_what_is_made_again(city, folder, monkeypatch).seen > 16_000
    # The whole city is loaded here once, so what else needs it is checked here too.
    rules_on_boston(boston)
    path = real_data / FILE
    import_of_boston(path)
    assert bring_boston(path, tmp_path) == [0, 0, ROWS, 0]


def agreed_of(tables: dict[str, pd.DataFrame], key: str, way: str) -> int:
    rows = tables[key]
    return int(((rows["statistic"] == way) & ~rows["suppressed"]).sum())


def _from_the_file(boston: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    """What the city's own file gives, by pandas and by nothing of ours; which measures."""
    rows = boston.copy()
    local = rows["received"].dt
    by_hand = rows["channel"] == "staff"  # nobody asked: not of the share
    digital = rows["channel"].isin(["web", "app", "email", "sms", "social", "api"])
    late_hour = (local.day_of_week > 4) | (local.hour < 8) | (local.hour >= 17)
    rows["digital"], rows["late_hour"] = digital.mask(by_hand), late_hour.mask(by_hand)
    rows["phone"] = (rows["channel"] == "phone").mask(by_hand)
    rows["days"] = (rows["closed"] - rows["received"]).dt.total_seconds() / 86_400
    rows["kept"] = (rows["closed"] <= rows["due"]).where(rows["due"].notna())
    late = (rows["closed"] - rows["due"]).dt.total_seconds() / 86_400
    rows["late"] = late.where(late > 0)
    rows["soon"], rows["never"], rows["unknown"] = rows["days"] <= 1, False, None
    received = grouped(rows, "received")
    closed = grouped(rows[rows["closed"].notna()], "closed")
    judged = rows[rows["due"] <= pd.Timestamp(clock.now())]  # one was promised for 2059
    broken = judged[~(judged["closed"] <= judged["due"])]
    wanted = {
        ("cases_received", "count"): counts(received),
        ("days_to_close", "median"): quantiles(closed, "days", 0.5),
        ("days_to_close", "p90"): quantiles(closed, "days", 0.9),
        ("late_by", "median"): quantiles(closed, "late", 0.5),
        ("late_by", "p90"): quantiles(closed, "late", 0.9),
        ("on_time", "closed"): shares(closed, "kept"),
        ("on_time", "due"): shares(grouped(judged.fillna({"kept": False}), "due"), "kept"),
        ("warned_before", "share"): shares(grouped(broken, "due"), "unknown"),
        ("promises_moved", "any"): shares(closed, "unknown"),
        ("promises_moved", "late"): shares(closed, "unknown"),
        ("within_a_day", "share"): shares(closed, "soon"),
        ("reopened", "share"): shares(closed, "never"),
        ("digital_share", "share"): shares(received, "digital"),
        ("phone_share", "share"): shares(received, "phone"),
        ("out_of_hours", "share"): shares(received, "late_hour"),
    }
    shown = {key: check(tables, *key, cells) for key, cells in wanted.items()}
    assert len(shown) == len(wanted)
    assert shown["cases_received", "count"] == len(wanted["cases_received", "count"])
    assert shown["on_time", "closed"] > 500
    assert shown["on_time", "due"] > 250
    return set(shown)


def _from_the_downloads(folder: Path, tables: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    """By pandas, from the rows as they are handed out: how requests ended, and what is open."""
    facts = pd.concat([pd.read_parquet(path) for path in sorted(folder.glob("cases-*.parquet"))])
    days = ("received_on", "finished_on", "ended_on")
    facts[list(days)] = facts[list(days)].apply(pd.to_datetime)
    facts["district"] = facts["district"].replace("", "none")
    ends = {
        "declined": "not_possible", "handed_over": "referred", "nothing_found": "nothing_found",
        "told_before": "already_known", "withdrawn": "withdrawn", "work_done": "done",
    }  # fmt: skip
    for key, outcome in ends.items():
        facts[key] = (facts["outcome"] == outcome).where(facts["outcome"] != "")
    facts["foreign"], facts["understood"] = (
        facts["language"] != "en",
        facts["understanding_asked"] > 0,
    )
    ended, backlog = grouped(facts, "ended_on"), _backlog(facts)
    wanted = {
        **{(key, "share"): shares(ended, key) for key in ends},
        ("other_language", "share"): shares(grouped(facts, "received_on"), "foreign"),
        ("understanding_written", "share"): shares(grouped(facts, "finished_on"), "understood"),
        ("backlog", "count"): counts(backlog),
        ("backlog_old", "share"): shares(backlog, "old"),
        ("backlog_age", "median"): quantiles(backlog, "age", 0.5),
        ("backlog_age", "p90"): quantiles(backlog, "age", 0.9),
    }
    shown = {key: check(tables, *key, cells) for key, cells in wanted.items()}
    assert min(shown.values()) > 400, shown
    return set(shown)


def _backlog(facts: pd.DataFrame) -> pd.DataFrame:
    """What was open at the end of each month, and how old; of the running one, today."""
    today, months = pd.Timestamp(NOW.date()), []
    for month in pd.period_range(facts["received_on"].min(), today, freq="M"):
        end = min(month.end_time.normalize(), today)
        # What the file says ended after today was still open today.
        still = facts["ended_on"].isna() | (facts["ended_on"] > end)
        still |= facts["ended_on"].dt.to_period("M") > month
        is_open = facts[(facts["received_on"] <= end) & still]
        months.append(is_open.assign(month=str(month), age=(end - is_open["received_on"]).dt.days))
    rows: pd.DataFrame = pd.concat(months, ignore_index=True)
    rows["old"], rows["age"], rows["all"] = rows["age"] > 90, rows["age"].astype(float), "all"
    return rows


def _august_by_department_and_service(boston: pd.DataFrame) -> None:
    """The published label of the city itself, where a target existed."""
    promised = boston[boston["due"].notna() & boston["closed"].notna()]
    assert ((promised["closed"] <= promised["due"]) == (promised["ontime"] == "ONTIME")).all()
    august = promised[promised["closed"].dt.strftime("%Y-%m") == "2011-08"]
    for by, fewest in (("department", 6), ("service", 30)):
        labels = (august["ontime"] == "ONTIME").groupby(august[by]).mean()
        rows = Result.objects.filter(
            measure="on_time", statistic="closed", by=by, period="2011-08", suppressed=False
        ).exclude(n=0)
        assert len(rows) >= fewest
        for row in rows:
            assert row.value == pytest.approx(labels[row.group], rel=1e-12)
