"""Is it known already? Near by, the same service, open or ended lately."""

from datetime import timedelta
from typing import Any

import pytest

from heard.catalogue.models import Service
from heard.contacts.duplicates import likely_same
from heard.contacts.models import CasePlace
from heard.contacts.places import metres, place_key, square_of, squares_around
from heard.core import clock

HERE = (39.5800, -104.8770)
METRE = 1 / 111_195  # degrees of latitude


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("12 Elm Street", "12 elm st"), ("12 ELM ST.", "12 elm st"),
        ("12  North Élm  Ave", "12 n elm ave"), ("Elm & 3rd", "elm 3rd"), ("  ", ""),
    ],
)  # fmt: skip
def test_a_place_is_the_same_however_it_is_written(typed: str, key: str) -> None:
    assert place_key(typed) == key


def test_squares_hold_all_within_150_metres() -> None:
    for north in (-150, 0, 150):
        for east in (-150, 0, 150):
            near = (HERE[0] + north * METRE, HERE[1] + east * METRE / 0.77)
            assert square_of(*near) in squares_around(*HERE)
    assert square_of(None, 1.0) is None
    assert metres(HERE, (HERE[0] + 100 * METRE, HERE[1])) == pytest.approx(100, abs=0.5)


@pytest.fixture
def found(service: Any) -> Any:
    def look(**given: Any) -> list[Any]:
        return [one.case for one in likely_same([service], **given)]

    return look


def test_near_by_and_at_the_same_words(report: Any, found: Any, db: None) -> None:
    near = report(place="By the school", lat=HERE[0] + 100 * METRE, lon=HERE[1])
    report(place="Far away", lat=HERE[0] + 160 * METRE, lon=HERE[1])
    same = report(place="12 Elm St.")
    assert found(point=HERE) == [near]
    assert found(place="12 elm street") == [same]
    assert found(words="a hole") == []  # two people who say the same may mean two holes


def test_a_place_that_was_given_before_has_its_point(report: Any, found: Any) -> None:
    here = report(place="12 Elm Street", lat=HERE[0], lon=HERE[1])
    round_the_corner = report(place="By the school", lat=HERE[0] + 90 * METRE, lon=HERE[1])
    assert set(found(place="12 Elm St")) == {here, round_the_corner}


def test_ended_long_ago_of_another_service_or_joined_is_not_the_same(
    report: Any, found: Any, division: Any
) -> None:
    other = Service.objects.create(code="trees", name={"en": "Tree"}, division=division)
    report(place="12 Elm", service=other)
    old = report(place="12 Elm", days_ago=60)
    late = report(place="12 Elm", days_ago=60)
    joined = report(place="12 Elm")
    open_since_long = report(place="12 Elm", days_ago=90)
    now = clock.now()
    for case, fields in (
        (old, {"state": "closed", "closed_at": now - timedelta(days=31)}),
        (late, {"state": "closed", "closed_at": now - timedelta(days=29)}),
        (joined, {"merged_into_id": open_since_long.pk}),
    ):
        for name, value in fields.items():
            setattr(case, name, value)
        case.save()
    assert set(found(place="12 Elm")) == {late, open_since_long}


def test_the_most_alike_come_first_and_few_queries_find_them(
    report: Any, found: Any, django_assert_max_num_queries: Any
) -> None:
    report(place="12 Elm", words="A lamp is out.")
    alike = report(place="12 Elm", words="Deep hole near the crossing of the school.")
    for _ in range(10):
        report(place="12 Elm", words="A lamp is out.")
    with django_assert_max_num_queries(2):
        best = found(place="12 Elm", words="there is a deep hole at the school crossing")
    assert best[0] == alike
    assert len(best) == 5


def test_a_case_without_a_place_takes_no_row(report: Any) -> None:
    report(place="")
    assert not CasePlace.objects.exists()
