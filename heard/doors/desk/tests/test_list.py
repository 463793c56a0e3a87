"""The list as staff see it: the usual view, filters in the address, constant cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases import services
from heard.cases.models import Case
from heard.core import clock
from heard.people.models import Division, Staff

URL = "/desk/"


@pytest.fixture
def desk(client: Client, staff: Any) -> Client:
    client.force_login(staff("agent"))
    return client


def refs(answer: Any) -> list[str]:
    return [row.case.reference for row in answer.context["rows"]]


@pytest.fixture
def elsewhere(case: Case) -> Case:
    """A case of another division."""
    other = Division.objects.create(
        department=case.division.department, code="parks", name={"en": "Parks"}
    )
    now = clock.now()
    return Case.objects.create(
        service=case.service, division=other, received_at=now, changed_at=now, words="Swing"
    )


def test_the_usual_view_is_mine_and_my_divisions(
    desk: Client, case: Case, elsewhere: Case, staff: Any
) -> None:
    assert refs(desk.get(URL)) == [case.reference]
    services.assign(elsewhere, staff("agent"), actor=staff("agent").as_actor())
    assert set(refs(desk.get(URL))) == {case.reference, elsewhere.reference}


def test_staff_without_a_division_see_all(desk: Client, case: Case, elsewhere: Case) -> None:
    Staff.objects.update(division=None)
    assert set(refs(desk.get(URL))) == {case.reference, elsewhere.reference}


def test_filters_are_kept_in_the_address(desk: Client, case: Case, elsewhere: Case) -> None:
    assert refs(desk.get(URL, {"division": "parks"})) == [elsewhere.reference]
    assert set(refs(desk.get(URL, {"division": "all"}))) == {case.reference, elsewhere.reference}
    assert refs(desk.get(URL, {"division": "all", "q": "swing"})) == [elsewhere.reference]
    assert refs(desk.get(URL, {"language": "es"})) == [case.reference]
    assert refs(desk.get(URL, {"show": "finished"})) == []
    page = desk.get(URL, {"division": "parks", "assignee": "nobody"}).content.decode()
    assert '<option value="parks" selected>' in page
    assert '<option value="nobody" selected>' in page


def test_who_has_it(desk: Client, case: Case, staff: Any) -> None:
    services.assign(case, staff("agent"), actor=staff("agent").as_actor())
    colleague = str(staff("manager").pk)
    assert refs(desk.get(URL, {"assignee": "me"})) == [case.reference]
    assert refs(desk.get(URL, {"assignee": "nobody"})) == []
    assert refs(desk.get(URL, {"assignee": colleague})) == []


def test_a_whole_reference_opens_its_case(desk: Client, elsewhere: Case) -> None:
    typed = elsewhere.reference.lower().replace("-", " ")
    assert desk.get(URL, {"q": typed})["Location"] == elsewhere.get_absolute_url()


@pytest.mark.parametrize(
    "query",
    [
        {"division": "nowhere"},
        {"assignee": "999999"},
        {"service": "x' OR 1=1"},
        {"show": "everything"},
        {"sort": "-password"},
        {"due": "yesterday"},
        {"q": "x" * 300},
    ],
)
def test_a_filter_that_makes_no_sense_is_named_and_left_out(
    query: dict[str, str], desk: Client, case: Case
) -> None:
    answer = desk.get(URL, query)
    assert answer.status_code == 200
    assert refs(answer) == [case.reference]
    assert "usa-error-message" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "two", ""])
def test_a_page_that_is_not_there_is_the_nearest_one(page: str, desk: Client, case: Case) -> None:
    assert refs(desk.get(URL, {"page": page})) == [case.reference]


def test_lateness_is_said_in_words(desk: Client, case: Case) -> None:
    assert case.first_response_due is not None
    with clock.at(case.first_response_due + timedelta(hours=2)):
        page = desk.get(URL).content.decode()
    assert "overdue" in page.split("<tbody>")[1]
    assert "2 hours ago" in page


def test_an_empty_list_helps_on(desk: Client, elsewhere: Case, case: Case) -> None:
    Case.objects.update(division=elsewhere.division)
    assert "division=all" in desk.get(URL).content.decode().split("Nothing open")[1]
    searched = desk.get(URL, {"q": "swing"}).content.decode()
    assert "Search all cases of the city" in searched
    assert "Clear the filters" in desk.get(URL, {"due": "overdue"}).content.decode()


def test_words_of_customers_are_shown_as_text(desk: Client, case: Case) -> None:
    Case.objects.update(words="<script>alert(1)</script>")
    page = desk.get(URL).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_list_costs_the_same_whatever_its_length(
    desk: Client, case: Case, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for size in (1, 20):
        for number in range(size):
            now = clock.now()
            Case.objects.create(
                service=case.service, division=case.division, customer=case.customer,
                assignee=None, received_at=now, changed_at=now, words=f"Hole {number}",
            )  # fmt: skip
        desk.get(URL)  # what is kept for a moment, such as the city, is read now
        with django_assert_max_num_queries(10) as counted:
            desk.get(URL, {"q": "hole", "division": "all"})
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_the_page_speaks_spanish(desk: Client, case: Case) -> None:
    page = desk.get("/es" + reverse("desk:list")).content.decode()
    assert '<html lang="es"' in page
