"""Every figure of a real city, made again from its file and from our downloads, to the digit."""

import csv
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.test import Client

from heard.cases.importing.tests.boston import ROWS, bring_boston, import_of_boston
from heard.cases.models import Case
from heard.core import clock
from heard.core.city import forget_city
from heard.core.models import City
from heard.facts.tests.making import asked
from heard.measures.models import Result
from heard.measures.refresh import refresh
from heard.routing.tests.boston import rules_on_boston
from heard_stats import SMALL_NUMBER

pytestmark = [pytest.mark.django_db, pytest.mark.real_data, pytest.mark.timeout(600)]
ZONE = "America/New_York"
FILE = "boston311_2011_jul_oct.csv.gz"
BY = ("department", "division", "service", "channel", "district")


@pytest.fixture
def boston(real_data: Path, db: None, tmp_path: Path) -> pd.DataFrame:
    """Boston imported and refreshed; and its rows as pandas reads them, with our group codes."""
    City.objects.create(name="Boston", zone=ZONE)
    forget_city()
    path = real_data / FILE
    assert bring_boston(path, tmp_path) == [ROWS, 0, 0, 0]
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


def stored(key: str, way: str) -> dict[tuple[str, str, str], Result]:
    found = Result.objects.filter(measure=key, statistic=way)
    return {(row.by, row.period, row.group): row for row in found}


def grouped(rows: pd.DataFrame, moment: str) -> dict[tuple[str, str, str], pd.DataFrame]:
    """The rows of each figure, by the local month of a moment and every grouping."""
    rows = rows[rows[moment].notna()]
    period = rows[moment].dt.strftime("%Y-%m")
    cells: dict[tuple[str, str, str], pd.DataFrame] = {}
    for by in BY:
        for (month, group), cell in rows.groupby([period, rows[by]]):
            cells[by, str(month), str(group)] = cell
    for month, cell in rows.groupby(period):
        cells["all", str(month), "all"] = cell
    return cells


def check(found: dict[Any, Result], expected: Mapping[Any, tuple[int, float | None]]) -> int:
    """Same cells, same n, same value to the digit unless suppressed. How many were shown."""
    assert found.keys() == expected.keys()
    shown = 0
    for key, (n, value) in expected.items():
        row = found[key]
        assert row.n == n, key
        if row.suppressed or value is None:
            assert row.value is None, key
        else:
            assert row.value == pytest.approx(value, rel=1e-12, abs=1e-12), key
            shown += 1
    return shown


def test_every_figure_of_boston_is_what_pandas_makes_of_the_file(
    boston: pd.DataFrame, real_data: Path, tmp_path: Path
) -> None:
    assert len(boston) > 41_000
    received = {
        key: (len(cell), float(len(cell))) for key, cell in grouped(boston, "received").items()
    }
    assert check(stored("cases_received", "count"), received) == len(received)

    closed = boston[boston["closed"].notna()].copy()
    closed["days"] = (closed["closed"] - closed["received"]).dt.total_seconds() / 86_400
    cells = grouped(closed, "closed")
    for way, q in (("median", 0.5), ("p90", 0.9)):
        days = {key: (len(c), float(c["days"].quantile(q))) for key, c in cells.items()}
        found = stored("days_to_close", way)
        assert check(found, days) == sum(n >= SMALL_NUMBER for n, _value in days.values())

    hits = {key: c[c["due"].notna()] for key, c in cells.items()}
    shares = {key: (len(c), _share(c)) for key, c in hits.items()}
    found = stored("on_time", "closed")
    assert check(found, shares) > 500
    for key, cell in cells.items():
        assert found[key].left_out == cell["due"].isna().sum()

    judged = boston[boston["due"] <= pd.Timestamp(clock.now())]  # one was promised for 2059
    due = {key: (len(c), _share(c)) for key, c in grouped(judged, "due").items()}
    assert check(stored("on_time", "due"), due) > 250

    _august_by_department_and_service(boston)
    _again_from_the_downloads()
    # The whole city is loaded here once, so what else needs it is checked here too.
    rules_on_boston(boston)
    path = real_data / FILE
    import_of_boston(path)
    assert bring_boston(path, tmp_path) == [0, 0, ROWS, 0]


def _share(cell: pd.DataFrame) -> float | None:
    return float((cell["closed"] <= cell["due"]).mean()) if len(cell) else None


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


def _again_from_the_downloads() -> None:
    """Nothing but DuckDB and what the results site hands out."""
    client = Client()
    table = list(csv.DictReader(io.StringIO(_body(client, "/results/on_time.csv"))))
    published = {
        (row["period"], row["group"]): row
        for row in table
        if (row["statistic"], row["dimension"]) == ("closed", "department")
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for month in ("2011-07", "2011-08", "2011-09", "2011-10"):
            answer = client.get(f"/results/data/cases/{month}.parquet")
            (folder / f"cases-{month}.parquet").write_bytes(b"".join(answer.streaming_content))
        again = asked(
            "SELECT strftime(finished_on, '%Y-%m'), department, count(on_time), "
            f"avg(on_time::int) FROM read_parquet('{folder}/cases-*.parquet') "
            "WHERE finished_on IS NOT NULL GROUP BY ALL"
        )
    assert len(again) == len(published) > 20
    for period, group, n, value in again:
        row = published[period, group]
        assert int(row["n"]) == n
        if row["suppressed"] == "false" and n:
            assert float(row["value"]) == pytest.approx(value, rel=1e-12)


def _body(client: Client, address: str) -> str:
    answer = client.get(address)
    return b"".join(answer.streaming_content).decode()
