"""Rows that ended long ago lie in a file of their own, and every row lies in one file."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from heard.cases.models import Case
from heard.core import clock
from heard.facts import changes, files, lake, merge
from heard.facts.refresh import refresh, repair, rows_held
from heard.facts.sources import CASES
from heard.facts.tests.making import asked, make_case, make_cases, utc

pytestmark = pytest.mark.django_db
NOW = utc("2026-03-20 12:00")
MONTH, SETTLED = "2025-07", "2025-07-settled"


@pytest.fixture
def old_month(service: Any, monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Six cases of one month: four ended long ago, one lately, one is open."""
    monkeypatch.setattr(merge, "SETTLED_LEAST", 3)
    received = utc("2025-07-10 12:00")
    with clock.at(NOW):
        made = make_cases(service, 4, received, closed_at=received + timedelta(days=9))
        made.append(make_case(service, received, closed_at=NOW - timedelta(days=5)))
        made.append(make_case(service, received))
        refresh()
    return made


def references(name: str) -> set[str]:
    path = lake.month_file("cases", name)
    return {row for (row,) in asked(f"SELECT reference FROM '{path}'")} if path.exists() else set()


def each_once(cases: list[Case]) -> bool:
    listed = [str(path) for path in lake.files("cases")]
    found = asked(f"SELECT reference FROM read_parquet({listed}) ORDER BY ALL")
    return [row for (row,) in found] == sorted(case.reference for case in cases)


def stamp(name: str) -> changes.Stamp | None:
    return changes.stamp(lake.month_file("cases", name))


def touch(case: Case, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(case, name, value)
    case.changed_at = clock.now()
    case.save()


def test_what_ended_long_ago_lies_apart(old_month: list[Case]) -> None:
    assert lake.names("cases") == [MONTH, SETTLED]
    assert lake.months("cases") == [MONTH]
    assert references(SETTLED) == {case.reference for case in old_month[:4]}
    assert references(MONTH) == {case.reference for case in old_month[4:]}
    assert rows_held(CASES) == 6


def test_few_rows_are_not_worth_a_file(old_month: list[Case], service: Any) -> None:
    received = utc("2025-05-10 12:00")
    with clock.at(NOW):
        make_cases(service, 2, received, closed_at=received + timedelta(days=9))
        refresh(rebuild=True)
    assert "2025-05-settled" not in lake.names("cases")


def test_a_change_to_what_is_open_leaves_the_settled_file_alone(old_month: list[Case]) -> None:
    before = stamp(SETTLED)
    with clock.at(NOW + timedelta(minutes=10)):
        touch(old_month[5], channel="phone")
        done = {one.fact: one.months for one in refresh()}
    assert done["cases"] == [MONTH]
    assert stamp(SETTLED) == before


def test_a_settled_case_that_is_reopened_leaves_its_file(old_month: list[Case]) -> None:
    before = changes.stamps("cases")
    with clock.at(NOW + timedelta(minutes=10)):
        touch(old_month[0], state="reopened", closed_at=None)
        refresh()
    assert references(SETTLED) == {case.reference for case in old_month[1:4]}
    assert references(MONTH) == {case.reference for case in [old_month[0], *old_month[4:]]}
    way = changes.since("cases", before)
    assert way is not None, "figures can follow"
    changed = f"FROM '{way[0]}' WHERE reference = '{old_month[0].reference}'"
    sides = asked(f"SELECT is_new, state {changed} ORDER BY ALL")
    assert sides == [(False, "closed"), (True, "reopened")]


def test_a_settled_case_read_again_without_a_difference_stays(old_month: list[Case]) -> None:
    before = changes.stamps("cases")
    with clock.at(NOW + timedelta(minutes=10)):
        touch(old_month[0])
        refresh()
    assert changes.stamps("cases") == before


def test_a_settled_case_that_may_not_be_seen_leaves(old_month: list[Case], service: Any) -> None:
    hidden = type(service).objects.create(
        code="inner", name={"en": "Inner"}, division=service.division, is_public=False
    )
    with clock.at(NOW + timedelta(minutes=10)):
        touch(old_month[0], service=hidden)
        refresh()
    assert each_once(old_month[1:])


def test_the_nightly_repair_puts_apart_what_has_settled(old_month: list[Case]) -> None:
    with clock.at(NOW + timedelta(minutes=10)):
        for case in old_month[:4]:
            touch(case, channel="phone")  # so all of them lie with what still changes
        refresh()
        assert lake.names("cases") == [MONTH]
        repair()
        assert references(SETTLED) == {case.reference for case in old_month[:4]}
        before = changes.stamps("cases")
        repair()
    assert changes.stamps("cases") == before
    assert each_once(old_month)


def test_stopped_between_the_two_files_of_a_month_all_is_made_anew(
    old_month: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(NOW + timedelta(minutes=10)):
        for case in old_month[:4]:
            touch(case, channel="phone")
        refresh()
        real = lake.put

        def breaks(made: Path, place: Path) -> None:
            if place == lake.month_file("cases", MONTH):
                raise OSError("the disk is full")
            real(made, place)

        monkeypatch.setattr(lake, "put", breaks)
        with pytest.raises(OSError, match="full"):
            repair()
        monkeypatch.setattr(lake, "put", real)
        assert not each_once(old_month), "rows are there twice, and not missing"
        refresh()
    assert each_once(old_month)
    assert not lake.exchanging("cases").exists()


def test_stopped_while_a_case_leaves_the_settled_file_all_is_made_anew(
    old_month: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lake.put

    def breaks(made: Path, place: Path) -> None:
        if place == lake.month_file("cases", SETTLED):
            raise OSError("the disk is full")
        real(made, place)

    with clock.at(NOW + timedelta(minutes=10)):
        touch(old_month[0], state="reopened", closed_at=None)
        monkeypatch.setattr(lake, "put", breaks)
        with pytest.raises(OSError, match="full"):
            refresh()
        monkeypatch.setattr(lake, "put", real)
        refresh()
    assert each_once(old_month)


def test_rows_put_in_one_by_one_lie_in_the_same_order_as_all_sorted(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among rows of the same moment too, where only the key tells them apart."""
    received = utc("2026-03-02 12:00")
    with clock.at(NOW):
        made = make_cases(service, 12, received) + make_cases(
            service, 12, received + timedelta(hours=1)
        )
        refresh()
    orders = []
    for few in (100, 0):
        monkeypatch.setattr(files, "FEW", few)
        with clock.at(NOW + timedelta(minutes=10 if few else 20)):
            for case in (made[0], made[5], made[23]):
                touch(case, channel="phone" if few else "web")
            touch(made[7], received_at=received + timedelta(hours=few))
            make_case(service, received)
            refresh()
        found = asked(
            f"SELECT epoch_us(received_at), reference FROM '{lake.month_file('cases', '2026-03')}'"
        )
        orders.append(found == sorted(found))
    assert orders == [True, True]
