"""A city's figures made again from what its results site hands out, and by nobody's code but this.

Called where Boston is loaded. Plain DuckDB runs the SQL of the working pages on the downloads;
recompute.py checks all it can; scipy and statsmodels make the intervals.
"""

import html
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pandas as pd
import pytest
from django.test import Client
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from heard.measures.definitions import ALL, BY, Definition, Statistic, measures
from heard.public import recompute

Cell = tuple[str, str, str]  # grouping, month, group
FIGURE = recompute.figure
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
    """The SQL files of the working pages in plain DuckDB; how many figures of each measure agree.

    For the city and one grouping each: the others' SQL differs in one column, and by_the_program
    runs all of it.
    """
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
            for by in (ALL, BY[len(agreed) % len(BY)]):
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


@dataclass(frozen=True)
class Made:
    """A figure made again. ``hidden``: published without it, so it was not made."""

    n: int
    left_out: int
    hidden: bool
    value: float | None
    low: float | None
    high: float | None


class Again(recompute.City):
    """The program's city, which keeps every figure it makes of the rows in the downloads."""

    def __init__(self, folder: Path, working: dict[str, Any]) -> None:
        super().__init__(folder, working)
        self.figures: dict[tuple[str, str], dict[Cell, Made]] = {}
        self.latest: dict[Cell, dict[str, Any]] = {}
        # Read once: the program itself reads the files anew for every query, and needs no memory.
        self.duck.execute("CREATE TABLE held AS FROM cases; DROP VIEW cases")
        self.duck.execute("ALTER TABLE held RENAME TO cases")

    def check(self, one: dict[str, Any]) -> None:
        """As the program does it; keeps what it makes, and what is hidden as well."""
        with patch.object(recompute, "figure", self.kept):
            super().check(one)
        kept = self.figures.setdefault((one["measure"], one["statistic"]), {})
        for cell, row in self.latest.items():
            if row["suppressed"]:
                kept[cell] = Made(row["n"], row["left_out"], True, None, None, None)

    def published(self, one: dict[str, Any]) -> dict[Cell, dict[str, Any]]:
        """As the program reads it."""
        self.latest = super().published(one)
        return self.latest

    def compare(self, one: dict[str, Any], key: Any, row: dict[str, Any], sums: Any) -> None:
        """As the program does it; notes which cell it is about."""
        self.cell: Cell = key
        super().compare(one, key, row, sums)

    def kept(self, one: dict[str, Any], sums: dict[str, Any]) -> Any:
        """As the program makes a figure; keeps it."""
        made = FIGURE(one, sums)
        assert made is not None, (one["measure"], self.cell)
        found = self.figures.setdefault((one["measure"], one["statistic"]), {})
        found[self.cell] = Made(sums["n"], sums["left_out"], False, *made)
        return made

    def ways(self) -> list[tuple[str, str]]:
        """The measures that have any figure, in each way of counting."""
        return [way for way, cells in self.figures.items() if cells]

    def of(self, key: str, way: str, month: str, by: str, group: str) -> Made | None:
        """One figure, in the usual way of counting where none is named."""
        way = way or measures()[key].default
        return self.figures.get((key, way), {}).get((by, month, group))

    def groups(self, key: str, way: str, month: str, by: str) -> set[str]:
        """The groups of a month."""
        return {cell[2] for cell in self.figures[key, way] if cell[:2] == (by, month)}

    def months(self, key: str, way: str, by: str, group: str) -> list[str]:
        """The months of a group, in order."""
        cells = self.figures[key, way]
        return sorted(cell[1] for cell in cells if (cell[0], cell[2]) == (by, group))


def by_the_program(client: Client, folder: Path) -> Again:
    """Every figure and interval by recompute.py, on the same downloads."""
    working = json.loads(body(client, "/results/open-data/working.json"))
    assert recompute.check_files(folder, working) == []
    city = Again(folder, working)
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


def order_statistics(n: Any, q: float) -> tuple[Any, Any]:
    """The ranks at the ends of a quantile's interval, by scipy's binomial distribution."""
    low = stats.binom.ppf(0.025, n, q).astype(int)
    # The largest r with P(at most r - 1) <= 2.5%, and the smallest s with P(at least s) <= 2.5%.
    low = low + (stats.binom.cdf(low, n, q) <= 0.025)
    return low, stats.binom.isf(0.025, n, q).astype(int) + 1
