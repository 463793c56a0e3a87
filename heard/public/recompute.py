#!/usr/bin/env python3
"""Make every published figure of a Heard city again, from its downloads, without Heard.

    pip install duckdb
    python recompute.py https://city.example.gov

It reads the city's catalogue (/results/open-data/data.json), downloads everything in it, runs each
published expression with DuckDB, and compares every figure and interval. It prints how many agree,
how many are hidden because they are of too few, how many only the city can check, and names each
one that differs. It needs Python 3.10 or newer and the package duckdb; nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
import tempfile
import urllib.request
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

Z = 1.959963984540054  # the 97.5th percentile of the normal distribution
TAIL = 0.025
NEAR, NEAR_END = 1e-12, 1e-9  # relative: of figures, and of ends, which are found by iteration


# ruff: noqa: T201 - it talks to whoever ran it
# --- intervals, each from its paper


def wilson(x: float, n: float) -> tuple[float, float]:
    """Wilson (1927), Journal of the American Statistical Association 22, 209-212."""
    p = x / n
    middle, reach = x + Z * Z / 2, Z * math.sqrt(p * (1 - p) * n + Z * Z / 4)
    low, high = (middle - reach) / (n + Z * Z), (middle + reach) / (n + Z * Z)
    return min(max(low, 0.0), p), max(min(high, 1.0), p)


def score(gave: list[int]) -> tuple[float, float]:
    """Wilson's interval at the number of yes-or-no answers that would be as certain, times 100."""
    n, top = sum(gave), len(gave) - 1
    mean = sum(k * count for k, count in enumerate(gave)) / (top * n)
    square = sum(k * k * count for k, count in enumerate(gave)) / (top * top * n)
    first, second = (n * mean + 0.5) / (n + 1), (n * square + 0.5) / (n + 1)
    certainty = min(1.0, max(1e-12, (second - first**2) / (first * (1 - first))))
    low, high = wilson(mean * (n / certainty), n / certainty)
    return 100 * min(low, mean), 100 * max(high, mean)


@cache
def garwood(n: int) -> tuple[float, float]:
    """Garwood (1936), Biometrika 28, 437-442: quantiles of the gamma distribution."""
    low = 0.0 if n == 0 else _solve(lambda x: gamma_p(n, x) - TAIL, n)
    return low, _solve(lambda x: gamma_p(n + 1, x) - (1 - TAIL), n + 1)


def _solve(rises: Any, near: float) -> float:
    """Where a rising function is zero, above 0."""
    low, high = 0.0, near + 10 * math.sqrt(near) + 20
    for _step in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if rises(middle) < 0 else (low, middle)
    return (low + high) / 2


def gamma_p(a: float, x: float) -> float:
    """The regularized lower incomplete gamma function; series or continued fraction."""
    if x <= 0:
        return 0.0
    scale = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = a
        while abs(term) > abs(total) * 1e-17:
            k += 1
            term *= x / k
            total += term
        return scale * total
    return 1 - scale * _fraction_gamma(a, x)


