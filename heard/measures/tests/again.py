"""A city's figures made again from what its results site hands out, and by nobody's code but this.

Called where Boston is loaded. Plain DuckDB runs the SQL of the working pages on the downloads;
recompute.py checks all it can; scipy and statsmodels make the intervals.
"""

import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from django.test import Client
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from heard.measures.definitions import ALL, BY, Definition, Statistic, measures
from heard.public import recompute

Cell = tuple[str, str, str]  # grouping, month, group
PRE = re.compile(r'<pre id="sql">(.*?)</pre>', re.DOTALL)


def body(client: Client, address: str) -> bytes:
    """What the site answers, whole."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def download(client: Client, folder: Path) -> dict[str, pd.DataFrame]:
    """All files of the catalogue in a folder; the CSV of each measure as pandas reads it."""
    catalogue = json.loads(body(client, "/results/open-data/data.json"))
    tables = {}
    for dataset in catalogue["dataset"]:
        for file in dataset["distribution"]:
            path = file["downloadURL"].removeprefix("http://testserver")
            name = path.rsplit("/", 1)[1]
            if path.startswith("/results/data/"):
                (folder / f"{path.split('/')[3]}-{name}").write_bytes(body(client, path))
            elif name.endswith(".parquet"):
                (folder / name).write_bytes(body(client, path))
            elif name.endswith(".csv"):
                (folder / name).write_bytes(body(client, path))
                tables[name[:-4]] = pd.read_csv(
                    folder / name, dtype={"group": str, "period": str}, keep_default_na=False,
                    na_values=[""],
                )  # fmt: skip
    return tables


def published(tables: dict[str, pd.DataFrame], key: str, way: str) -> dict[Cell, Any]:
    """The rows of one measure in one way of counting, by cell."""
    rows = tables[key]
    rows = rows[rows["statistic"] == way]
    return {
        (str(r.dimension), str(r.period), str(r.group)): r for r in rows.itertuples(index=False)
    }


def close(one: Any, other: Any) -> bool:
    """The same number, or nothing on both sides."""
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(float(one) == pytest.approx(float(other), rel=1e-12, abs=1e-12))


def by_the_sql_of_the_pages(
    client: Client, folder: Path, tables: dict[str, pd.DataFrame]
) -> Counter[str]:
    """Every figure by the SQL of its working page, in plain DuckDB; how many of each measure."""
    duck = duckdb.connect()
    duck.execute(f"SET file_search_path = '{folder}'")
    agreed: Counter[str] = Counter()
    for card in measures().values():
        for way in card.statistics:
            found = published(tables, card.key, way.key)
            if card.source != "cases" or not found:
                continue
            address = f"/results/{card.key}/working/?way={way.key}"
            shown = PRE.search(client.get(address).content.decode())
            assert shown is not None, address
            for by in (ALL, *BY):
                query = f"/results/{card.key}/working.sql?way={way.key}&by={by}"
                sql = body(client, query).decode()
                assert by != ALL or html.unescape(shown[1]) in sql
                agreed[card.key] += _agree(duck, sql, by, found)
    return agreed


def _agree(duck: Any, sql: str, by: str, found: dict[Cell, Any]) -> int:
    result = duck.execute(sql)
    names = [column[0] for column in result.description]
    again = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    cells = {key for key in found if key[0] == by}
    assert {(by, row["period"], row["group"]) for row in again} == cells, sql
    shown = 0
    for row in again:
        cell = found[by, row["period"], row["group"]]
        assert (row["n"], row["left_out"]) == (cell.n, cell.left_out), (sql, cell)
        if not cell.suppressed:
            for name in {"value", "low", "high"} & row.keys():
                assert close(row[name], getattr(cell, name)), (name, sql, row, cell)
            shown += 1
    return shown


def by_the_program(client: Client, folder: Path) -> recompute.City:
    """Every figure and interval by recompute.py, on the same downloads."""
    working = json.loads(body(client, "/results/open-data/working.json"))
    assert recompute.check_files(folder, working) == []
    city = recompute.City(folder, working)
    for one in working["expressions"]:
        city.check(one)
    assert city.differences == []
    return city


def intervals(tables: dict[str, pd.DataFrame]) -> int:
    """Every share's and count's interval by statsmodels and scipy; how many."""
    checked = 0
    for card in measures().values():
        for way in card.statistics:
            rows = tables[card.key]
            rows = rows[(rows["statistic"] == way.key) & rows["value"].notna()]
            if len(rows) and way.kind in {"share", "count"}:
                low, high = _ends(card, way, rows)
                for name, ends in (("low", low), ("high", high)):
                    again = pytest.approx(ends, rel=1e-9, abs=1e-9)
                    assert rows[name].to_numpy() == again, (card.key, name)
                checked += len(rows)
    return checked


def _ends(card: Definition, way: Statistic, rows: pd.DataFrame) -> tuple[Any, Any]:
    n = rows["n"].to_numpy()
    if way.kind == "share":
        return proportion_confint(rows["x"].to_numpy(), n, method="wilson")  # type: ignore[no-any-return]
    low = stats.chi2.ppf(0.025, 2 * n) / 2
    return pd.Series(low).fillna(0.0).to_numpy(), stats.chi2.ppf(0.975, 2 * n + 2) / 2


def order_statistics(values: Any, q: float) -> tuple[float, float]:
    """The ends of a quantile's interval: ranks by scipy's binomial distribution."""
    data = sorted(values)
    n = len(data)
    low = int(stats.binom.ppf(0.025, n, q))
    # The largest r with P(at most r - 1) <= 2.5%, and the smallest s with P(at least s) <= 2.5%.
    low = low if stats.binom.cdf(low, n, q) > 0.025 else low + 1
    high = int(stats.binom.isf(0.025, n, q)) + 1
    ends = (
        data[low - 1] if low >= 1 else float("nan"),
        data[high - 1] if high <= n else float("nan"),
    )
    return float(ends[0]), float(ends[1])
