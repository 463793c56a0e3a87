"""The page of a division."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.measures.models import Result
from heard.voice.models import Invitation, Response
from heard.voice.services import Answers, Subject, answer, invite


@pytest.fixture
def desk(client: Client, staff: Any) -> Client:
    client.force_login(staff("manager"))
    return client


def say(about: str, division: str = "streets", **given: Any) -> Response:
    subject = Subject(about=about, division=division, service="pothole")
    row = invite(subject, customer=None, language="es", actor=SYSTEM)
    assert row is not None
    said: Response = answer(row, Answers(**given), actor=Actor("customer"))
    return said


def page_of(client: Client) -> Any:
    return client.get(reverse("desk:division", args=["streets"]))


def test_a_manager_comes_to_their_own_division_first(desk: Client) -> None:
    assert desk.get(reverse("desk:divisions"))["Location"] == "/desk/division/streets/"
    assert b"Streets" in desk.get(reverse("desk:divisions") + "?all").content


def test_an_answer_is_there_at_once(desk: Client, case: Case) -> None:
    assert "No answers yet" in page_of(desk).content.decode()
    say(f"case:{case.pk}", satisfaction=2, ease=3, solved="partly", comment="El hoyo volvió.")
    page = page_of(desk).content.decode()
    for words in ("El hoyo volvió.", "Dissatisfied", case.reference, case.get_absolute_url()):
        assert words in page
    assert '<blockquote class="answer-card__words" lang="es">' in page


def test_answers_of_others_spam_and_tests_are_not_shown(desk: Client) -> None:
    say("case:1", division="parks", comment="of the parks")
    for mark in ("is_spam", "is_test"):
        made = say(f"case:{mark}", comment=f"marked {mark}")
        Response.objects.filter(pk=made.pk).update(**{mark: True})
    say("visit:9", comment="about a visit, not a case")
    page = page_of(desk).content.decode()
    assert "of the parks" not in page
    assert "marked is_" not in page
    assert "about a visit, not a case" in page


def test_a_comment_is_shown_as_text(desk: Client) -> None:
    say("case:1", comment="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in page_of(desk).content.decode()


def test_promises_at_risk_lead_to_their_list(desk: Client, case: Case) -> None:
    assert case.due_at is not None
    with clock.at(case.due_at + timedelta(hours=1)):
        page = page_of(desk)
        assert page.context["risk"] == {"overdue": 1, "soon": 0}
        assert "/desk/?division=streets&amp;due=overdue" in page.content.decode()
        listed = desk.get("/desk/", {"division": "streets", "due": "overdue"})
    assert [row.case for row in listed.context["rows"]] == [case]


def result(**given: Any) -> Result:
    given = {
        "measure": "on_time", "statistic": "closed", "definition": 1, "period": "2026-01",
        "by": "division", "group": "streets", "n": 120, "value": 0.84, "low": 0.76, "high": 0.9,
        **given,
    }  # fmt: skip
    return Result.objects.create(**given)


def test_a_measure_comes_with_its_n_interval_and_month(desk: Client) -> None:
    result()
    result(period="2025-12", value=0.1)
    result(group="parks", value=0.2)
    (figure,) = page_of(desk).context["figures"]
    assert (figure.value, figure.n, figure.low, figure.high) == (0.84, 120, 0.76, 0.9)
    page = page_of(desk).content.decode()
    for words in ("84%", "between 76% and 90%", "n = 120", "January 2026"):
        assert words in page


def test_too_few_are_not_shown(desk: Client) -> None:
    result(n=3, value=None, low=None, high=None, suppressed=True)
    assert "Too few to show" in page_of(desk).content.decode()


def test_the_page_costs_the_same_whatever_was_said(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for size in (1, 12):
        for number in range(size):
            say(f"case:{Invitation.objects.count() + number + 1}", comment="Good.")
        page_of(desk)  # what is kept for a moment, such as the city, is read now
        with django_assert_max_num_queries(12) as counted:
            page_of(desk)
        counts.append(len(counted))
    assert counts[0] == counts[1]
