"""What leaves the building, to a real mail server in this process."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.models import Customer
from heard.people.services import know_customer
from heard.post import services
from heard.post.models import Dispatch
from heard.post.services import DELAYS, SENDING_LEASE, dispatch, send_due

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Inbox:
    """Takes every mail, unless told to refuse."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(BytesParser(policy=default).parsebytes(content))
        return self.answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    port, taken = free_port(), Inbox()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield taken
    controller.stop()


@pytest.fixture
def letter(case: Any, run_steps: Any) -> Dispatch:
    """The letter that confirms Ana's case, in Spanish."""
    Dispatch.objects.all().delete()
    run_steps()
    row = Dispatch.objects.get()
    Dispatch.objects.update(due_at=NOON, created_at=NOON)
    return row


def send_at(moment: datetime) -> int:
    with clock.at(moment):
        return send_due()


def test_a_letter_arrives_as_it_was_written(letter: Dispatch, inbox: Inbox) -> None:
    assert send_at(NOON) == 1
    (mail,) = inbox.mails
    letter.refresh_from_db()
    assert mail["To"] == "ana@home.example"
    assert mail["Subject"] == letter.subject
    assert mail["Content-Language"] == "es"
    assert mail["Auto-Submitted"] == "auto-generated"
    parts = {part.get_content_type(): part for part in mail.walk()}
    text = parts["text/plain"].get_payload(decode=True)
    assert isinstance(text, bytes)
    assert text.decode().split() == letter.text.split()
    assert "text/html" in parts
    assert (letter.state, letter.attempts, letter.sent_at) == (Dispatch.State.SENT, 1, NOON)
    assert send_at(NOON + timedelta(days=1)) == 0  # once


def test_a_letter_is_in_the_language_of_its_customer(letter: Dispatch, case: Any) -> None:
    assert letter.language == "es"
    assert case.reference in letter.subject + letter.text
    assert case.tracking_path() in letter.text


def test_without_a_mail_server_it_is_kept(letter: Dispatch, settings: Any) -> None:
    settings.EMAIL_URL = ""
    assert send_at(NOON) == 0
    letter.refresh_from_db()
    assert letter.state == Dispatch.State.KEPT
    assert send_at(NOON + timedelta(days=1)) == 0


def test_a_refused_letter_is_tried_again_later_and_at_last_given_up(
    letter: Dispatch, inbox: Inbox
) -> None:
    inbox.answer = "451 not now"
    moment, waits = NOON, []
    for _attempt in range(len(DELAYS)):
        assert send_at(moment) == 0
        letter.refresh_from_db()
        assert (letter.state, "451" in letter.fault) == (Dispatch.State.QUEUED, True)
        waits.append(letter.due_at - moment)
        assert send_at(letter.due_at - timedelta(seconds=1)) == 0
        moment = letter.due_at
    assert waits == DELAYS == sorted(DELAYS)
    send_at(moment)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (Dispatch.State.FAILED, len(DELAYS) + 1)
    inbox.answer = "250 OK"
    assert send_at(moment + timedelta(days=30)) == 0


def test_a_letter_goes_when_the_server_is_back(letter: Dispatch, inbox: Inbox) -> None:
    inbox.answer = "451 not now"
    send_at(NOON)
    inbox.answer = "250 OK"
    assert send_at(NOON + DELAYS[0]) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.fault, len(inbox.mails)) == (Dispatch.State.SENT, "", 1)


def test_no_server_where_one_should_be(letter: Dispatch, inbox: Inbox, settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    assert send_at(NOON) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (Dispatch.State.QUEUED, 1)
    assert letter.fault


def test_a_sender_killed_between_sending_and_noting_sends_the_same_id(
    letter: Dispatch, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(row: Dispatch, state: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(services, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            send_at(NOON)
    assert send_at(NOON + SENDING_LEASE - timedelta(seconds=1)) == 0
    assert send_at(NOON + SENDING_LEASE) == 1
    first, second = inbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_one_key_is_one_letter(case: Any, customer: Any) -> None:
    context = {"case": case, "service": case.service, "contact": None, "link": "/x", "home": "/"}
    rows = {
        dispatch(key="same", template="case_received", to=customer, about="case:1", context=context)
        for _turn in range(2)
    }
    assert len(rows) == 1
    assert Dispatch.objects.filter(key="same").count() == 1


def test_nobody_is_written_to_against_their_wish(customer: Any) -> None:
    customer.preferred_channel = Customer.Channel.NONE
    no_address = know_customer(phone="303-555-0199", actor=SYSTEM)
    for to in (None, no_address, customer):
        made = dispatch(key="k", to=to, template="case_received", about="case:1", context={})
        assert made is None
    assert not Dispatch.objects.exists()


def test_words_of_others_are_only_words_in_a_letter(case: Any, customer: Any) -> None:
    case.service.name = {"en": "<script>alert(1)</script>", "es": "<script>alert(1)</script>"}
    context = {"case": case, "service": case.service, "contact": None, "link": "/x", "home": "/"}
    row = dispatch(key="k", template="case_received", to=customer, about="case:1", context=context)
    assert row is not None
    assert "<script>alert" not in row.html
    assert "\n" not in row.subject