def _fraction_gamma(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1e300, 1 / b
    found = d
    for k in range(1, 100_000):
        factor = -k * (k - a)
        b += 2
        d = 1 / (factor * d + b or 1e-300)
        c = b + factor / c or 1e-300
        found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return found


def binomial_below(k: int, n: int, q: float) -> float:
    """P(at most k of n), by the incomplete beta function."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else beta(n - k, k + 1, 1 - q)


def beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function, by its continued fraction (Lentz)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - beta(b, a, 1 - x)
    scale = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log(1 - x)
    ) / a  # fmt: skip
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or 1e-300)
    found = d
    for m in range(1, 100_000):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + factor * d or 1e-300)
            c = 1 + factor / c or 1e-300
            found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return scale * found


def net(for_us: int, against: int, n: int) -> tuple[float, float, float]:
    """Net promoter score; Rocks (2016), The American Statistician 70: adjusted Wald."""
    value, m = 100 * (for_us - against) / n, n + 3
    middle = (for_us - against) / m
    reach = Z * math.sqrt(((for_us + against + 1.5) / m - middle**2) / m)
    low, high = max(-100.0, 100 * (middle - reach)), min(100.0, 100 * (middle + reach))
    return value, min(low, value), max(high, value)


def mean(n: int, total: float, squares: float) -> tuple[float, float | None, float | None]:
    """A mean with Student's interval, from sums."""
    value = total / n
    if n == 1:
        return value, None, None
    variance = float(Fraction(squares) - Fraction(total) ** 2 / n) / (n - 1)
    if variance <= 0:
        return value, None, None
    freedom = n - 1
    # P(T > t) is half the regularized beta function at freedom / (freedom + t squared).
    t = _solve(lambda t: 0.5 * beta(freedom / 2, 0.5, freedom / (freedom + t * t)) * -1 + TAIL, 20)
    reach = t * math.sqrt(variance / n)
    return value, value - reach, value + reach


def quantile(values: list[float], q: float) -> tuple[float, float | None, float | None]:
    """The interpolated quantile; its ends are values of the data (order statistics)."""
    data, n = sorted(values), len(values)
    place = (n - 1) * q
    below = math.floor(place)
    above, part = min(below + 1, n - 1), place - below
    value = data[below]
    if data[above] != value:
        value = value * (1 - part) + data[above] * part
    low = _rank(n, lambda r: binomial_below(r - 1, n, q) <= TAIL)
    high = _rank(n, lambda r: 1 - binomial_below(r - 1, n, q) > TAIL) + 1
    first = min(data[low - 1], value) if low else None
    return value, first, max(data[high - 1], value) if high <= n else None


def _rank(n: int, holds: Any) -> int:
    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


# --- figures from sums


Made = tuple[Any, Any, Any]


def figure(one: dict[str, Any], sums: dict[str, Any]) -> Made | None:
    """Value, low and high from sums; None where this program cannot make them."""
    kind, n, divisor = one["kind"], sums["n"], one.get("divisor") or 1
    if sums.get("outside"):  # counted though not of those it is a share of: no figure is given
        return None, None, None
    if kind == "count":
        return (n, *garwood(n))
    if kind == "sum" and sums["total"] is not None:
        total, reach = sums["total"] / divisor, 1.959964 * math.sqrt(sums["squares"]) / divisor
        return total, max(0.0, total - reach), total + reach
    if kind in KINDS and n == 0:
        return None, None, None
    if kind == "quantile":
        values = sums.get("values")
        return quantile(values, one["quantile"]) if values else None
    needed = KINDS.get(kind, ("",))
    if any(sums.get(name) is None for name in needed):
        return None
    parts = [sums[name] for name in needed]
    if kind == "share":
        return (parts[0] / n, *wilson(parts[0], n))
    if kind == "nps":
        return net(parts[0], parts[1], n)
    if kind == "mean":
        value, low, high = mean(n, parts[0], parts[1])
        return value / divisor, low and low / divisor, high and high / divisor
    if kind == "top2":
        best = parts[3] + parts[4]
        return (best / n, *wilson(best, n))
    return (100 * sum(k * g for k, g in enumerate(parts)) / (4 * n), *score(parts))


GAVE = ("gave_1", "gave_2", "gave_3", "gave_4", "gave_5")
KINDS: dict[str, tuple[str, ...]] = {
    "share": ("x",), "index": GAVE, "top2": GAVE, "nps": ("promoters", "detractors"),
    "mean": ("total", "squares"), "quantile": (),
}  # fmt: skip


def same(one: Any, other: Any, near: float) -> bool:
    """Whether two numbers agree; nothing agrees with nothing only."""
    if one is None or other is None:
        return one is None and other is None
    return math.isclose(one, other, rel_tol=near, abs_tol=near)


# --- the city's files


def fetch(address: str) -> bytes:
    """The content of an address."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise SystemExit(f"{address} is not a web address.")
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - checked above
        return bytes(answer.read())


def download(root: str, folder: Path) -> dict[str, Any]:
    """Everything in the catalogue that is Parquet; gives the city's list of expressions."""
    catalogue = json.loads(fetch(f"{root}/results/open-data/data.json"))
    working: dict[str, Any] = json.loads(fetch(f"{root}/results/open-data/working.json"))
    for dataset in catalogue["dataset"]:
        for file in dataset["distribution"]:
            if file["mediaType"] == "application/vnd.apache.parquet":
                address = str(file["downloadURL"])
                fact = re.search(r"/data/(\w+)/([\d-]+)\.parquet$", address)
                name = f"{fact[1]}-{fact[2]}.parquet" if fact else address.rsplit("/", 1)[1]
                (folder / name).write_bytes(fetch(address))
    return working


def check_files(folder: Path, working: dict[str, Any]) -> list[str]:
    """Files of facts whose digest is not the one the city noted."""
    wrong = []
    for file in working["files"]:
        path = folder / f"{file['fact']}-{file['month']}.parquet"
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
        if file["sha256"] and digest != file["sha256"]:
            wrong.append(f"{path.name}: another file than the one the figures came from")
    return wrong


class City:
    """The downloads of one city, and what became of checking them."""

    def __init__(self, folder: Path, working: dict[str, Any]) -> None:
        self.folder, self.working = folder, working
        self.counts: Counter[tuple[str, str]] = Counter()
        self.differences: list[str] = []
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'")
        for fact in sorted({one["fact"] for one in working["expressions"] if one["open"]}):
            files = sorted(map(str, folder.glob(f"{fact}-*.parquet")))
            if files:
                listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
                self.duck.execute(f"CREATE VIEW {fact} AS FROM read_parquet([{listed}])")
        moment = f"SELECT TIMESTAMPTZ '{working['as_of']}' AS as_of"
        self.duck.execute(f"CREATE TABLE moment AS {moment}")
        day = working.get("today", working["as_of"][:10])  # the city's day of it
        self.duck.execute(f"CREATE TABLE moment_day AS SELECT DATE '{day}' AS today")

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a query gives, row by row."""
        found = self.duck.execute(query, values)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def published(self, one: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
        """The published figures of an expression, by grouping, period and group."""
        path = self.folder / f"{one['measure']}.parquet"
        found = self.rows(
            "SELECT * FROM read_parquet(?) WHERE statistic = ? AND definition = ?",
            str(path), one["statistic"], one["definition"],
        )  # fmt: skip
        return {(row["dimension"], row["period"], row["group"]): row for row in found}

    def check(self, one: dict[str, Any]) -> None:
        """All figures of one measure in one way of counting."""
        published = self.published(one)
        if one["open"] and any(self.folder.glob(f"{one['fact']}-*.parquet")):
            again = {
                (by, row["period"], row["group"]): row
                for by, sql in one["sql"].items()
                for row in self.rows(sql)
            }
            for key in again.keys() ^ published.keys():
                self.note(one, "differ", f"{key} is in one of the two only")
        else:
            again = {key: row for key, row in published.items() if not row["suppressed"]}
        for key, row in published.items():
            if row["suppressed"]:
                self.note(one, "hidden")
            elif key in again:
                self.compare(one, key, row, again[key])

    def compare(self, one: dict[str, Any], key: Any, row: dict[str, Any], sums: Any) -> None:
        """One figure with what it was made of."""
        made = figure(one, sums)
        if made is None:
            self.note(one, "closed")
            return
        wrong = [name for name in ("n", "left_out") if row[name] != sums[name]]
        pairs = zip(("value", "low", "high"), made, (NEAR, NEAR_END, NEAR_END), strict=True)
        wrong += [name for name, again, near in pairs if not same(row[name], again, near)]
        self.note(one, "differ" if wrong else "agree", f"{key}: {', '.join(wrong)}")

    def check_entered(self) -> None:
        """Figures people entered: those that come with both parts of their division."""
        computed = {one["measure"] for one in self.working["expressions"]}
        facts = {one["fact"] for one in self.working["expressions"]}
        for path in sorted(self.folder.glob("*.parquet")):
            if path.stem in computed or path.stem.rsplit("-", 2)[0] in facts:
                continue
            names = {row["column_name"] for row in self.rows(f"DESCRIBE FROM '{path}'")}
            about = {"measure": path.stem, "statistic": "entered"}
            for row in self.rows("SELECT * FROM read_parquet(?)", str(path)):
                if "numerator" not in names or not row["denominator"] or row["numerator"] is None:
                    self.note(about, "closed")
                    continue
                again = row["numerator"] / row["denominator"]
                fits = row["value"] is not None and math.isclose(row["value"], again, rel_tol=1e-6)
                self.note(about, "agree" if fits else "differ", f"{row['period']}: value")

    def note(self, one: dict[str, Any], what: str, words: str = "") -> None:
        """Count one figure; keep the words of those that differ."""
        name = f"{one['measure']} {one['statistic']}"
        self.counts[name, what] += 1
        if what == "differ":
            self.differences.append(f"{name}: {words}")


def report(city: City) -> int:
    """Print what was found; gives how many figures differ."""
    columns = ("agree", "hidden", "closed", "differ")
    print(f"{'measure and way of counting':44} " + " ".join(f"{what:>8}" for what in columns))
    for name in sorted({key[0] for key in city.counts}):
        numbers = " ".join(f"{city.counts[name, what]:8}" for what in columns)
        print(f"{name:44} {numbers}")
    total = {what: sum(n for key, n in city.counts.items() if key[1] == what) for what in columns}
    print(f"{'all':44} " + " ".join(f"{total[what]:8}" for what in columns))
    print("hidden: of too few to be shown. closed: can be worked out inside the city only.")
    for line in city.differences[:50]:
        print(f"DIFFERS  {line}")
    return total["differ"]


def main() -> int:
    """Download, compute, compare."""
    arguments = argparse.ArgumentParser(description="Make every published figure again.")
    arguments.add_argument("address", help="such as https://city.example.gov")
    arguments.add_argument("--folder", help="keep the downloads here")
    given = arguments.parse_args()
    root = given.address.rstrip("/")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(given.folder or made)
        folder.mkdir(parents=True, exist_ok=True)
        working = download(root, folder)
        wrong = check_files(folder, working)
        city = City(folder, working)
        for one in working["expressions"]:
            city.check(one)
        city.check_entered()
        for line in wrong:
            print(f"DIFFERS  {line}")
        return 1 if report(city) or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
