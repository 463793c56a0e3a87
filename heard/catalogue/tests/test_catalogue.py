"""Finding a service in one's own words, and when its promise falls due."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from heard.catalogue.models import Promise, Service
from heard.catalogue.promises import current_promises, due_at
from heard.catalogue.reads import by_group, find

DENVER = ZoneInfo("America/Denver")


def local(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=DENVER).astimezone(UTC)


def promise(amount: int, unit: str) -> Promise:
    return Promise(amount=amount, unit=unit)


@pytest.fixture
def catalogue(service: Any) -> dict[str, Service]:
    """Potholes, streetlights, weeds; and two that nobody is offered."""
    texts = {
        "streetlight": ("Streetlight out", "Farola apagada", "lamp dark", "luz oscuro"),
        "weeds": ("Tall weeds", "Maleza alta", "grass lot", "hierba terreno"),
        "gone": ("Horse trough", "Abrevadero", "horse pothole", "caballo"),
        "inside": ("Crew lunch", "Almuerzo", "crew pothole", "cuadrilla"),
    }
    made = {"pothole": service}
    for code, (en, es, key_en, key_es) in texts.items():
        made[code] = Service.objects.create(
            code=code, name={"en": en, "es": es}, keywords={"en": key_en, "es": key_es},
            group={"en": "Around you", "es": "A su alrededor"}, division=service.division,
            is_active=code != "gone", is_public=code != "inside",
        )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("There are potholes on my street", "pothole"),
        ("hoyos en la CALLE", "pothole"),
        ("the lamp at my corner is dark", "streetlight"),
        ("la farola esta apagada", "streetlight"),
        ("MALEZA muy alta", "weeds"),
    ],
)
def test_people_find_a_service_in_their_own_words(
    words: str, code: str, catalogue: dict[str, Service]
) -> None:
    assert find(words)[0].service.code == code


@pytest.mark.parametrize("words", ["", "the of and", "xyzzy", "<script>", "%%%", "a" * 20_000])
def test_what_fits_nothing_finds_nothing(words: str, catalogue: dict[str, Service]) -> None:
    assert find(words) == []


def test_only_what_is_offered_is_found(catalogue: dict[str, Service]) -> None:
    found = {match.service.code for match in find("horse crew lunch pothole")}
    assert found == {"pothole"}
    listed = [s.code for _group, services in by_group("es") for s in services]
    assert sorted(listed) == ["pothole", "streetlight", "weeds"]


def test_groups_and_services_are_in_order_of_the_language(catalogue: dict[str, Service]) -> None:
    groups = [(name, [s.code for s in services]) for name, services in by_group("es")]
    assert groups == [("A su alrededor", ["streetlight", "weeds"]), ("Calles", ["pothole"])]


def test_finding_costs_one_query(
    catalogue: dict[str, Service], django_assert_num_queries: Any
) -> None:
    for _size in range(2):
        with django_assert_num_queries(1):
            find("pothole")
        for number in range(5):
            Service.objects.create(
                code=f"more-{number}-{_size}",
                name={"en": "Pothole"},
                division=catalogue["pothole"].division,
            )


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (local(2026, 3, 4, 15), 2, local(2026, 3, 6, 15)),
        (local(2026, 3, 7, 15), 1, local(2026, 3, 8, 15)),  # into summer time: 23 hours
        (local(2026, 10, 31, 15), 1, local(2026, 11, 1, 15)),  # out of it: 25 hours
        (local(2026, 2, 27, 15), 3, local(2026, 3, 2, 15)),
    ],
)
def test_days_keep_the_clock_of_the_city(start: datetime, amount: int, due: datetime) -> None:
    assert due_at(promise(amount, "days"), start, DENVER) == due


def test_a_day_across_the_change_is_not_24_hours() -> None:
    start = local(2026, 3, 7, 15)
    assert due_at(promise(1, "days"), start, DENVER) - start == timedelta(hours=23)
    assert due_at(promise(24, "hours"), start, DENVER) - start == timedelta(hours=24)


def test_a_due_time_the_clock_skips_is_still_a_time() -> None:
    """On the next day there is no half past two in Denver."""
    start = datetime(2026, 3, 7, 2, 30, tzinfo=DENVER).astimezone(UTC)
    due = due_at(promise(1, "days"), start, DENVER)
    assert due - start == timedelta(hours=24)
    assert due.tzinfo is UTC


def test_the_promise_in_force_is_the_latest_that_has_begun(service: Any) -> None:
    soon = datetime(2026, 6, 1, tzinfo=UTC)
    Promise.objects.create(
        service=service, kind="resolution", amount=2, unit="days", version=2, effective_from=soon
    )
    before = current_promises(service.pk, soon - timedelta(seconds=1))
    after = current_promises(service.pk, soon)
    assert (before["resolution"].amount, after["resolution"].amount) == (5, 2)
    assert after["first_response"].amount == 8
    assert current_promises(service.pk, datetime(1999, 1, 1, tzinfo=UTC)) == {}
