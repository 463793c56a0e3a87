"""Figures that follow changed rows are those that a computation of everything gives.

Whatever happens to cases, answers and contacts, however time passes, and wherever a process is
killed: what is stored, what is in the files, and what is computed from nothing are the same.
"""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.cases.models import Case
from heard.catalogue.models import Service
from heard.contacts.models import Contact
from heard.core import clock
from heard.facts import changes, lake, merge
from heard.facts.refresh import refresh as refresh_facts
from heard.facts.refresh import repair
from heard.facts.tests.making import make_answers, make_cases, utc
from heard.measures import compute, formulas, slices, touched, working
from heard.measures import refresh as refreshing
from heard.measures.compute import all_figures
from heard.measures.definitions import measures
from heard.measures.downloads import place
from heard.measures.models import Computation, ComputedFile, Result, Snapshot
from heard.measures.reads import exported
from heard.measures.refresh import refresh
from heard.measures.store import WRITTEN, forget_computations
from heard.places.models import District
from heard.voice.models import Response

pytestmark = pytest.mark.django_db
START = utc("2026-03-29 12:00")


# One of each kind of sum, and one that counts the state at the end of a month: where nothing is
# drawn by chance these stand for all, and take a tenth of the time.
FEW = {
    "cases_received", "on_time", "days_to_close", "backlog", "satisfaction", "recommend",
    "first_contact_resolution", "remedy_money",
}  # fmt: skip
ALL = ("test_after_any_changes_figures_are_those_of_a_full_computation", "test_time_alone")


@pytest.fixture(autouse=True)
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.name.startswith(ALL):
        return
    chosen = tuple(one for one in formulas.all_series() if one.measure in FEW)
    assert {one.measure for one in chosen} == FEW
    for module in (compute, touched, working):
        monkeypatch.setattr(module, "all_series", lambda: chosen)


@pytest.fixture
def house(division: Any, service: Any) -> list[Service]:
    """Two services, a district, and a lake with figures."""
    District.objects.create(code="north", name={"en": "North"})
    other = Service.objects.create(code="tree", name={"en": "Tree"}, division=division)
    with clock.at(START):
        for number, one in enumerate((service, other)):
            received = START - timedelta(days=70 * number + 20)
            make_cases(one, 9 + number, received, due_at=received + timedelta(days=4))
            make_cases(one, 6, received, closed_at=received + timedelta(days=3), channel="phone")
            make_answers(one, [5, 4, None, 2] * 3, received, silent=2)
        refresh()
    return [service, other]


