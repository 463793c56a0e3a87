"""Los Angeles: eight days over New Year. What can be said of so little, against its own files.

The files have no promised dates, so neither on-time cohort has anything to judge as they are; the
test shows that, and then what a promise of three days would have made of them.
"""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.core.management import call_command

from heard.cases.models import Case
from heard.core.models import City
from heard.forecast.counting import Series, open_days
from heard.forecast.making import make
from heard.forecast.models import Method
from heard.forecast.seasonal import model
from heard.measures.models import Result
from heard.measures.refresh import refresh
from heard.places.clocks import Promised, due
from heard.places.reads import calendar_of_division
from heard_stats import SMALL_NUMBER

pytestmark = pytest.mark.only_measures("on_time")

pytestmark = pytest.mark.real_data
ZONE = "America/Los_Angeles"
FILES = ("myla311_2017_10k.csv.gz", "myla311_2018_10k_a.csv.gz")
SINCE = date(2017, 12, 28)
TOP = 6


@pytest.fixture(scope="module")
def requests(real_data_folder: Path) -> pd.DataFrame:
    rows = pd.concat([pd.read_csv(real_data_folder / name, dtype=str) for name in FILES])
    for name in ("CreatedDate", "ClosedDate"):
        rows[name] = pd.to_datetime(rows[name], format="%m/%d/%Y %I:%M:%S %p")
    return rows


@pytest.fixture(scope="module")
def real_data_folder() -> Path:
    from conftest import REAL_DATA

    if not REAL_DATA.is_dir():
        pytest.skip("the public data folder is not here")
    return REAL_DATA


def by_hour(moments: pd.Series, first: str, last: str) -> Any:
    hours = pd.date_range(first, last, freq="h")
    counts = moments.dt.floor("h").value_counts().reindex(hours, fill_value=0)
    return counts.to_numpy(dtype=float)


@pytest.mark.django_db
def test_the_backtest_of_the_largest_services(requests: pd.DataFrame, town: City) -> None:
    """Seven whole days: the model knows hours and open days, the naive repeats the day before."""
    City.objects.update(zone=ZONE)
    opens = open_days(calendar_of_division(None).calendar, SINCE, 7 + 28)
    assert list(opens[:7]) == [True, True, False, False, False, True, True]  # New Year's Day
    names = [None, *requests["RequestType"].value_counts().index[:TOP]]
    rows = {}
    for name in names:
        of_it = requests if name is None else requests[requests["RequestType"] == name]
        counts = by_hour(of_it["CreatedDate"], "2017-12-28", "2018-01-03 23:00").reshape(7, 24)
        one = Series("service", str(name), counts, opens, SINCE)
        rows[name] = make(one, one)
        assert rows[name].n == counts.sum() > 0
    for row in rows.values():
        assert row.method == Method.EARLY_MODEL
        assert (row.origins, row.tested) == (13, 13 * 24)
        assert (row.mae_model or 0) < 0.9 * (row.mae_naive or 0)
    # Said on the page: eight days show too little of what the city's total may do.
    assert 0.6 < (rows[None].coverage or 0) < 0.75


def test_the_same_weekday_can_be_asked_of_one_night_only(requests: pd.DataFrame) -> None:
    """The hours of January 3 and 4 that have their weekday a week before in the files: nineteen."""
    hours = by_hour(requests["CreatedDate"], "2017-12-27 14:00", "2018-01-04 08:00")
    came, week_before = hours[168:], hours[:19]
    shut = np.zeros(len(hours) + 24, dtype=bool)
    for place in range(len(shut)):
        day = pd.Timestamp("2017-12-27 14:00") + timedelta(hours=place)
        shut[place] = day.day_of_week >= 5 or (day.month, day.day) == (1, 1)
    said = model(hours[:168], shut, ahead=19, season=24, half_life=1e6)
    assert len(came) == 19
    assert np.abs(said.mean - came).mean() < np.abs(week_before - came).mean()


@pytest.fixture
def imported(
    requests: pd.DataFrame, real_data_folder: Path, town: City, tmp_path: Path, settings: Any
) -> pd.DataFrame:
    """Every 14th request of both files, brought in; the whole files are counted by the importer's
    own tests.
    """
    settings.HEARD_DATA, settings.LAKE = tmp_path, tmp_path / "lake"
    City.objects.update(zone=ZONE)
    for name in FILES:
        part = pd.read_csv(real_data_folder / name, dtype=str, keep_default_na=False)[::14]
        part.to_csv(tmp_path / "part.csv", index=False)
        call_command(
            "import", "cases", str(tmp_path / "part.csv"), mapping="myla311",
            rejects=tmp_path / "rejects.csv", stdout=io.StringIO(),
        )  # fmt: skip
    codes = Case.objects.values_list("external_id", "service__code", "state")
    known = pd.DataFrame(list(codes), columns=["id", "service", "state"]).set_index("id")
    return requests.set_index("SRNumber").join(known, how="inner")


@pytest.mark.django_db
def test_both_on_time_cohorts_by_service(imported: pd.DataFrame) -> None:
    assert len(imported) == Case.objects.count() == 715 + 715
    assert not Case.objects.exclude(due_at=None).exists()
    refresh()
    closed = Result.objects.filter(measure="on_time", statistic="closed", by="service")
    assert closed.exists()
    assert {row.n for row in closed} == {0}  # nothing was promised
    assert sum(row.left_out for row in closed) == imported["state"].eq("closed").sum()
    assert not Result.objects.filter(measure="on_time", statistic="due", n__gt=0).exists()

    calendar = calendar_of_division(None).calendar
    cases = list(Case.objects.all())
    for case in cases:
        case.due_at = due(case.received_at, Promised(3, "days"), calendar).at
    Case.objects.bulk_update(cases, ["due_at"])
    refresh(rebuild=True)
    imported["due"] = imported["CreatedDate"] + timedelta(days=3)
    # Street lighting keeps only the day of its work; the import takes the end of that day.
    day_only = imported["ClosedDate"].dt.normalize() == imported["ClosedDate"]
    end = imported["ClosedDate"] + timedelta(hours=23, minutes=59, seconds=59)
    imported["done"] = end.where(day_only, imported["ClosedDate"])
    finished = imported[imported["state"] == "closed"]
    _agree("closed", finished, finished["done"])
    # Set aside before its date (declined, handed over): not judged by it.
    aside = ~imported["state"].isin(["closed", "received", "in_progress"])
    judged = imported[~(aside & (imported["done"] <= imported["due"]))]
    _agree("due", judged, judged["due"], kept=judged["state"] == "closed")


def _agree(
    way: str, rows: pd.DataFrame, moment: "pd.Series[Any]", kept: "pd.Series[bool] | None" = None
) -> None:
    """Every figure by service and month is what pandas makes of the rows."""
    hit = rows["done"] <= rows["due"]
    hit = hit if kept is None else hit & kept
    expected = hit.groupby([moment.dt.strftime("%Y-%m"), rows["service"]]).agg(["size", "mean"])
    found = Result.objects.filter(measure="on_time", statistic=way, by="service")
    stored = {(row.period, row.group): row for row in found if row.n}
    assert stored.keys() == set(expected.index)
    shown = 0
    keys = expected.index.tolist()
    for key, n, share in zip(keys, expected["size"], expected["mean"], strict=True):
        assert stored[key].n == n, key
        if n >= SMALL_NUMBER and not stored[key].suppressed:
            assert stored[key].value == pytest.approx(share, rel=1e-12), key
            shown += 1
    assert shown >= 8
