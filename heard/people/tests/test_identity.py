"""One person known twice: proposed, proven, joined, and split again without a trace lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.cases.models import Case
from heard.cases.services import Request, add_words, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.joining.models import Follower
from heard.people import identity
from heard.people.models import Customer, Sameness
from heard.people.services import know_customer
from heard.post.models import Dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(customer: Any, service: Any) -> Customer:
    """Ana again, by her telephone, with a case of her own."""
    made = know_customer(name="Ana Ruiz", phone="303-555-0142", language="es", actor=SYSTEM)
    assert made is not None
    receive(Request(service=service, words="Lamp.", customer=made), actor=SYSTEM)
    return made


@pytest.fixture
def row(case: Any, customer: Any, twin: Customer) -> Sameness:
    """The proposal that both are Ana."""
    made = identity.propose(customer, twin, evidence={"kind": "phone"}, actor=SYSTEM)
    assert made is not None
    return made


def cases_of(customer: Customer) -> list[str]:
    return sorted(Case.objects.filter(customer=customer).values_list("words", flat=True))


def test_a_shared_number_is_proposed_not_assumed(customer: Any, twin: Customer) -> None:
    customer.phone = "+1 (303) 555-0142"
    customer.save()
    identity.look_at_new()
    identity.look_at_new()  # again changes nothing
    row = Sameness.objects.get()
    assert (row.keeps, row.other, row.state) == (customer, twin, "proposed")
    assert row.evidence == [{"kind": "phone", "same_name": True}]
    assert cases_of(customer) == []


def test_joined_they_are_one_and_split_they_are_two_again(
    row: Sameness, customer: Any, twin: Customer, case: Any, staff: Any
) -> None:
    actor = staff().as_actor()
    lamp = Case.objects.get(customer=twin)
    Follower.objects.create(case=lamp, customer=customer, at=clock.now())
    stays = Follower.objects.create(case=lamp, customer=twin, at=clock.now())
    identity.confirm(row, actor=actor, reason="She said so.")
    customer.refresh_from_db()
    assert cases_of(customer) == ["Hay un hoyo grande frente a mi casa.", "Lamp."]
    assert (customer.phone, customer.email) == ("303-555-0142", "ana@home.example")
    stays.refresh_from_db()
    assert stays.customer == twin  # she follows the case already: no second time
    # Who writes from the second address is the first person now.
    known = know_customer(phone="3035550142", actor=SYSTEM)
    assert known == customer
    add_words(lamp, "It flickers.", actor=customer.as_actor())
    later = receive(Request(service=case.service, words="New.", customer=customer), actor=SYSTEM)
    identity.split(Sameness.objects.get(), reason="Two sisters.", actor=actor)
    customer.refresh_from_db()
    assert cases_of(twin) == ["Lamp."]
    assert lamp.messages.get().words == "It flickers."  # what was said stays where it was said
    assert cases_of(customer) == ["Hay un hoyo grande frente a mi casa.", "New."]
    assert later.customer == customer
    assert customer.phone == ""
    assert know_customer(phone="3035550142", actor=SYSTEM) == twin
    verbs = set(AuditRow.objects.values_list("verb", flat=True))
    assert {"identity.proposed", "customer.joined", "identity.split"} <= verbs
    with pytest.raises(Refused):
        identity.split(Sameness.objects.get(), reason="Again.", actor=actor)


def test_what_was_decided_is_not_proposed_again(
    row: Sameness, customer: Any, twin: Any, staff: Any
) -> None:
    identity.refuse(row, actor=staff().as_actor())
    again = identity.propose(twin, customer, evidence={"kind": "mail"}, actor=SYSTEM)
    assert again is None
    assert Sameness.objects.get().state == "refused"


def test_only_some_roles_may(row: Sameness, staff: Any) -> None:
    for role in ("field_worker", "cx_lead"):
        with pytest.raises(NotAllowed):
            identity.confirm(row, actor=staff(role).as_actor())


def test_a_code_proves_it(row: Sameness, staff: Any, run_steps: Any, twin: Customer) -> None:
    actor = staff().as_actor()
    run_steps()
    Dispatch.objects.all().delete()
    with pytest.raises(Refused, match="first"):
        identity.confirm_by_code(row, "123456", actor=actor)
    identity.ask_code(row, "keeps", actor=actor)
    run_steps()
    letter = Dispatch.objects.get()
    row.refresh_from_db()
    code = identity.code_of(row)
    assert (letter.address, code in letter.text) == ("ana@home.example", True)
    kept = "".join(str(data) for data in Event.objects.values_list("data", flat=True))
    assert code not in kept
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(Refused, match="not the code"):
        identity.confirm_by_code(row, wrong, actor=actor)
    with (
        clock.at(clock.now() + timedelta(minutes=31)),
        pytest.raises(Refused, match="too old"),
    ):
        identity.confirm_by_code(row, code, actor=actor)
    identity.confirm_by_code(row, f"{code[:3]} {code[3:]}", actor=actor)
    row.refresh_from_db()
    assert (row.state, row.how) == ("confirmed", "code")


def test_a_code_cannot_be_guessed(row: Sameness, staff: Any) -> None:
    actor = staff().as_actor()
    identity.ask_code(row, "keeps", actor=actor)
    row.refresh_from_db()
    code = identity.code_of(row)
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        with pytest.raises(Refused):
            identity.confirm_by_code(row, wrong, actor=actor)
    with pytest.raises(Refused, match="too often"):
        identity.confirm_by_code(row, code, actor=actor)
    for _more in range(4):
        identity.ask_code(row, "keeps", actor=actor)
    with pytest.raises(Refused, match="Enough codes"):
        identity.ask_code(row, "keeps", actor=actor)


def test_the_pages(
    row: Sameness, client: Client, staff: Any, django_assert_num_queries: Any, run_steps: Any
) -> None:
    client.force_login(staff())
    assert "Ana Ruiz" in client.get("/desk/same-person/").content.decode()
    assert "1 proposal" in client.get("/desk/today/?whole").content.decode()
    path = f"/desk/same-person/{row.pk}/"
    assert client.get(path).status_code == 200
    assert client.post(f"{path}send/", {"to": "other"}).status_code == 302
    page = client.post(f"{path}code/", {"code": "12"})
    assert page.status_code == 422
    assert 'value="12"' in page.content.decode()
    assert client.post(f"{path}confirm/", {"reason": ""}).status_code == 422
    assert client.post(f"{path}confirm/", {"reason": "She said so."}).status_code == 302
    person = client.get(f"/desk/contacts/person/{row.keeps_id}/").content.decode()
    assert path in person
    assert client.post(f"{path}split/", {"reason": ""}).status_code == 422
    assert client.post(f"{path}split/", {"reason": "No."}).status_code == 302
    other = {"who": "nobody@home.example"}
    assert client.post(f"/desk/same-person/propose/{row.keeps_id}/", other).status_code == 422
    assert client.get("/es/desk/same-person/?show=split").status_code == 200


def test_a_long_list_asks_no_more_often(
    client: Client, staff: Any, town: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(staff())
    client.get("/desk/same-person/")
    counts = []
    for _size in range(2):
        for number in range(4):
            one, two = (
                Customer.objects.create(name=f"{number}{_size}{k}", created_at=clock.now())
                for k in "ab"
            )
            identity.propose(one, two, evidence={"kind": "colleague"}, actor=SYSTEM)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/desk/same-person/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
