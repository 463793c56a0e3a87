"""The SQL a stranger runs to make a figure again: plain DuckDB over the downloads, nothing of ours.

Ibis is not needed here: the expressions were turned into SQL ahead (``working.py``).
"""
# ruff: noqa: S608 - it is handed out as text; strangers run it on files of their own

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from heard.core.city import city_zone
from heard.measures.definitions import Statistic

# Wilson (1927); the score interval of heard_stats.intervals; both at 95%.
MACROS = """CREATE OR REPLACE TEMP MACRO z() AS 1.959963984540054;
CREATE OR REPLACE TEMP MACRO wilson(x, n, side) AS CASE WHEN n > 0 THEN
  least(1, greatest(0, (x + z()*z()/2 + side * z() * sqrt(greatest(0, x*(n-x)/n) + z()*z()/4)) / (n + z()*z()))) END;
CREATE OR REPLACE TEMP MACRO certainty(f, s) AS least(1, greatest(1e-12, (s - f*f) / (f * (1-f))));
CREATE OR REPLACE TEMP MACRO score(m, s, n, side) AS CASE WHEN n > 0 THEN
  wilson(m * n / certainty((n*m + 0.5)/(n+1), (n*s + 0.5)/(n+1)),
         n / certainty((n*m + 0.5)/(n+1), (n*s + 0.5)/(n+1)), side) END;
CREATE OR REPLACE TEMP MACRO net(f, a, n) AS 100.0 * (f - a) / nullif(n, 0);
CREATE OR REPLACE TEMP MACRO net_end(f, a, m, side) AS
  100 * ((f-a)/m + side * z() * sqrt(((f+a)/m - ((f-a)/m)*((f-a)/m)) / m));
"""  # noqa: E501
_POINTS = "(gave_2 + 2*gave_3 + 3*gave_4 + 4*gave_5) / (4.0 * nullif(n, 0))"
_SQUARES = "(gave_2 + 4*gave_3 + 9*gave_4 + 16*gave_5) / (16.0 * nullif(n, 0))"
_N_OF_GAVE = "gave_1 + gave_2 + gave_3 + gave_4 + gave_5"


@dataclass(frozen=True, slots=True)
class Made:
    """How value, low and high come from the sums, as SQL; ends that SQL cannot make are empty."""

    value: str
    low: str = ""
    high: str = ""
    n: str = "n"


def made(statistic: Statistic) -> Made | None:
    """The SQL of a figure from its sums; None for a kind that is not known here."""
    unit = "" if statistic.divisor == 1 else f" / {statistic.divisor:g}"
    if statistic.kind == "quantile":
        return Made(f"list_aggregate(\"values\", 'quantile_cont', {statistic.quantile})")
    if statistic.kind == "sum":
        reach = "1.959964 * sqrt(squares)"
        low, high = f"greatest(0, total - {reach}){unit}", f"(total + {reach}){unit}"
        return Made(f"total{unit}", low, high)
    if statistic.kind == "mean":  # its interval needs Student's distribution: recompute.py
        return Made(f"total::DOUBLE / nullif(n, 0){unit}")
    return _MADE.get(statistic.kind)


_MADE = {
    "count": Made("n"),  # its interval needs the gamma distribution: recompute.py
    "share": Made("x::DOUBLE / nullif(n, 0)", "wilson(x, n, -1)", "wilson(x, n, 1)"),
    "top2": Made(
        "(gave_4 + gave_5)::DOUBLE / nullif(n, 0)",
        "wilson(gave_4 + gave_5, n, -1)",
        "wilson(gave_4 + gave_5, n, 1)",
        _N_OF_GAVE,
    ),
    "index": Made(
        f"100 * {_POINTS}",
        f"100 * score({_POINTS}, {_SQUARES}, n, -1)",
        f"100 * score({_POINTS}, {_SQUARES}, n, 1)",
        _N_OF_GAVE,
    ),
    "nps": Made(
        "net(promoters, detractors, n)",
        "CASE WHEN n > 0 THEN least(net(promoters, detractors, n), greatest(-100, "
        "net_end(promoters + 0.75, detractors + 0.75, n + 3, -1))) END",
        "CASE WHEN n > 0 THEN greatest(net(promoters, detractors, n), least(100, "
        "net_end(promoters + 0.75, detractors + 0.75, n + 3, 1))) END",
    ),
}


def from_facts(
    statistic: Statistic, sql: str, fact: str, as_of: datetime, *, title: str, wheres: str
) -> str:
    """A script over the facts that are open data: the expression as it runs, then the figure."""
    head = (
        f"-- {title}\n-- Run it in the folder with {fact}-*.parquet: duckdb < this-file\n"
        "SET TimeZone = 'UTC';\n"
        f"CREATE OR REPLACE TEMP VIEW {fact} AS SELECT * FROM read_parquet('{fact}-*.parquet');\n"
        "CREATE OR REPLACE TEMP TABLE moment AS\n"
        f"  SELECT TIMESTAMPTZ '{as_of.isoformat()}' AS as_of;\n"
        "CREATE OR REPLACE TEMP TABLE moment_day AS\n"
        f"  SELECT DATE '{as_of.astimezone(city_zone()).date()}' AS today;\n"
    )
    return f"{head}{MACROS}WITH counted AS (\n{sql}\n)\n{_figures(statistic, wheres)}"


def from_counts(statistic: Statistic, key: str, *, title: str, wheres: str) -> str:
    """A script over the published counts: where single rows are nobody else's business."""
    head = f"-- {title}\n-- Run it in the folder with {key}.parquet: duckdb < this-file\n"
    source = (
        f"WITH counted AS (\nSELECT * FROM read_parquet('{key}.parquet')\n"
        f"WHERE statistic = '{statistic.key}' AND NOT suppressed\n)\n"
    )
    return f"{head}{MACROS}{source}{_figures(statistic, wheres)}"


def _figures(statistic: Statistic, wheres: str) -> str:
    how = made(statistic)
    if how is None:
        return f'SELECT * FROM counted{wheres}\nORDER BY period, "group";\n'
    columns = [f"{how.n} AS n", "left_out", f"{how.value} AS value"]
    if how.low:
        columns += [f"{how.low} AS low", f"{how.high} AS high"]
    # A sum of whole numbers is the sum's own n; inside, "n" is the column of the expression.
    inner = ", ".join(columns)
    return f'SELECT period, "group", {inner}\nFROM counted{wheres}\nORDER BY period, "group";\n'


def where(conditions: Iterable[tuple[str, str]]) -> str:
    """A WHERE of equalities, with what is compared quoted as SQL wants it."""
    parts = [f"\"{name}\" = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in conditions]
    return f"\nWHERE {' AND '.join(parts)}" if parts else ""
