"""A lost link goes only to the address we have, and the page never tells whether it fits."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from heard.cases.models import Case
from heard.doors.web.services import send_lost_link
from heard.post.models import Dispatch


@pytest.fixture(autouse=True)
def no_tries_yet(db: None) -> None:
    cache.clear()


@pytest.fixture
def queue() -> Any:
    """What is waiting to be sent, run as the worker does."""
    from django_tasks_db.models import DBTaskResult

    def run() -> int:
        waiting = DBTaskResult.objects.filter(task_path__endswith="send_lost_link", status="READY")
        for row in waiting:
            send_lost_link.call(*row.args_kwargs["args"])
        return waiting.count()

    return run


def test_the_link_goes_to_the_customer(client: Client, case: Case, seen: Any, queue: Any) -> None:
    page = client.post(
        "/find/",
        {"reference": case.reference.lower().replace("-", " "), "email": "ANA@home.example"},
    )
    assert "Look in your mailbox" in seen(page)
    queue()
    sent = Dispatch.objects.get(template="case_link")
    assert sent.address == "ana@home.example"
    assert case.tracking_path() in sent.text
    assert sent.subject.startswith("El enlace a su solicitud: Bache")
    assert case.tracking_path() not in page.content.decode()


@pytest.mark.parametrize("wrong", ["reference", "email"])
def test_the_answer_is_the_same_when_nothing_fits(
    client: Client, case: Case, queue: Any, wrong: str
) -> None:
    right = {"reference": case.reference, "email": "ana@home.example"}
    other = right | (
        {"reference": "NNNN-NNNN"} if wrong == "reference" else {"email": "b@home.example"}
    )
    pages = [client.post("/find/", given) for given in (right, other)]
    assert queue() == 2  # both wait for the worker, so neither page is slower
    assert Dispatch.objects.filter(template="case_link").count() == 1
    plain = [
        p.content.decode().replace(g["reference"], "R").replace(g["email"], "E")
        for p, g in zip(pages, (right, other), strict=True)
    ]
    assert plain[0] == plain[1]
    assert pages[0].status_code == pages[1].status_code == 200


def test_asking_twice_sends_one_mail(client: Client, case: Case, queue: Any) -> None:
    for _twice in range(2):
        client.post("/find/", {"reference": case.reference, "email": "ana@home.example"})
    queue()
    assert Dispatch.objects.filter(template="case_link").count() == 1


def test_a_case_without_a_customer_sends_nothing(client: Client, case: Case, queue: Any) -> None:
    Case.objects.filter(pk=case.pk).update(customer=None)
    client.post("/find/", {"reference": case.reference, "email": "ana@home.example"})
    queue()
    assert not Dispatch.objects.exists()


def test_guessing_is_slowed_down_and_a_person_offered(client: Client, town: Any, seen: Any) -> None:
    given = {"reference": "NNNN-NNNN", "email": "a@home.example"}
    codes = [client.post("/find/", given).status_code for _try in range(8)]
    assert codes == [200] * 6 + [429] * 2
    page = client.post("/find/", given)
    assert "That was many tries" in seen(page)
    assert "Talk to a person" in seen(page)
    assert "a@home.example" in page.content.decode()


def test_one_address_may_not_try_many_references(client: Client, town: Any) -> None:
    codes = [
        client.post("/find/", {"reference": f"NNNN-{n:04}", "email": "a@home.example"}).status_code
        for n in range(2222, 2244)
    ]
    assert codes[:20] == [200] * 20
    assert 429 in codes[20:]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"reference": "", "email": "a@home.example"},
            "Please write the reference of your request.",
        ),
        (
            {"reference": "!!", "email": "a@home.example"},
            "A reference has eight letters and figures",
        ),
        ({"reference": "K7M4", "email": ""}, "Please write the email address you gave us."),
        ({"reference": "K7M4", "email": "nope"}, "Please check the email address."),
    ],
)
def test_faults_are_named(
    client: Client, town: Any, seen: Any, given: dict[str, str], message: str
) -> None:
    page = client.post("/find/", given)
    assert page.status_code == 422
    assert message in seen(page)


def test_the_reference_from_the_front_page_is_carried_along(client: Client, town: Any) -> None:
    page = client.get("/find/", {"reference": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert(1)" not in page
    assert 'value="K7M4"' in client.get("/find/", {"reference": "K7M4"}).content.decode()
