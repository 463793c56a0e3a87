"""Outside handlers: what the link shows, what it takes, and when it stops working."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from heard.cases.models import Case, Message
from heard.core.errors import NotAllowed, Refused
from heard.joining import outside
from heard.joining.models import Errand, Organisation
from heard.joining.outside import (
    answer_errand,
    ask_outside,
    have_read,
    send_again,
    withdraw_errand,
)
from heard.joining.tests.conftest import Street
from heard.post.models import Dispatch


@pytest.fixture
def power(db: None) -> Organisation:
    cache.clear()
    return Organisation.objects.create(
        name="Front Range Power", email="ops@power.example", language="es"
    )


@pytest.fixture
def errand(street: Street, power: Organisation) -> Errand:
    case = street.report("ana", on=0)
    street.work()
    return ask_outside(case, power, words="Please move the pole.", actor=street.by)


def fresh(row: Errand) -> Errand:
    return Errand.objects.get(pk=row.pk)


def test_the_link_comes_by_mail_in_their_language(street: Street, errand: Errand) -> None:
    street.work()
    letter = Dispatch.objects.get(template="joined_errand")
    assert (letter.address, letter.language) == ("ops@power.example", "es")
    assert errand.path() in letter.text
    assert errand.path().startswith("/es/outside/")
    for private in ("Ana", "says ana", "ana@home"):
        assert private not in letter.text


@pytest.mark.parametrize("ticked", [False, True])
def test_what_they_see(street: Street, power: Organisation, client: Client, ticked: bool) -> None:
    case = street.report("ana", on=0)
    row = ask_outside(
        case, power, words="Move the pole.", shows_words=ticked, shows_customer=ticked,
        actor=street.by,
    )  # fmt: skip
    page = client.get(row.path())
    seen = page.content.decode()
    assert "Move the pole." in seen
    assert "1234 Elm Street" in seen
    assert ("says ana" in seen) is ticked
    assert ("ana@home.example" in seen) is ticked
    assert "no-store" in page["Cache-Control"]
    assert case.reference not in seen


def test_their_answer_is_a_note_and_staff_decide(
    street: Street, errand: Errand, client: Client
) -> None:
    for step, words in (("accepted", ""), ("update", "Friday."), ("done", "Pole is moved.")):
        assert client.post(errand.path(), {"step": step, "words": words}).status_code == 302
    row = fresh(errand)
    assert (row.state, row.last_words) == ("done", "Pole is moved.")
    case = Case.objects.get(pk=row.case_id)
    assert case.is_open
    notes = list(
        Message.objects.filter(case=case, direction="note").values_list("words", flat=True)
    )
    assert len(notes) == 4
    assert "Front Range Power (outside handler) says it is done" in notes[-1]
    assert client.post(errand.path(), {"step": "update", "words": "More."}).status_code == 422
    assert row.unread_since is not None
    assert have_read(row, actor=street.by).unread_since is None
    assert send_again(fresh(errand), actor=street.by).state == "sent"
    assert client.get(errand.path()).status_code == 404  # the older link


def test_bad_answers_keep_what_was_typed(errand: Errand, client: Client) -> None:
    for data in (
        {"step": "done", "words": ""},
        {"step": "refused", "words": "  "},
        {"step": "eaten", "words": "x"},
        {"words": "no step"},
        {"step": "update", "words": "x" * 4001},
    ):
        page = client.post(errand.path(), data)
        assert page.status_code == 422
        assert data["words"].strip() in page.content.decode()
    assert fresh(errand).times_written == 0


def test_links_that_open_nothing(street: Street, errand: Errand, client: Client) -> None:
    path = errand.path()
    assert client.get(path[:-5] + "00000/"[-5:]).status_code == 404
    assert client.get(f"/outside/{errand.case.reference}/{'0' * 40}/").status_code == 404
    withdraw_errand(errand, actor=street.by)
    withdraw_errand(errand, actor=street.by)
    assert client.get(path).status_code == 404
    street.work()
    assert Dispatch.objects.filter(template="joined_errand_withdrawn").count() == 1
    with translation.override("en"), pytest.raises(Refused, match="ended"):
        answer_errand(fresh(errand), "done", words="Too late.")


def test_a_link_ends_with_its_time(street: Street, errand: Errand, client: Client) -> None:
    from heard.core import clock

    with clock.at(errand.expires_at.replace(year=errand.expires_at.year + 1)):
        page = client.get(errand.path())
        assert "<textarea" not in page.content.decode()
        assert client.post(errand.path(), {"step": "done", "words": "x"}).status_code == 422


def test_how_often_they_may_write(
    errand: Errand, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [
        client.post(errand.path(), {"step": "update", "words": f"Day {n}."}).status_code
        for n in range(21)
    ]
    assert codes[:20] == [302] * 20
    assert codes[20] == 429
    monkeypatch.setattr(outside, "MOST_WRITTEN", 20)
    with translation.override("en"), pytest.raises(Refused, match="many times"):
        answer_errand(errand, "update", words="Again.")


def test_the_same_answer_sent_twice_is_one(errand: Errand, client: Client) -> None:
    data = {"step": "update", "words": "Friday.", "key": "abc"}
    client.post(errand.path(), data)
    client.post(errand.path(), data)
    assert fresh(errand).times_written == 1


def test_who_may_ask(street: Street, errand: Errand, staff: Any, power: Organisation) -> None:
    with pytest.raises(NotAllowed):
        ask_outside(errand.case, power, words="x", actor=staff("cx_lead").as_actor())
    power.is_active = False
    power.save()
    with pytest.raises(Refused, match="no longer work"):
        ask_outside(errand.case, power, words="x", actor=street.by)
