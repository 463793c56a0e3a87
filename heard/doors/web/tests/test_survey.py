"""The survey: prefilled but not answered by a link, kept once, with a way on in every case."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.cases.closing import close
from heard.cases.models import Case, ReopenRequest
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.doors.web.tests.conftest import KEY, pieces_of
from heard.voice.models import Invitation, Response
from heard.voice.services import Subject, invite


@pytest.fixture
def invitation(case: Case, staff: Any) -> Invitation:
    close(case, outcome="done", words="Filled.", actor=staff("agent").as_actor())
    made = invite(
        Subject(about=f"case:{case.pk}", staff=staff("agent")),
        customer=case.customer, language="en", actor=SYSTEM,
    )  # fmt: skip
    assert made
    return made


def test_opening_the_link_only_prefills(client: Client, invitation: Invitation) -> None:
    page = client.get(invitation.path(), {"s": "4"}).content.decode()
    assert 'value="4" id="id_satisfaction_3" class="' in page or "checked" in page
    assert page.count("checked") == 1
    assert not Response.objects.exists()
    for odd in ("9", "", "<script>", "-1"):
        assert "checked" not in client.get(invitation.path(), {"s": odd}).content.decode()


def test_the_answer_is_kept_whole_and_once(
    client: Client, invitation: Invitation, seen: Any
) -> None:
    given = {
        "satisfaction": "5",
        "ease": "4",
        "solved": "yes",
        "comment": "Fast & kind",
        "may_share": "on",
    }
    page = client.post(invitation.path(), given, follow=True)
    assert "Thank you. We heard you." in seen(page)
    assert "The people who helped you will read your words." in seen(page)
    row = Response.objects.get()
    assert (row.satisfaction, row.ease, row.solved, row.comment, row.may_share) == (
        5, 4, "yes", "Fast & kind", True,
    )  # fmt: skip
    for again in (
        client.get(invitation.path()),
        client.post(invitation.path(), {"satisfaction": "1"}),
    ):
        assert "You have already answered." in seen(again)
    row.refresh_from_db()
    assert row.satisfaction == 5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Answer at least one question."),
        ({"satisfaction": "6"}, "6 is not one of the available choices"),
        ({"satisfaction": "3", "comment": "c" * 5001}, "That is 5001 characters."),
    ],
)
def test_faults_keep_what_was_written(
    client: Client, invitation: Invitation, seen: Any, given: dict[str, str], message: str
) -> None:
    page = client.post(invitation.path(), given)
    assert page.status_code == 422
    assert message in seen(page)
    assert given.get("comment", "") in page.content.decode()
    assert not Response.objects.exists()


def test_not_solved_offers_to_look_again(
    client: Client, invitation: Invitation, case: Case, seen: Any
) -> None:
    page = client.post(invitation.path(), {"solved": "no", "comment": "Still a hole."}, follow=True)
    assert "It is not solved? Then we are not finished." in seen(page)
    shown = page.content.decode()
    assert "Still a hole.</textarea>" in shown
    address = shown.split('action="/case/')[1].split('"')[0]
    again = client.post(f"/case/{address}", {"key": KEY, "reason": "Still a hole."}, follow=True)
    assert "A person looks at it again" in seen(again)
    assert ReopenRequest.objects.get().case == case
    assert "You have asked us to look at it again." in seen(
        client.get(invitation.path() + "thanks/")
    )


def test_solved_offers_nothing_of_the_kind(
    client: Client, invitation: Invitation, seen: Any
) -> None:
    page = client.post(invitation.path(), {"solved": "yes"}, follow=True)
    assert "Ask us to look again" not in seen(page)


def test_an_ended_invitation_says_so_and_leads_on(
    client: Client, invitation: Invitation, case: Case, seen: Any
) -> None:
    with clock.at(invitation.expires_at + timedelta(seconds=1)):
        for page in (client.get(invitation.path()), client.post(invitation.path(), {"ease": "2"})):
            assert page.status_code == 410
            assert "This survey has ended" in seen(page)
            assert case.tracking_path() in "/es" + page.content.decode().replace('href="', '="/es')
    assert not Response.objects.exists()


def test_a_renewed_case_link_is_not_given_away_by_an_old_survey(
    client: Client, invitation: Invitation, case: Case
) -> None:
    Case.objects.filter(pk=case.pk).update(link_version=2)
    client.post(invitation.path(), {"solved": "no"})
    for address in (invitation.path(), invitation.path() + "thanks/"):
        assert b"/case/" not in client.get(address).content


def test_wrong_links_are_all_alike(client: Client, invitation: Invitation, case: Case) -> None:
    secret = invitation.path().split("/")[3]
    for address in (
        f"/survey/{invitation.reference}/{'0' * 40}/",
        f"/survey/NNNN-NNNN/{secret}/",
        f"/survey/{case.reference}/{secret}/",
        f"/survey/{invitation.reference}/{secret[:-1]}x/thanks/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"satisfaction": "1"}).status_code in (404, 405)
    assert not Response.objects.exists()


def test_thanks_come_after_the_answer(client: Client, invitation: Invitation) -> None:
    assert client.get(invitation.path() + "thanks/").url == invitation.path()


def test_a_survey_about_something_else_than_a_case(client: Client, town: Any, seen: Any) -> None:
    made = invite(Subject(about="visit:9"), customer=None, language="en", actor=SYSTEM)
    assert made
    assert client.get(made.path()).status_code == 200
    page = client.post(made.path(), {"solved": "no"}, follow=True)
    assert "Thank you. We heard you." in seen(page)
    assert "/case/" not in page.content.decode()


def test_the_survey_is_wholly_spanish(client: Client, invitation: Invitation) -> None:
    english, spanish = client.get(invitation.path()), client.get("/es" + invitation.path())
    left = pieces_of(english) & pieces_of(spanish)
    assert left <= {"", "1", "2", "3", "4", "5", "No", "Neutral"}


def test_no_more_surveys_is_asked_before_it_is_done(
    client: Client, invitation: Invitation, seen: Any
) -> None:
    address = f"{invitation.path()}stop/"
    assert "You do not want to be asked?" in seen(client.get(address))
    invitation.customer.refresh_from_db()
    assert not invitation.customer.asked_not_to_be_surveyed
    assert "We will not ask you again" in seen(client.post(address))
    invitation.customer.refresh_from_db()
    assert invitation.customer.asked_not_to_be_surveyed
    assert "This survey has ended" in seen(client.get(invitation.path()))
