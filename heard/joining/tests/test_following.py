"""Following: who is told what, who must say yes first, and what strangers see."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from heard.cases.closing import close, decline, reopen, resolve
from heard.cases.models import Case
from heard.core.errors import Refused
from heard.joining import following
from heard.joining.following import confirm, follow, stop_following, tell_everybody
from heard.joining.models import Follower
from heard.joining.reads import Sought, likely, rough_place
from heard.joining.tests.conftest import Street
from heard.people.models import Customer
from heard.post.models import Dispatch


@pytest.fixture
def hole(street: Street) -> Case:
    return street.report("ana", on=0)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_told_at_each_turn_once(street: Street, hole: Case, letters: Any) -> None:
    follow(hole, email="guy@home.example", language="es", actor=street.by)
    resolve(fresh(hole), outcome="done", words="Ana, it is filled.", actor=street.by)
    street.work()
    close(fresh(hole), outcome="done", words="Ana, it is filled.", actor=street.by)
    street.work()
    reopen(fresh(hole), reason="It sank.", actor=street.by)
    street.work()
    decline(fresh(hole), words="The road is the state's.", actor=street.by)
    street.work()
    assert letters()["guy"] == ["joined_following", *["joined_progress"] * 3]
    mails = Dispatch.objects.filter(address="guy@home.example")
    for mail in mails:
        assert mail.language == "es"
        assert "Ana" not in mail.text + mail.html
        assert "filled" not in mail.text + mail.html
        assert Follower.objects.get().path() in mail.text
    assert mails.get(template="joined_following").subject.endswith("Bache")


def test_everybody_is_written_to_in_their_language(street: Street, hole: Case) -> None:
    street.work()
    follow(hole, email="guy@home.example", language="es", actor=street.by)
    follow(hole, phone="303-555-0123", name="Pat", actor=street.by)
    tell_everybody(hole, english="Crew comes Friday.", spanish="Viernes.", actor=street.by)
    street.work()
    mails = Dispatch.objects.exclude(template__in=["case_received", "joined_following"])
    told = {mail.address: mail for mail in mails}
    assert "Viernes." in told["guy@home.example"].text
    assert told["ana@home.example"].template == "case_replied"
    assert "Crew comes Friday." in told["ana@home.example"].text
    assert len(told) == 2  # Pat has no mailbox: staff see that they must call


def test_a_stranger_says_yes_first(street: Street, hole: Case, client: Client) -> None:
    cache.clear()
    path = f"/nearby/{hole.reference}/"
    page = client.post(path, {"email": "Guy@Home.example"})
    assert "guy@home.example" in page.content.decode().lower()
    row = Follower.objects.get()
    street.work()
    assert Dispatch.objects.filter(template="joined_confirm").count() == 1
    resolve(hole, outcome="done", words="Filled.", actor=street.by)
    street.work()
    assert not Dispatch.objects.filter(template="joined_progress").exists()
    assert client.get(row.path()).status_code == 200
    assert Follower.objects.get().confirmed_at is None  # a mail scanner that opens links is no yes
    client.post(row.path(), {"yes": ""})
    assert Follower.objects.get().confirmed_at is not None
    page = client.post(row.path(), {"stop": "1"}, follow=True)
    assert "no more letters" in page.content.decode()
    assert Follower.objects.get().ended_at is not None
    assert client.get(row.path()[:-3] + "00/").status_code == 404


def test_a_yes_that_comes_too_late(street: Street, hole: Case, client: Client) -> None:
    from heard.joining.views.nearby import NOBODY

    with street.on(0):
        row = follow(hole, email="guy@home.example", actor=NOBODY)
    with street.on(9):
        with pytest.raises(Refused, match="ended"):
            confirm(row, actor=row.customer.as_actor())
        page = client.post(row.path(), {"yes": ""})
        assert page.status_code == 422


def test_what_a_stranger_sees_of_a_problem(street: Street, hole: Case, client: Client) -> None:
    page = client.get(f"/nearby/{hole.reference.lower()}/").content.decode()
    assert "1200–1299 Elm Street" in page
    for private in ("1234", "Ana", "says ana", "ana@home.example"):
        assert private not in page
    hole.service.is_public = False
    hole.service.save()
    assert client.get(f"/nearby/{hole.reference}/").status_code == 404


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1234 Elm Street", "1200–1299 Elm Street"),
        ("7 Elm Street, apartment 4", "1–99 Elm Street"),
        ("Elm St & 4th Ave", ""),
        ("Elm Street and Oak Avenue", "Elm Street / Oak Avenue"),
        ("behind Ana Ruiz's house, ring 303-555-0100", ""),
        ("", ""),
    ],
)
def test_the_place_is_said_roughly_or_not_at_all(written: str, shown: str) -> None:
    assert rough_place(Case(place=written)) == shown


def test_limits(
    street: Street, hole: Case, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    path = f"/nearby/{hole.reference}/"
    assert client.post(path, {"email": "not an address"}).status_code == 422
    assert client.post(path, {"email": "x@home.example", "website": "spam"}).status_code == 200
    assert not Follower.objects.exists()
    codes = [client.post(path, {"email": f"p{n % 2}@home.example"}).status_code for n in range(16)]
    assert codes[0] == 200
    assert codes[-1] == 429
    assert Follower.objects.count() == 2
    monkeypatch.setattr(following, "MOST_FOLLOWERS", 2)
    with pytest.raises(Refused, match="as many"):
        follow(hole, email="q@home.example", actor=street.by)
    monkeypatch.setattr(following, "MOST_FOLLOWED", 0)
    monkeypatch.setattr(following, "MOST_FOLLOWERS", 9)
    with pytest.raises(Refused, match="already"):
        follow(hole, email="q@home.example", actor=street.by)


def test_what_is_not_followed(street: Street, hole: Case) -> None:
    with pytest.raises(Refused, match="own case"):
        follow(hole, email="ana@home.example", actor=street.by)
    with pytest.raises(Refused, match="email or a phone"):
        follow(hole, actor=street.by)
    close(hole, outcome="done", words="Filled.", actor=street.by)
    with pytest.raises(Refused, match="finished"):
        follow(hole, email="guy@home.example", actor=street.by)


def test_signing_up_changes_nothing_we_know_of_a_person(street: Street, hole: Case) -> None:
    guy = street.person("guy", "es")
    follow(hole, email="GUY@home.example", name="Mallory", language="en", actor=street.by)
    again = Customer.objects.get(pk=guy.pk)
    assert (again.name, again.language) == ("Guy", "es")
    row = stop_following(Follower.objects.get(), actor=guy.as_actor())
    back = follow(hole, email="guy@home.example", actor=street.by)
    assert back.pk == row.pk
    assert back.ended_at is None


def test_likely_duplicates(
    street: Street, hole: Case, django_assert_num_queries: Any, service: Any
) -> None:
    far = street.report("ben", on=1)
    Case.objects.filter(pk=far.pk).update(lat=39.7, lon=-104.7, place="9 Oak Road", words="Noise.")
    done = street.report("cy", on=1)
    close(done, outcome="done", words="Filled.", actor=street.by)
    with street.on(2), translation.override("en"):
        with django_assert_num_queries(1):
            near = likely(Sought(service, "1230 Elm Street", 39.5801, -104.8701, "a hole"))
        assert [each.case.pk for each in near] == [hole.pk]
        assert near[0].metres is not None
        assert near[0].metres < 30
        assert likely(Sought(words="a hole")) == []
        assert [each.case.pk for each in likely(Sought(place="Elm Street 1234"))] == [hole.pk]
