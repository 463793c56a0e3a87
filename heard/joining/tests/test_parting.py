"""Parts: the customer sees one case, the whole waits for its parts or says that it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from heard.cases.closing import close, resolve
from heard.cases.facts import count, hidden_keys, rows
from heard.cases.models import Case, Message
from heard.core.errors import NotAllowed, Refused
from heard.joining.parting import let_parts_go_on, split
from heard.joining.tests.conftest import START, Street
from heard.people.models import Division
from heard.post.models import Dispatch
from heard.voice.models import Invitation


@pytest.fixture
def parks(division: Division) -> Division:
    return Division.objects.create(
        department=division.department, code="parks", name={"en": "Parks", "es": "Parques"}
    )


@pytest.fixture
def whole(street: Street) -> Case:
    case = street.report("ana", on=0)
    street.work()
    return case


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_part_is_work_and_nothing_else(
    street: Street, whole: Case, parks: Division, client: Client
) -> None:
    with street.on(1):
        part = split(whole, parks, words="Cut the root.", actor=street.by, key="once")
        assert split(whole, parks, words="Cut the root.", actor=street.by, key="once") == part
    assert (part.customer, part.division, part.due_at) == (None, parks, whole.due_at)
    assert fresh(whole).contact == street.agent
    with street.on(2):
        close(part, outcome="done", words="Root is cut.", actor=street.by)
    street.work()
    # Not counted beside its whole, not surveyed, no letter to the customer.
    assert [row.reference for row in rows()] == [whole.reference]
    assert count() == 1
    assert list(hidden_keys(changed_since=START)) == [part.reference]
    assert not Invitation.objects.exists()
    assert set(Dispatch.objects.values_list("template", "address")) == {
        ("case_received", "ana@home.example"),
        ("joined_parts_done", "agent@city.example"),
    }
    note = Message.objects.filter(case=whole).last()
    assert "Root is cut." in note.words
    assert "All parts are finished now." in note.words
    page = client.get(whole.tracking_path()).content.decode()
    assert "Root" not in page
    assert part.reference not in page
    assert client.get(f"/nearby/{part.reference}/").status_code == 404
    assert len(mail.outbox) == 0


def test_the_contact_is_told_after_the_last_part(
    street: Street, whole: Case, parks: Division
) -> None:
    one = split(whole, parks, words="Cut the root.", actor=street.by)
    two = split(whole, parks, words="Plant a tree.", actor=street.by)
    resolve(one, outcome="done", words="Cut.", actor=street.by)
    street.work()
    assert not Dispatch.objects.filter(template="joined_parts_done").exists()
    resolve(two, outcome="done", words="Planted.", actor=street.by)
    street.work()
    close(fresh(two), outcome="done", words="Planted.", actor=street.by)
    street.work()
    assert Dispatch.objects.filter(template="joined_parts_done").count() == 1


def test_a_whole_does_not_end_over_the_heads_of_its_parts(
    street: Street, whole: Case, parks: Division
) -> None:
    part = split(whole, parks, words="Cut the root.", actor=street.by)
    for verb in (resolve, close):
        with pytest.raises(Refused, match=part.reference):
            verb(fresh(whole), outcome="done", words="Filled.", actor=street.by)
    assert let_parts_go_on(whole, actor=street.by) == 1
    resolve(fresh(whole), outcome="done", words="Filled; the tree follows.", actor=street.by)
    assert fresh(part).is_open


def test_what_is_not_split(
    street: Street, whole: Case, parks: Division, staff: Callable[..., Any]
) -> None:
    part = split(whole, parks, words="Cut the root.", actor=street.by)
    with pytest.raises(Refused, match="part already"):
        split(part, parks, words="More.", actor=street.by)
    with street.on(2), pytest.raises(Refused, match="passed"):
        split(whole, parks, words="More.", due_at=START, actor=street.by)
    with pytest.raises(NotAllowed):
        split(whole, parks, words="More.", actor=staff("field_worker").as_actor())
    let_parts_go_on(whole, actor=street.by)
    close(fresh(whole), outcome="done", words="Filled.", actor=street.by)
    with pytest.raises(Refused, match="finished"):
        split(whole, parks, words="More.", actor=street.by)
