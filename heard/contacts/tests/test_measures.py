"""From contacts to figures: settled at first contact, avoidable contact, each as its card says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.contacts import facts
from heard.contacts.models import CAUSES, Contact
from heard.core import clock
from heard.core.references import new_reference
from heard.measures.definitions import measure
from heard.measures.formulas import CAUSES as COUNTED
from heard.measures.models import Result
from heard.measures.refresh import refresh

pytestmark = pytest.mark.only_measures(
    "contacts_received", "first_contact_resolution", "avoidable_contact", "handed_off"
)

NOW = datetime(2026, 6, 25, 18, tzinfo=UTC)
OLD = datetime(2026, 6, 5, 18, tzinfo=UTC)  # more than 14 days before
YOUNG = datetime(2026, 6, 12, 18, tzinfo=UTC)  # 13 days before


@pytest.fixture
def take(service: Any, customer: Any, staff: Any) -> Any:
    """``take(12, OLD, settled=True)``: so many contacts alike."""

    def make(number: int, at: datetime, **fields: Any) -> None:
        given = {
            "at": at, "changed_at": at, "channel": "phone", "reason": "question",
            "service": service, "division": service.division, "customer": customer,
            "settled": True, "handed_off": False, "avoidable": "no",
        }  # fmt: skip
        Contact.objects.bulk_create(
            Contact(**(given | fields), reference=new_reference()) for _ in range(number)
        )

    return make


@pytest.fixture
def figures(take: Any, settings: Any, tmp_path: Any) -> None:
    """A month of contacts, counted on the 25th."""
    settings.LAKE = tmp_path / "lake"
    take(20, OLD)
    take(4, OLD, came_back_at=OLD + timedelta(days=3), avoidable="signposting")
    take(3, OLD, settled=False, avoidable="chasing")
    take(3, OLD, settled=False, handed_off=True, opened_case=True, avoidable="")
    take(5, OLD, customer=None, avoidable="closure")  # who it was is not known
    take(7, YOUNG, settled=False)  # nobody knows yet who comes back
    with clock.at(NOW):
        refresh()


def result(key: str, statistic: str, by: str = "all", group: str = "all") -> Any:
    return Result.objects.get(
        measure=key, statistic=statistic, period="2026-06", by=by, group=group
    )


def test_how_many_there_were(figures: None) -> None:
    assert result("contacts_received", "count").value == 42
    assert result("contacts_received", "count", "division", "streets").value == 42


def test_first_contact_counts_only_what_can_be_known(figures: None) -> None:
    row = result("first_contact_resolution", "all")
    assert (row.n, row.left_out) == (30, 12)
    assert row.value == pytest.approx(20 / 30)
    assert row.low < row.value < row.high
    fewer = result("first_contact_resolution", "without_case")
    assert (fewer.n, fewer.value) == (27, pytest.approx(20 / 27))


def test_fourteen_days_later_the_young_ones_count(figures: None) -> None:
    with clock.at(NOW + timedelta(days=14)):
        refresh()
    assert (result("first_contact_resolution", "all").n) == 37


def test_avoidable_in_all_and_by_cause(figures: None) -> None:
    row = result("avoidable_contact", "all")
    assert (row.n, row.left_out, row.value) == (39, 3, pytest.approx(12 / 39))
    shares = {cause: result("avoidable_contact", cause).value for cause in COUNTED}
    assert shares == pytest.approx(
        {"clarification": 0, "signposting": 4 / 39, "repeat": 0, "chasing": 3 / 39,
         "closure": 5 / 39}
    )  # fmt: skip
    assert sum(shares.values()) == pytest.approx(row.value)


def test_the_causes_are_the_same_everywhere() -> None:
    assert set(COUNTED) == {cause.value for cause in CAUSES}
    assert {s.key for s in measure("avoidable_contact").statistics} == {"all", *COUNTED}


def test_the_desk_and_the_public_see_them(figures: None, client: Client, staff: Any) -> None:
    client.force_login(staff("cx_lead"))
    page = client.get(reverse("desk:contact_figures")).content.decode()
    for seen in ("Settled at first contact", "67%", "12 in the last 14 days", "progress chasing"):
        assert seen in page
    for key in ("contacts_received", "first_contact_resolution", "avoidable_contact"):
        with clock.at(NOW):
            assert client.get(reverse("public:measure", args=[key])).status_code == 200


def test_a_fact_holds_nothing_personal(take: Any) -> None:
    take(1, OLD, words="Call me, Ana, at 303-555-0142")
    (row,) = facts.rows()
    assert (row.department, row.division, row.service, row.known) == (
        "works", "streets", "pothole", True,
    )  # fmt: skip
    assert "Ana" not in repr(row)
    assert facts.count() == 1
    assert facts.mark()[0] == 1


def test_contacts_of_a_private_service_stay_out(take: Any, service: Any) -> None:
    service.is_public = False
    service.save()
    take(1, OLD)
    take(1, OLD, service=None)
    assert facts.count() == len(list(facts.rows())) == 1
    assert len(list(facts.hidden_keys(changed_since=OLD - timedelta(days=1)))) == 1
