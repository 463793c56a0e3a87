"""The mappings that come with Heard, on the real files they are for."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.cases.importing.kind import CASES
from heard.cases.importing.tests.boston import labels
from heard.cases.models import Case
from heard.cases.states import FINISHED, State
from heard.core.imports import mapping as mappings
from heard.people.models import Department, Division

NAMES = ["boston311", "myla311", "nyc311", "seeclickfix"]


def test_the_four_mappings_are_there_and_right() -> None:
    assert [name for name in mappings.available(CASES) if name in NAMES] == NAMES
    for name in NAMES:
        assert mappings.find(CASES, name).source == name


@pytest.mark.real_data
def test_boston_day_first_is_the_same_as_year_first(
    real_data: Path, bring: Callable[..., Any]
) -> None:
    assert bring(real_data / "boston311-100.csv", using="boston311").counts == (100, 0, 0, 0)
    other = real_data / "boston311-dmy-100.csv"
    refused = bring(other, using="boston311")
    assert (refused.code, "--date-order dmy" in refused.said) == (1, True)
    assert bring(other, using="boston311", date_order="mdy").code == 1
    assert bring(other, using="boston311", date_order="dmy").counts == (0, 0, 100, 0)


@pytest.mark.real_data
def test_boston_without_times(real_data: Path, bring: Callable[..., Any]) -> None:
    path = real_data / "boston311-100-notime.csv"
    assert bring(path, using="boston311").counts == (100, 0, 0, 0)
    label = labels(path)
    late_in_the_day = []
    for case in Case.objects.filter(state=State.CLOSED).exclude(due_at=None):
        target, closed, said = label[case.external_id]
        assert case.closed_at is not None
        assert case.due_at is not None
        assert (case.closed_at <= case.due_at) == (closed <= target)
        if (closed <= target) != (said == "ONTIME"):
            late_in_the_day.append((target, closed, said))
    # Overdue by hours on the due day: what days alone cannot tell, counted as on time.
    assert late_in_the_day == [("2022-01-04", "2022-01-04", "OVERDUE")]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "name", "counts"),
    [
        ("myla311_2018_10k_a.csv.gz", "myla311", (10_000, 0, 0, 0)),
        ("nyc311-100.csv", "nyc311", (100, 0, 0, 0)),
    ],
)
def test_other_cities(
    real_data: Path, bring: Callable[..., Any], file: str, name: str, counts: tuple[int, ...]
) -> None:
    assert bring(real_data / file, using=name).counts == counts
    taken, _updated, _unchanged, rejected = counts
    assert bring(real_data / file, using=name).counts == (0, 0, taken, rejected)
    assert Department.objects.exists()
    assert Division.objects.exists()
    assert not Case.objects.filter(state__in=FINISHED, closed_at=None).exists()


@pytest.mark.real_data
def test_new_haven_keeps_what_residents_wrote(real_data: Path, bring: Callable[..., Any]) -> None:
    file = real_data / "newhaven_seeclickfix_60pct.csv.gz"
    done = bring(file, using="seeclickfix")
    assert done.counts == (5_533, 0, 0, 2)
    assert bring(file, using="seeclickfix").counts == (0, 0, 5_533, 2)
    assert not Case.objects.filter(state__in=FINISHED, closed_at=None).exists()
    # One report is torn in two by a line break without quotation marks.
    assert [line for line, _reason in done.rejected()] == [6987, 6988]
    case = Case.objects.get(external_id="72")
    assert case.title == "Broken Sidewalk"
    assert case.words.startswith("The sidewalk infront of my house")
    assert (case.state, case.times_reopened) == (State.REOPENED, 1)  # closed in 2013, open now
    assert case.received_at == datetime(2008, 4, 11, 12, 29, 14, tzinfo=UTC)


@pytest.mark.real_data
def test_the_wrong_mapping_says_what_is_missing(real_data: Path, bring: Callable[..., Any]) -> None:
    done = bring(real_data / "nyc311-100.csv", using="boston311")
    assert done.code == 1
    assert "case_enquiry_id" in done.said
    assert "It has 41: Unique Key" in done.said


def test_the_example_in_the_guide_is_right(tmp_path: Path, bring: Callable[..., Any]) -> None:
    guide = Path(__file__).resolve().parents[4] / "docs" / "user" / "import.md"
    example = guide.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    path = tmp_path / "ourcity.toml"
    path.write_text(example, encoding="utf-8")
    used = mappings.load(path, CASES)
    assert set(used.columns) == {field.name for field in CASES.fields}
    names = [name for columns in used.columns.values() for name in columns]
    header = [n for n in dict.fromkeys(names) if n != "Photo text"]
    said = {"Request No": "1", "Opened": "03/01/2024 9:00 PM", "Status": "New", "Dept": "PARK"}
    done = bring([",".join(header), ",".join(said.get(name, "") for name in header)], using=path)
    assert done.counts == (1, 0, 0, 0), done.rejected()
    case = Case.objects.select_related("division__department").get()
    assert (case.service.code, str(case.division.department)) == ("Not said", "Parks")