def computed() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every figure, from nothing but the lake."""
    found = {}
    for (key, statistic, _by), figures in all_figures(Snapshot.objects.get().as_of):
        for one in figures:
            name = key, statistic, one.period, one.by, one.group
            found[name] = tuple(getattr(one, part) for part in WRITTEN)
    return found


def stored() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = Result.objects.values_list(
        "measure", "statistic", "period", "by", "group", *WRITTEN
    ).order_by()
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def downloaded(key: str) -> list[dict[str, Any]]:
    return sorted(pq.ParquetFile(place(key)).read().to_pylist(), key=repr)


def assert_right() -> None:
    """What is stored and what is downloaded is what a computation of everything gives."""
    assert stored() == computed()
    for key in measures():
        assert downloaded(key) == sorted(exported(key), key=repr)


def some(model: Any, number: int) -> Any:
    """One row of a kind, by a drawn number."""
    rows = list(model.objects.order_by("pk"))
    return rows[number % len(rows)]


def arrive(number: int, services: list[Service]) -> None:
    received = clock.now() - timedelta(days=number % 100, hours=number % 7)
    make_cases(
        services[number % 2], number % 4 + 1, received,
        due_at=None if number % 5 == 0 else received + timedelta(days=number % 9),
        district=District.objects.get() if number % 3 == 0 else None,
        first_response_at=received + timedelta(hours=5) if number % 2 else None,
        channel="web" if number % 4 else "counter",
    )  # fmt: skip


def finish(number: int, services: list[Service]) -> None:
    Case.objects.filter(pk=some(Case, number).pk).update(
        state="closed", outcome="done", closed_at=clock.now(), changed_at=clock.now()
    )


def reopen(number: int, services: list[Service]) -> None:
    Case.objects.filter(pk=some(Case, number).pk).update(
        state="reopened", closed_at=None, times_reopened=number % 3 + 1, changed_at=clock.now()
    )


def decline(number: int, services: list[Service]) -> None:
    Case.objects.filter(pk=some(Case, number).pk).update(
        state="declined", closed_at=clock.now() - timedelta(days=number % 40),
        changed_at=clock.now(),
    )  # fmt: skip


def move(number: int, services: list[Service]) -> None:
    """To another service, another month of receipt, another date."""
    case = some(Case, number)
    case.service, case.changed_at = services[(number + 1) % 2], clock.now()
    case.received_at -= timedelta(days=number % 50)
    case.due_at = case.received_at + timedelta(days=number % 60)
    case.save()


def say(number: int, services: list[Service]) -> None:
    asked = clock.now() - timedelta(days=number % 45)
    make_answers(services[number % 2], [number % 5 + 1], asked, silent=number % 3)


def spoil(number: int, services: list[Service]) -> None:
    Response.objects.filter(pk=some(Response, number).pk).update(
        is_spam=number % 2 == 0, changed_at=clock.now()
    )


def call(number: int, services: list[Service]) -> None:
    at = clock.now() - timedelta(days=number % 30)
    Contact.objects.create(
        at=at, changed_at=clock.now(), channel="phone", reason="question",
        service=services[number % 2], division=services[number % 2].division,
        settled=number % 3 > 0, handed_off=number % 5 == 0,
        avoidable=("", "no", "chasing")[number % 3],
    )  # fmt: skip


def hide(number: int, services: list[Service]) -> None:
    """A service that is not public any more: the lake is made anew."""
    Service.objects.filter(code="tree").update(is_public=number % 2 == 0)


def tidy(number: int, services: list[Service]) -> None:
    """The nightly repair: what ended long ago goes into files of its own."""
    repair()


WAYS = (arrive, finish, finish, reopen, decline, move, say, spoil, call, hide, tidy)
STEP = st.tuples(
    st.sampled_from(WAYS),
    st.integers(0, 10_000),
    st.sampled_from((1, 4, 60, 60 * 20, 60 * 24 * 6, 60 * 24 * 33)),  # minutes that pass
    st.booleans(),  # whether a refresh follows
)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(STEP, min_size=3, max_size=7),
    portion=st.sampled_from((20, 10**6)),
    settled=st.sampled_from((2, 10**6)),
)
def test_after_any_changes_figures_are_those_of_a_full_computation(
    house: list[Service], own_lake: Path, portion: int, settled: int, steps: list[Any]
) -> None:
    kept, slices.AT_ONCE = slices.AT_ONCE, portion
    least, merge.SETTLED_LEAST = merge.SETTLED_LEAST, settled
    after, merge.SETTLES_AFTER = merge.SETTLES_AFTER, timedelta(days=30)
    shutil.copytree(own_lake, own_lake.parent / "before", dirs_exist_ok=True)
    now = START
    try:
        with transaction.atomic():
            for way, number, minutes, follows in [*steps, (arrive, 1, 6, True)]:
                now += timedelta(minutes=minutes)
                with clock.at(now):
                    way(number, house)
                    if follows:
                        refresh()
            assert_right()
            transaction.set_rollback(True)
    finally:
        slices.AT_ONCE, merge.SETTLED_LEAST, merge.SETTLES_AFTER = kept, least, after
        shutil.rmtree(own_lake)
        shutil.copytree(own_lake.parent / "before", own_lake)


def test_a_changed_row_is_followed_and_not_all_computed(house: list[Service]) -> None:
    with clock.at(START + timedelta(minutes=1)):
        finish(0, house)
        refresh()
    last = Snapshot.objects.get()
    first, second = _computations()
    made = Result.objects.filter(computation=second)
    assert {row.period for row in made} == {"2026-03"}
    assert last.as_of == START + timedelta(minutes=1)
    assert (first.how, second.how, second.changed) == ("all", "changed", made.count())


def _computations() -> list[Computation]:
    return list(Computation.objects.order_by("pk"))


def test_time_alone_is_followed(house: list[Service]) -> None:
    """Days fall due, contacts settle after two weeks, months end: nobody touched a row."""
    for days in (0.1, 1, 3, 15, 40):
        with clock.at(START + timedelta(days=days)):
            refresh()
        assert stored() == computed()
    assert {one.how for one in _computations()[1:]} <= {"changed"}


def test_facts_that_others_bring_up_to_date_are_followed(house: list[Service]) -> None:
    """A forecast reads the lake too: figures follow all the way from what they were made of."""
    for number in range(3):
        with clock.at(START + timedelta(minutes=number + 1)):
            finish(number, house)
            arrive(number, house)
            refresh_facts()
    with clock.at(START + timedelta(minutes=9)):
        refresh()
    assert_right()
    assert _computations()[-1].how == "changed"


def test_where_the_way_is_lost_all_is_computed(house: list[Service]) -> None:
    with clock.at(START + timedelta(minutes=1)):
        finish(1, house)
        refresh_facts()
        changes.forget("cases")
        refresh()
    assert_right()


def test_another_formula_computes_its_series_anew(house: list[Service]) -> None:
    row = Snapshot.objects.get()
    wrong = next(key for key in row.digests if key.startswith("on_time/closed"))
    row.digests[wrong] = "of another formula"
    row.save()
    Result.objects.filter(measure__in=("on_time", "cases_received")).update(n=12345)
    with clock.at(START + timedelta(seconds=1)):
        assert refresh().computed
    assert not Result.objects.filter(measure="on_time", statistic="closed", n=12345).exists()
    assert Result.objects.filter(measure="cases_received", n=12345).exists()
    with clock.at(START + timedelta(seconds=2)):
        refresh(again=True)
    assert_right()


class Killed(BaseException):
    """As if the process were no more: nothing catches it."""


PLACES = (
    (lake, "put"), (lake, "write_state"), (changes, "note"), (changes, "forget"),
    (refreshing, "keep"), (refreshing.patches, "note"), (refreshing.patches, "write"),
    (refreshing.downloads, "put"),
)  # fmt: skip


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("where", PLACES, ids=lambda where: f"{where[1]}")
def test_killed_anywhere_the_next_run_ends_right(
    house: list[Service], monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str], after: bool
) -> None:
    module, name = where
    real: Callable[..., Any] = getattr(module, name)

    def killed(*args: Any, **named: Any) -> None:
        if after:
            real(*args, **named)
        raise Killed

    with clock.at(START + timedelta(minutes=1)):
        finish(3, house)
        arrive(7, house)
        with monkeypatch.context() as patch:
            patch.setattr(module, name, killed)
            with pytest.raises(Killed):
                refresh()
    with clock.at(START + timedelta(minutes=2)):
        refresh()
    assert_right()
    assert not (lake.root() / "results" / "stale.json").exists()


def test_a_figure_names_the_files_it_was_made_of(house: list[Service]) -> None:
    before = Result.objects.get(measure="cases_received", by="all", period="2026-03")
    with clock.at(START + timedelta(minutes=1)):
        make_cases(house[0], 2, START)
        refresh()
    after = Result.objects.get(pk=before.pk)
    assert after.computation.as_of == START + timedelta(minutes=1)
    notes = ComputedFile.objects.filter(fact="cases", month="2026-03")
    about = os.stat(lake.month_file("cases", "2026-03"))
    assert [note.computation for note in notes] == [before.computation, after.computation]
    assert (notes[1].bytes, notes[1].made) == (about.st_size, about.st_mtime_ns)
    untouched = Result.objects.filter(measure="cases_received", by="all").exclude(pk=before.pk)
    assert {row.computation for row in untouched} == {before.computation}


def test_computations_that_made_no_figure_in_force_are_forgotten(house: list[Service]) -> None:
    for number in range(4):
        with clock.at(START + timedelta(minutes=number + 1)):
            make_cases(house[0], 1, START)
            refresh()
    before = len(_computations())
    assert forget_computations() > 0
    kept = _computations()
    assert len(kept) < before
    for row in Result.objects.all():
        assert row.computation_id in {one.pk for one in kept}
    last = ComputedFile.objects.filter(fact="cases", month="2026-03").last()
    assert last is not None
    assert last.made == os.stat(lake.month_file("cases", "2026-03")).st_mtime_ns
