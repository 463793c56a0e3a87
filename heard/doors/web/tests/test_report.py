"""The form of a service: what it asks, keeps, refuses, and makes once."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases.models import Case
from heard.catalogue.models import Question
from heard.core.models import Event
from heard.doors.web.tests.conftest import KEY
from heard.people.models import Customer
from heard.post.models import Dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(service: Any) -> None:
    """One question of each kind."""
    kinds = [("what", "text"), ("more", "long_text"), ("size", "choice"), ("hurt", "yes_no"),
             ("count", "number"), ("day", "date")]  # fmt: skip
    for order, (code, kind) in enumerate(kinds):
        Question.objects.create(
            service=service, code=code, order=order, kind=kind,
            label={"en": f"About {code}?", "es": f"¿Sobre {code}?"}, required=code == "size",
            choices=[{"key": "big", "name": {"en": "Big", "es": "Grande"}}, {"key": "small"}],
        )  # fmt: skip


def test_what_was_typed_before_is_in_the_form(client: Client, service: Any) -> None:
    page = client.get("/services/pothole/", {"q": "A hole & <more>"}).content.decode()
    assert "A hole &amp; &lt;more&gt;</textarea>" in page
    assert "We answer within 8 hours and finish within 5 days." in page


def test_a_request_becomes_a_case_and_leads_on(
    client: Client, report: Any, seen: Any, run_steps: Any, service: Any
) -> None:
    answer = report(name="Joe", phone="303-555-0144")
    case = Case.objects.get()
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert case.reference in seen(page)
    assert f"http://testserver{case.tracking_path()}" in seen(page)
    assert "j•••@home.example" in seen(page)
    assert (case.service, case.words, case.place) == (service, "There is a hole.", "12 Elm Street")
    assert (case.customer.name, case.customer.phone) == ("Joe", "303-555-0144")
    assert Event.objects.get(kind="case.received").actor_id == case.customer.pk
    run_steps()
    assert case.tracking_path() in Dispatch.objects.get(template="case_received").text


def test_answers_are_kept_and_shown_in_words(
    client: Client, report: Any, questions: None, seen: Any
) -> None:
    report(
        q_what="Blue",
        q_more="Two\nlines",
        q_size="big",
        q_hurt="no",
        q_count="3",
        q_day="2026-03-31",
    )
    case = Case.objects.get()
    assert case.answers == {
        "what": "Blue", "more": "Two\nlines", "size": "big", "hurt": "no", "count": 3,
        "day": "2026-03-31",
    }  # fmt: skip
    words = seen(client.get(case.tracking_path()))
    for pair in (
        "About size? Big",
        "About hurt? No",
        "About count? 3",
        "About day? March 31, 2026",
    ):
        assert pair in words


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"words": " "}, "Please tell us in a few words what you need."),
        ({"words": "\x00\x07"}, "Please tell us in a few words what you need."),
        ({"words": "x" * 10_001}, "That is 10001 characters. Please keep it under 10000."),
        ({"place": ""}, "Please tell us where it is, so we can find it."),
        ({"place": "p" * 301}, "That is 301 characters. Please keep it under 300."),
        ({"email": "joe at home"}, "Please check the email address."),
        ({"email": ""}, "Give an email or a phone number so we can answer"),
        ({"phone": "call me"}, "Please check the phone number."),
        ({"preferred_channel": "phone"}, "To call you, we need your phone number."),
        ({"email": "", "preferred_channel": "email"}, "To answer by email, we need your email"),
        ({"name": "Win at http://bad.example"}, "Please write only your name here"),
        ({"q_size": ""}, "Please choose an answer to “About size?”."),
        ({"q_size": "huge"}, "Please choose one of the answers in the list."),
        ({"q_count": "many"}, "Please write a number in figures, such as 12."),
        ({"q_count": "1e999"}, "That number is too large."),
        ({"q_count": "NaN"}, "Please write a number in figures, such as 12."),
        ({"q_day": "soon"}, "Please give the date as year-month-day"),
        ({"q_day": "0226-03-31"}, "Please check the year of this date."),
        ({"q_what": "w" * 301}, "That is 301 characters. Please keep it under 300."),
        ({"q_more": "w" * 10_001}, "That is 10001 characters. Please keep it under 10000."),
    ],
)  # fmt: skip
def test_faults_are_named_and_nothing_typed_is_lost(
    service: Any, report: Any, questions: None, seen: Any, typed: dict[str, str], message: str
) -> None:
    service.place = "required"
    service.save()
    page = report(**({"q_size": "big", "q_what": "kept as typed", "name": "Josefina"} | typed))
    assert page.status_code == 422
    assert seen(page).count(message) == 2  # in the summary and at the field
    shown = page.content.decode()
    for name, value in ({"q_what": "kept as typed", "name": "Josefina"} | typed).items():
        if value.strip("\x00\x07 ") and name not in {"q_size", "preferred_channel"}:
            assert value in shown
    assert not Case.objects.exists()


def test_a_required_place_is_asked_only_where_the_service_says_so(
    service: Any, report: Any
) -> None:
    assert report(place=None).status_code == 302
    service.place = "none"
    service.save()
    assert report(words="Another", place="Elm").status_code == 302
    assert Case.objects.get(words="Another").place == ""


def test_staying_anonymous_keeps_nobody(client: Client, report: Any, seen: Any) -> None:
    answer = report(anonymous="on", name="Joe", email="not an address", phone="?")
    case = Case.objects.get()
    assert case.customer is None
    assert not Customer.objects.exists()
    assert "it is the only way back" in seen(client.get(answer.url))


def test_a_service_may_need_a_name(service: Any, report: Any, seen: Any) -> None:
    service.anonymous_allowed = False
    service.save()
    page = report(anonymous="on", email="")
    assert page.status_code == 422
    assert "This service needs a way to reach you" in seen(page)
    assert "stay anonymous" not in seen(page)


def test_a_form_sent_twice_makes_one_case(report: Any) -> None:
    first, second = (
        report(email="", name="Joe", phone="3035550144"),
        report(email="", name="Joe", phone="3035550144"),
    )
    assert first.url == second.url
    assert Case.objects.count() == Customer.objects.count() == 1


def test_other_words_under_the_same_key_are_not_swallowed(report: Any) -> None:
    """The next person at a library's computer must not be given the first one's case."""
    first, second = report(), report(words="My street light is out.", email="ana@home.example")
    assert first.url != second.url
    assert Case.objects.count() == 2


def test_going_back_and_sending_the_same_again_leads_to_the_first_case(service: Any) -> None:
    browsers = [Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)]
    data = {"words": "x", "email": "a@b.example", "language": "en", "sure": "yes"}

    def send(browser: Client, key: str, **more: str) -> str:
        browser.get("/services/pothole/")
        token = browser.cookies["csrftoken"].value
        form = data | {"key": key, "csrfmiddlewaretoken": token} | more
        return str(browser.post("/services/pothole/", form).url)

    other = str(uuid.uuid4())
    assert send(browsers[0], KEY) == send(browsers[0], other)
    assert Case.objects.count() == 1
    send(browsers[1], other)
    send(browsers[0], other, words="y")
    assert Case.objects.count() == 3
    nameless = [send(browsers[0], str(uuid.uuid4()), anonymous="on") for _person in range(2)]
    assert nameless[0] != nameless[1]


@pytest.mark.parametrize("key", ["", "no-uuid", "x" * 5000])
def test_a_broken_key_stops_nobody(report: Any, key: str) -> None:
    assert report(key=key).status_code == 302


def test_whoever_takes_their_time_is_not_asked_again(
    client: Client, service: Any, report: Any
) -> None:
    import re
    from unittest import mock

    shown = client.get("/services/pothole/").content.decode()
    stamp = re.search(r'name="opened" value="([^"]+)"', shown)
    assert stamp
    assert "One more tap" in report(sure="", opened=stamp[1]).content.decode()
    import time

    later = time.time() + 5
    with mock.patch("django.core.signing.time.time", return_value=later):
        assert report(sure="", opened=stamp[1]).status_code == 302


def test_scripts_and_control_characters_are_shown_as_text(client: Client, report: Any) -> None:
    nasty = "<script>alert(1)</script>\x00\u202e<img src=x onerror=alert(2)>"
    answer = report(words=nasty, place="<b>Elm</b>", name="<i>Joe</i>")
    case = Case.objects.get()
    assert "\x00" not in case.words
    assert "\u202e" not in case.words
    for address in (answer.url, case.tracking_path()):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Elm" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_hints_of_questions_are_text_too(client: Client, service: Any) -> None:
    Question.objects.create(
        service=service,
        code="x",
        label={"en": "<b>x</b>"},
        hint={"en": "<script>alert(3)</script>"},
    )
    page = client.get("/services/pothole/").content.decode()
    assert "<script>alert(3)" not in page
    assert "<b>x</b>" not in page


def test_a_body_beyond_the_limit_gets_a_page_that_helps(report: Any, seen: Any) -> None:
    page = report(words="x" * (3 * 1024 * 1024))
    assert page.status_code == 413
    assert "Go back with your browser’s back button" in seen(page)
    assert "Talk to a person" in seen(page)


def test_a_form_from_another_site_is_refused(service: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/services/pothole/", {"words": "x", "sure": "yes"})
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_our_own_form_passes_the_check_against_forgery(service: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.get("/services/pothole/")
    token = strict.cookies["csrftoken"].value
    data = {"words": "x", "email": "a@b.example", "language": "en", "sure": "yes"}
    answer = strict.post("/services/pothole/", data | {"csrfmiddlewaretoken": token})
    assert answer.status_code == 302


def test_the_chosen_language_is_kept(client: Client, service: Any) -> None:
    data = {"words": "Hay un hoyo.", "email": "ana@home.example", "language": "es", "sure": "yes"}
    answer = client.post("/es/services/pothole/", data)
    assert answer.url.startswith("/es/case/")
    case = Case.objects.get()
    assert (case.language, case.customer.language) == ("es", "es")
    assert case.tracking_path() != ""


def test_a_code_with_odd_characters_has_a_page(client: Client, service: Any) -> None:
    service.code = "Street/Light: out?"
    service.save()
    assert client.get(reverse("web:service", args=[service.code])).status_code == 200
    assert client.get("/services/%00/").status_code == 404
