"""Day and month are never swapped without a word."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.cases.importing.tests.conftest import HEADER, MAPPING
from heard.cases.models import Case


def rows(*dates: str) -> list[str]:
    return [HEADER, *(f"{n},{date},,open,Pothole,x" for n, date in enumerate(dates, 1))]


@pytest.fixture
def month_first(mapping: Path) -> Path:
    mapping.write_text(MAPPING + '[dates]\nformats = ["mdy"]\n')
    return mapping


def test_a_day_first_file_names_the_option_to_use(bring: Any) -> None:
    lines = rows("21/01/2022 13:47:00", "04/02/2022 08:00:00")
    done = bring(lines)
    assert done.code == 1
    assert "They are day first: run this again with --date-order dmy." in done.said
    assert bring(lines, date_order="dmy").counts == (2, 0, 0, 0)
    second = Case.objects.get(external_id="2")
    assert second.received_at == datetime(2022, 2, 4, 15, tzinfo=UTC)


def test_dates_that_fit_both_orders_must_be_told(bring: Any) -> None:
    done = bring(rows("03/04/2022", "05/06/2022"))
    assert done.code == 1
    assert "--date-order dmy or --date-order mdy, whichever is true" in done.said


def test_a_file_that_contradicts_its_mapping_is_refused_whole(
    bring: Any, month_first: Path
) -> None:
    # Row by row, 03/02 would be read as the 2nd of March and only 21/01 rejected.
    done = bring(rows("03/02/2022", "04/02/2022", "05/02/2022", "21/01/2022"))
    assert done.code == 1
    assert "“21/01/2022” on line 5 can only be day first" in done.said
    assert "--date-order dmy" in done.said
    assert not Case.objects.exists()


def test_one_slip_does_not_stop_a_file(bring: Any, month_first: Path) -> None:
    done = bring(rows("01/21/2022", "01/22/2022", "21/01/2022"))
    assert done.counts == (2, 0, 0, 1)
    assert [line for line, _reason in done.rejected()] == [4]


def test_the_option_is_checked_against_the_file_too(bring: Any) -> None:
    done = bring(rows("21/01/2022", "01/02/2022"), date_order="mdy")
    assert done.code == 1
    assert "can only be day first" in done.said


def test_a_mapping_may_not_read_both_orders(bring: Any, mapping: Path) -> None:
    mapping.write_text(MAPPING + '[dates]\nformats = ["%m/%d/%Y", "dmy"]\n')
    done = bring(rows("01/02/2022"))
    assert done.code == 1
    assert "both month first and day first" in done.said
