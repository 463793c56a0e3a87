"""Rules on trial: what they would have done is counted, and nothing is done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.cases.models import Case
from heard.cases.services import move
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.city import city
from heard.core.errors import NotAllowed, Refused
from heard.core.models import Event
from heard.people.models import Division
from heard.routing import trial
from heard.routing.models import Give, Routed, RuleVersion, Trial
from heard.routing.tests.conftest import MORNING

pytestmark = pytest.mark.django_db
SINCE, UNTIL = MORNING - timedelta(days=10), MORNING + timedelta(days=10)


@pytest.fixture
def past(call: Any, parks: Division, run_steps: Any) -> dict[str, Case]:
    """Trees: one was moved to Parks by hand, one stayed; and two holes."""
    with clock.at(MORNING):
        found = {
            "moved": call("A tree fell"), "stayed": call("Un árbol cayó"),
            "hole": call("A hole"), "other": call("A hole beside a tree"),
        }  # fmt: skip
        found["moved"] = move(found["moved"], parks, reason="It is theirs.", actor=SYSTEM)
    return found


def tried(*names: str, **more: Any) -> Trial:
    found = {version.name: version for version in RuleVersion.objects.all()}
    versions = [found[name] for name in names]
    made = trial.ask(versions, actor=SYSTEM, **{"since": SINCE, "until": UNTIL, **more})
    return trial.advance(made, seconds=60)


def test_it_counts_and_changes_nothing(
    past: dict[str, Case], rule: Any, parks: Division, division: Division
) -> None:
    rule("Trees", on=False, words=("tree", "arbol"), division=parks)
    before = list(Case.objects.values()), Event.objects.exclude(kind="routing.tried").count()
    found = tried("Trees")
    assert before == (
        list(Case.objects.values()), Event.objects.exclude(kind="routing.tried").count(),
    )  # fmt: skip
    assert not Routed.objects.exists()
    assert found.finished_at is not None
    assert (found.total, found.done) == (4, 4)
    tally = found.tally
    assert (tally["matched"], tally["moved"], tally["straight"], tally["away"]) == (3, 3, 1, 2)
    assert tally["flows"] == {
        f"{parks.pk}>{parks.pk}": 1, f"{division.pk}>{parks.pk}": 2,
    }  # fmt: skip
    assert set(tally["changed"]) == {past["stayed"].pk, past["other"].pk}


def test_conflicts_name_who_wins(past: dict[str, Case], rule: Any, parks: Any) -> None:
    rule("Trees", words=("tree",), division=parks)
    rule("Holes", words=("hole",), give=Give.ON_CALL)
    rule("Same", words=("tree",), division=parks)
    found = tried("Trees", "Holes", "Same").tally
    pk = {version.name: version.pk for version in RuleVersion.objects.all()}
    assert list(found["conflicts"]) == [f"{pk['Holes']}>{pk['Trees']}"]
    pair = found["conflicts"][f"{pk['Holes']}>{pk['Trees']}"]
    assert pair == {"n": 1, "samples": [past["other"].pk]}
    rules = {name: found["rules"].get(str(key), {}) for name, key in pk.items()}
    assert (rules["Trees"]["used"], rules["Same"]["matched"], rules["Same"]["used"]) == (2, 2, 0)


def test_only_the_days_asked_for(past: dict[str, Case], rule: Any, parks: Any) -> None:
    rule("All", on=False, division=parks)
    assert tried("All", since=MORNING - timedelta(1), until=MORNING).total == 0
    assert tried("All", since=MORNING, until=MORNING + timedelta(1)).total == 4


def test_a_trial_that_was_stopped_goes_on_where_it_was(
    past: dict[str, Case], rule: Any, parks: Any, monkeypatch: Any
) -> None:
    rule("Trees", on=False, words=("tree", "arbol"), division=parks)
    whole = tried("Trees").tally
    monkeypatch.setattr(trial, "CHUNK", 1)
    version = RuleVersion.objects.get()
    made = trial.ask([version], since=SINCE, until=UNTIL, actor=SYSTEM)
    trial.advance(made, seconds=0)
    assert (made.done, made.finished_at) == (1, None)
    stale = Trial.objects.get(pk=made.pk)
    turns = 0
    while trial.go_on():
        turns += 1
    found = Trial.objects.get(pk=made.pk)
    assert (found.tally, found.done, turns) == (whole, 4, 1)
    trial.advance(stale, seconds=0)  # a worker that slept meanwhile spoils nothing
    assert Trial.objects.get(pk=made.pk).tally == whole


def test_a_rule_that_cannot_work_is_shown(past: Any, rule: Any, parks: Any) -> None:
    made = rule("Broken", on=False, division=parks)
    RuleVersion.objects.filter(rule=made).update(hours="between")
    row = tried("Broken").tally["rules"]
    assert [one["fault"] for one in row.values()] == [
        "ValueError: The rule has no times of the day."
    ]


def test_a_trial_reads_in_stretches(
    past: Any, call: Any, rule: Any, parks: Any, django_assert_num_queries: Any
) -> None:
    rule("Trees", on=False, words=("tree",), division=parks)
    version = RuleVersion.objects.get()
    for more in (0, 20):
        with clock.at(MORNING):
            for _n in range(more):
                call("tree")
        made = trial.ask([version], since=SINCE, until=UNTIL, actor=SYSTEM)
        city()  # kept for some seconds, which a busy machine may use up
        with django_assert_num_queries(8):
            trial.advance(made, seconds=60)
        assert made.done == 4 + more


def test_refusals(rule: Any, parks: Any, staff: Any) -> None:
    rule("All", division=parks)
    version = RuleVersion.objects.get()
    for values, field in (
        ({"versions": []}, "versions"), ({"until": SINCE}, "until"),
        ({"until": SINCE + timedelta(days=400)}, "since"),
    ):  # fmt: skip
        given: dict[str, Any] = {"versions": [version], "since": SINCE, "until": UNTIL, **values}
        with pytest.raises(Refused) as refused:
            trial.ask(given.pop("versions"), actor=staff("manager").as_actor(), **given)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        trial.ask([version], since=SINCE, until=UNTIL, actor=staff("agent").as_actor())


def test_the_usual_month_is_the_last_one_with_cases(call: Any) -> None:
    today = datetime(2026, 8, 20, tzinfo=UTC)
    with clock.at(MORNING):
        call()
    first, last = trial.last_month(today)
    assert (first.month, last.month, first.day) == (7, 8, 1)
    first, last = trial.last_month(today + timedelta(days=200))
    assert (first.month, last.month) == (7, 8)
