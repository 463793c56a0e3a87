"""Remedies as public figures: counted, summed, and hidden where they would show one customer."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from heard.cases.services import Request, receive
from heard.core.actors import SYSTEM
from heard.measures.models import Result
from heard.measures.refresh import refresh
from heard.people.models import Division
from heard.remedies.models import Kind, Remedy
from heard.remedies.services import give_remedy

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_measures("cases_received", "remedies_given", "remedy_money"),
]


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> None:
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"


def test_remedies_show_on_the_results_page(
    service: Any, waive: Kind, expedite: Kind, allow: Any, staff: Any
) -> None:
    allow(waive, role="agent", case_cents=100_000)
    allow(expedite, role="agent")
    actor = staff("agent").as_actor()
    for number in range(12):
        case = receive(Request(service=service, words="x"), actor=SYSTEM)
        give_remedy(case, waive, cents=1000 + number, reason="x", actor=actor)
    give_remedy(case, expedite, reason="x", actor=actor)
    parks = Division.objects.create(
        department=service.division.department, code="parks", name={"en": "Parks"}
    )
    Remedy.objects.filter(pk=Remedy.objects.order_by("pk").values("pk")[:1]).update(division=parks)
    refresh()
    found = {(r.measure, r.by, r.group): r for r in Result.objects.all()}
    assert found["remedies_given", "all", "all"].value == 13
    money = found["remedy_money", "all", "all"]
    assert (money.n, money.suppressed) in {(12, False), (12, True)}
    one = found["remedy_money", "division", "parks"]
    assert (one.n, one.value, one.suppressed) == (1, None, True)
    many = found["remedy_money", "division", "streets"]
    # Total less one group would give the other away, so one of the two is hidden as well.
    assert money.suppressed or many.suppressed
    whole = found["remedy_money", "service", "pothole"]
    if whole.value is not None:
        assert whole.value == pytest.approx(120.66)
        assert whole.low is not None
        assert 0 < whole.low < whole.value
    page = Client().get("/results/").content.decode()
    assert "Made right on the spot" in page
    assert Client().get("/results/remedy_money/").status_code == 200
