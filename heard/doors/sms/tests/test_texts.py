"""Text messages, both ways, against a carrier of our own that keeps Twilio's rules."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from heard.cases.models import Case, Message
from heard.cases.services import reply
from heard.catalogue.models import Service
from heard.core.actors import SYSTEM
from heard.core.models import AuditRow
from heard.doors.sms.models import InText
from heard.doors.sms.signing import signature_of
from heard.doors.sms.tests.carrier import Carrier
from heard.doors.sms.tests.conftest import ANA
from heard.people.models import Customer, Sameness
from heard.people.services import know_customer
from heard.post import inbound
from heard.post.addresses import is_stopped
from heard.post.models import AddressState, Dispatch, Turned
from heard.post.services import dispatch, send_due

pytestmark = pytest.mark.django_db
Says = Callable[..., int]


@pytest.fixture
def ana(customer: Any) -> Customer:
    """Ana, with a number beside her email address."""
    customer.phone = "303-555-0142"
    customer.save()
    return customer  # type: ignore[no-any-return]


def last() -> InText:
    return InText.objects.order_by("-id")[0]


def test_the_signature_is_that_of_the_carriers_own_example() -> None:
    # The example of Twilio's documentation ("Validating signatures"), with its known result.
    given = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234",
             "From": "+14158675310", "To": "+18005551212"}  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature_of("12345", url, ((k, [v]) for k, v in given.items())) == (
        "GvWf1cFY/Q7PnoempGyD5oXAezc="
    )


def test_a_wrong_signature_is_turned_away_and_counted(says: Says, client: Client) -> None:
    assert says("Hello", token="another") == 403
    assert client.post("/hooks/sms/", {"MessageSid": "SM1", "From": ANA}).status_code == 403
    assert not InText.objects.exists()
    assert Turned.objects.get(door="sms", reason="signature").times == 2


def test_without_an_account_nothing_is_right(says: Says, settings: Any) -> None:
    settings.HEARD_SMS_URL = ""
    assert says("Hello") == 403


def test_a_new_number_opens_a_case_and_hears_by_text(
    says: Says, carrier: Carrier, general: Any, run_steps: Any
) -> None:
    assert says("Hay un hoyo en la calle por favor") == 200
    case = Case.objects.get()
    assert (case.channel, case.language, case.service) == ("sms", "es", general)
    run_steps()
    assert send_due() == 1
    (text,) = carrier.texts
    assert (text["To"], text["From"]) == (ANA, "+13035550100")
    assert case.reference in text["Body"]
    assert case.tracking_path() in text["Body"]
    assert "ALTO" in text["Body"]  # the first one says how to end them, in their language
    assert text["StatusCallback"] == "https://heard.city.example/hooks/sms/status/"


def test_the_same_text_twice_is_one(says: Says, general: Any) -> None:
    for _turn in range(3):
        assert says("A hole", MessageSid="SMsame") == 200
    assert Case.objects.count() == 1
    assert InText.objects.count() == 1
    assert Turned.objects.get(door="sms", reason="replay").times == 2


def test_a_text_that_answers_an_emailed_question_is_in_the_same_case(
    says: Says, case: Any, ana: Customer, staff: Any, general: Any
) -> None:
    reply(case, "Which side?", wait=True, actor=staff().as_actor())
    assert says("The north side") == 200
    case.refresh_from_db()
    message = case.messages.order_by("-id").first()
    assert (message.direction, message.channel, message.words) == ("in", "sms", "The north side")
    assert case.state == "in_progress"  # no longer waiting for her
    assert Case.objects.count() == 1


def test_a_shared_number_is_not_guessed_at(says: Says, case: Any, ana: Any, general: Any) -> None:
    from heard.cases.services import Request, receive

    bo = know_customer(name="Bo", email="bo@home.example", phone="(303) 555-0142", actor=SYSTEM)
    receive(Request(service=case.service, words="Noise.", customer=bo), actor=SYSTEM)
    assert says("Any news?") == 200
    opened = last().case
    assert opened not in {case, Case.objects.get(customer=bo)}
    assert not Message.objects.exists()
    assert Sameness.objects.count() == 2  # the new one may be either of them: a person decides


def test_stop_start_and_help_in_both_languages(
    says: Says, ana: Customer, carrier: Carrier, general: Any
) -> None:
    assert says(" Stop. ") == 200
    assert is_stopped("sms", "303-555-0142")
    assert AuditRow.objects.filter(verb="address.stopped", about_id=ana.pk).exists()
    assert dispatch(key="k", template="sms_help", to=ana, about="x", context={}, channel="sms") is (
        None
    )
    assert says("INICIAR") == 200
    assert not is_stopped("sms", ANA)
    assert says("ayuda") == 200
    assert send_due() == 2
    bodies = [text["Body"] for text in carrier.texts]
    assert "Testville" in bodies[0]
    assert "303-555-0100" in bodies[1]
    assert says("parar") == 200
    assert is_stopped("sms", ANA)
    assert not Case.objects.exists()  # none of these is a request
    assert says("Stop the water running on Elm Street") == 200
    assert Case.objects.count() == 1  # but this is


def test_who_stopped_texts_hears_by_email(ana: Customer, says: Says, carrier: Carrier) -> None:
    ana.preferred_channel = "sms"
    ana.save()
    given: dict[str, Any] = {"template": "sms_help", "to": ana, "about": "x", "context": {}}
    assert dispatch(key="a", **given).channel == "sms"
    says("STOP")
    assert Dispatch.objects.get(key="a").state == "failed"  # what waited does not go either
    words = {"case": Case(reference="X"), "service": Service(name={"en": "Hole"}), "contact": None}
    links = {"link": "/x", "home": "/"}
    letter = given | {"template": "case_received", "context": words | links}
    assert dispatch(key="b", **letter).channel == "email"
    assert send_due() == 0
    assert carrier.texts == []


def test_an_answer_to_a_question_of_ours_is_offered_to_who_asked(
    says: Says, ana: Customer, case: Any, general: Any
) -> None:
    heard: list[tuple[Customer, str]] = []

    def listen(customer: Customer, text: str, at: datetime) -> bool:
        heard.append((customer, text))
        return text == "5"

    inbound.add_listener(listen)
    try:
        says("5")
        says("The hole is back")
    finally:
        inbound.remove_listener(listen)
    assert heard == [(ana, "5"), (ana, "The hole is back")]
    assert [row.outcome for row in InText.objects.order_by("id")] == ["answer", "added"]
    assert case.messages.get().words == "The hole is back"


def test_machines_and_floods_are_not_answered(says: Says, general: Any, run_steps: Any) -> None:
    assert says("Your code is 1234", sender="72345") == 200
    assert last().outcome == "automatic"
    for _turn in range(22):
        says("Hello", sender="+13035550177")
    assert last().outcome == "waits"
    assert Case.objects.count() == 1
    assert says("", sender="") == 400


def test_what_the_carrier_reports_is_kept_once(
    says: Says, ana: Customer, carrier: Carrier, case: Any, staff: Any, run_steps: Any
) -> None:
    case.contact = staff()
    case.save()
    ana.preferred_channel = "sms"
    ana.save()
    Dispatch.objects.all().delete()
    reply(case, "It is mended.", actor=staff().as_actor())
    run_steps()
    send_due()
    row = Dispatch.objects.get(template="case_replied")
    assert row.text.startswith("It is mended.")
    assert row.remote_id == f"SM{len(carrier.texts):032d}"
    assert says("", MessageSid=row.remote_id, MessageStatus="delivered") == 204
    row.refresh_from_db()
    delivered = row.delivered_at
    assert delivered is not None
    assert says("", MessageSid=row.remote_id, MessageStatus="failed", ErrorCode="30003") == 204
    row.refresh_from_db()
    assert (row.delivered_at, row.state) == (delivered, "sent")  # a late report changes nothing
    Dispatch.objects.filter(pk=row.pk).update(delivered_at=None)
    says("", MessageSid=row.remote_id, MessageStatus="undelivered", ErrorCode="30006")
    row.refresh_from_db()
    assert (row.state, "30006" in row.fault) == ("failed", True)
    assert AddressState.objects.get().failing_since is not None
    run_steps()
    letter = Dispatch.objects.get(template="staff_address_failing")
    assert (letter.address, case.reference in letter.subject) == ("agent@city.example", True)
    assert says("", MessageSid="SMunknown", MessageStatus="delivered") == 204


def test_a_text_the_carrier_refuses_is_not_tried_again_one_it_cannot_take_is(
    ana: Customer, carrier: Carrier
) -> None:
    states = {}
    for key, trouble in (("late", (503, 20500)), ("never", (400, 21211)), ("stop", (400, 21610))):
        carrier.trouble = trouble
        dispatch(key=key, template="sms_help", to=ana, about="x", context={}, channel="sms")
        send_due()
        states[key] = Dispatch.objects.get(key=key).state
    assert states == {"late": "queued", "never": "failed", "stop": "failed"}
    assert is_stopped("sms", ANA)


def test_length_and_price_are_shown_before_it_is_sent(
    client: Client, ana: Customer, case: Any, staff: Any, carrier: Carrier, settings: Any,
    run_steps: Any,
) -> None:  # fmt: skip
    settings.HEARD_SMS_CENTS = 0.8
    ana.preferred_channel = "sms"
    ana.save()
    client.force_login(staff())
    run_steps()  # the confirmation was the first text, and said how to end them
    assert b"/desk/texts/case/" in client.get(f"{case.get_absolute_url()}?whole").content
    path = f"/desk/texts/case/{case.reference}/"
    assert client.get(path).status_code == 200
    page = client.post(path, {"words": "ñandú í " * 20, "key": "k1"})
    assert "UCS-2" in page.content.decode()
    assert "$0.024" in page.content.decode()  # three parts, with who signs it
    assert not Message.objects.exists()
    seen = page.context["form"].data["seen"]
    # Other words than those whose length was seen are shown again first.
    page = client.post(path, {"words": "Quite other words, longer", "seen": seen, "send": "1"})
    assert page.status_code == 200
    assert not Message.objects.exists()
    seen = page.context["form"].data["seen"]
    sent = {"words": "Quite other words, longer", "seen": seen, "send": "1", "key": "k2"}
    for _twice in range(2):
        assert client.post(path, sent).status_code == 302
    run_steps()
    send_due()
    replies = [text for text in carrier.texts if "Quite other" in text["Body"]]
    assert len(replies) == 1
    assert page.context["look"] == replies[0]["Body"]


def test_what_we_understood_and_codes_go_by_text_too(
    ana: Customer, case: Any, staff: Any, carrier: Carrier, run_steps: Any
) -> None:
    from heard.cases.understanding import state_understanding
    from heard.people import identity

    ana.preferred_channel = "sms"
    ana.save()
    state_understanding(case, "You want the hole filled.", actor=staff().as_actor())
    other = know_customer(name="Ana R", phone="303-555-0188", actor=SYSTEM)
    assert other is not None
    row = identity.propose(ana, other, evidence={"kind": "colleague"}, actor=SYSTEM)
    assert row is not None
    identity.ask_code(row, "other", actor=staff().as_actor())
    run_steps()
    send_due()
    bodies = [text["Body"] for text in carrier.texts]
    row.refresh_from_db()
    assert any("You want the hole filled." in body for body in bodies)
    assert any(identity.code_of(row) in body for body in bodies)


def test_texts_that_wait_are_decided_by_people(
    client: Client, case: Any, ana: Customer, staff: Any, service: Any
) -> None:
    def wait(sid: str, sender: str = "+13035550177") -> InText:
        return InText.objects.create(
            sid=sid, sender=sender, text="And the lamp?", at=case.received_at, outcome="waits"
        )

    client.force_login(staff("field_worker"))
    assert client.get("/desk/texts/").status_code == 403
    client.force_login(staff())
    first, second, third = wait("a"), wait("b"), wait("c")
    assert "3 texts wait" in client.get("/desk/today/?whole").content.decode()
    path = first.get_absolute_url()
    assert client.post(f"{path}accept/", {"reference": "nothing"}).status_code == 422
    sent = {"reference": case.reference, "key": "k"}
    for _twice in range(2):
        assert client.post(f"{path}accept/", sent).status_code == 302
    said = case.messages.get().words  # the page shows it under Ana's name, so it says whose it is
    assert said == "Desde otro número: And the lamp?"
    sent = {"service": service.code, "key": "o"}
    assert client.post(f"{second.get_absolute_url()}open/", sent).status_code == 302
    assert Case.objects.exclude(pk=case.pk).get().channel == "sms"
    assert client.post(f"{third.get_absolute_url()}aside/", {"key": "x"}).status_code == 302
    assert "No text waits" in client.get("/desk/texts/").content.decode()
    page = client.post(f"{third.get_absolute_url()}aside/", {"key": "y"})
    assert (page.status_code, "already" in page.content.decode()) == (422, True)
