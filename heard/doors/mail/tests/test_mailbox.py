"""The mailbox: fetched by IDLE and by polling, once, whatever happens in between."""

import threading
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from imapclient import IMAPClient

from heard.cases.models import Case
from heard.core.actors import SYSTEM
from heard.doors.mail import imap
from heard.doors.mail.imap import Inbox, where
from heard.doors.mail.listening import listen, look
from heard.doors.mail.models import InMail, Mailbox
from heard.doors.mail.tests.letters import mail
from heard.doors.mail.tests.post_office import PostOffice
from heard.post.models import AddressState, Dispatch, Turned
from heard.post.services import dispatch, send_due


def new(number: int, **head: str) -> bytes:
    return mail(f"Lamp {number} is out.", **{"From": f"p{number}@new.example", "Subject": "Lamp",
                "Message_ID": f"<{number}@new.example>"} | head)  # fmt: skip


@pytest.mark.django_db
def test_the_command_fetches_once(office: PostOffice, general: Any) -> None:
    for number in range(3):
        office.put(new(number))
    told = StringIO()
    call_command("mail", "--once", stdout=told)
    call_command("mail", "--once", stdout=told)
    assert Case.objects.count() == 3
    assert "3 new" in told.getvalue()
    assert "open%20sesame" not in told.getvalue()
    assert "0 new" in told.getvalue()


@pytest.mark.django_db
def test_killed_after_keeping_and_before_marking_it_is_not_taken_twice(
    office: PostOffice, general: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.put(new(1))
    with monkeypatch.context() as patch:
        patch.setattr(
            imap.Inbox, "_mark", lambda self, uid: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            look()
    Mailbox.objects.update(last_uid=0)  # as if the note of how far we are was lost as well
    look()
    assert Case.objects.count() == 1
    assert rb"\Seen" in office.flags()[0]


@pytest.mark.django_db
def test_a_mailbox_numbered_anew_brings_nothing_twice(office: PostOffice, general: Any) -> None:
    office.put(new(1))
    look()
    Mailbox.objects.update(uid_validity=1)
    office.put(new(2))
    look()
    assert Case.objects.count() == 2
    assert Turned.objects.get(door="mail", reason="duplicate").times == 1


@pytest.mark.django_db
def test_taken_mails_are_moved_where_a_folder_is_set(
    office: PostOffice, general: Any, settings: Any
) -> None:
    settings.HEARD_MAIL_IN_URL = f"{office.url}?done=Taken"
    office.put(new(1))
    look()
    assert office.mails() == []
    assert len(office.mails("Taken")) == 1


@pytest.mark.django_db
def test_a_mail_that_breaks_us_stops_nobody_else(
    office: PostOffice, general: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = imap.take_in

    def fail(raw: bytes, **rest: Any) -> InMail:
        if b"Lamp 1" in raw:
            raise ValueError("a fault of ours")
        return real(raw, **rest)

    monkeypatch.setattr(imap, "take_in", fail)
    for number in range(3):
        office.put(new(number))
    look()
    assert Case.objects.count() == 2
    waits = InMail.objects.get(outcome="waits")
    assert waits.why == "broken"
    assert "Lamp 1 is out." in waits.text  # nothing is lost


@pytest.mark.django_db
def test_a_very_large_mail_keeps_its_words(
    office: PostOffice, general: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "MOST_BYTES", 4000)
    monkeypatch.setattr(imap, "BEGINNING", 2000)
    office.put(
        mail("The hall is cold.\n" + "x\n" * 4000, From="big@new.example", Message_ID="<b@x>")
    )
    look()
    row = InMail.objects.get()
    assert row.text.startswith("The hall is cold.")
    assert "cut" in row.defects
    assert row.size > 8000


@pytest.mark.django_db
def test_no_server_and_a_wrong_password_are_told(office: PostOffice, settings: Any) -> None:
    settings.HEARD_MAIL_IN_URL = office.url.replace("open%20sesame", "wrong")
    with pytest.raises(CommandError):
        call_command("mail", "--once")
    assert Mailbox.objects.get().fault
    assert "wrong" not in Mailbox.objects.get().name
    settings.HEARD_MAIL_IN_URL = "imap://a:b@127.0.0.1:9/INBOX"
    with pytest.raises(CommandError, match="127"):
        call_command("mail", "--once")
    settings.HEARD_MAIL_IN_URL = ""
    told = StringIO()
    call_command("mail", "--once", stdout=told)
    assert "HEARD_MAIL_IN_URL" in told.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("idles", [True, False])
def test_what_comes_while_we_listen_is_taken(
    office: PostOffice, general: Any, idles: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By IDLE at once; where the server has none, by looking again."""
    from heard.doors.mail import listening

    if not idles:
        monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: False)
        monkeypatch.setattr(listening, "LOOK_EVERY", 0.1)
    stopped, seen = threading.Event(), threading.Event()
    real = imap.take_in

    def note(raw: bytes, **rest: Any) -> InMail:
        row = real(raw, **rest)
        if row.message_id == "<2@new.example>":
            stopped.set()
            seen.set()
        return row

    monkeypatch.setattr(imap, "take_in", note)
    monkeypatch.setattr(imap, "IDLE_SLICE", 0.2)
    thread = threading.Thread(target=_listen, args=(stopped,))
    office.put(new(1))
    thread.start()
    try:
        _until(lambda: Mailbox.objects.filter(last_uid__gt=0).exists())
        office.put(new(2))
        assert seen.wait(20)
    finally:
        stopped.set()
        thread.join(20)
    assert Case.objects.count() == 2
    assert Mailbox.objects.get().idles is idles


def _listen(stopped: threading.Event) -> None:
    from django.db import connection

    try:
        listen(stopped)
    finally:
        connection.close()


def _until(true: Any) -> None:
    import time

    for _turn in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come.")


@pytest.mark.django_db
def test_a_refused_address_comes_back_by_smtp_and_by_report(
    office: PostOffice, case: Any, customer: Any, staff: Any, run_steps: Any, general: Any
) -> None:
    from heard.doors.mail.tests import letters

    case.contact = staff()
    case.save()
    run_steps()
    send_due()
    row = Dispatch.objects.get(template="case_received")
    office.empty()
    known = letters.Known(case.reference, row.message_id, row.reply_to, "", b"", b"", b"")
    office.put(letters.bounce(known))
    look()
    row.refresh_from_db()
    assert (row.state, "User unknown" in row.fault) == ("failed", True)
    assert AddressState.objects.get().failing_since is not None
    run_steps()
    letter = Dispatch.objects.get(template="staff_address_failing")
    assert letter.address == "agent@city.example"
    assert case.reference in letter.text
    # Another report says nothing new; a mail from there says that it works.
    office.put(letters.bounce(known, status="5.7.1"))
    office.put(letters.reply(known, "I am here.", 1))
    look()
    run_steps()
    assert Dispatch.objects.filter(template="staff_address_failing").count() == 1
    assert AddressState.objects.get().failing_since is None


@pytest.mark.django_db
def test_letters_about_a_case_say_where_to_answer_and_hang_together(
    office: PostOffice, case: Any, staff: Any, run_steps: Any
) -> None:
    from email import message_from_bytes

    from heard.cases.services import reply

    run_steps()
    reply(case, "On Friday.", actor=staff().as_actor())
    run_steps()
    send_due()
    first, second = (message_from_bytes(raw) for raw in office.mails())
    assert first["Reply-To"] == second["Reply-To"]
    assert case.reference.lower() in first["Reply-To"]
    assert second["References"] == first["Message-ID"]
    office.empty()
    words = {"case": case, "service": case.service, "contact": None, "link": "/", "home": "/"}
    other = dispatch(key="x", template="case_link", to=case.customer, about="x", context=words)
    assert other is not None
    assert other.reply_to == ""


@pytest.mark.django_db
def test_without_a_mailbox_nobody_is_told_to_write_there(
    case: Any, run_steps: Any, settings: Any
) -> None:
    settings.HEARD_MAIL_IN_URL = ""
    run_steps()
    assert Dispatch.objects.get().reply_to == ""


@pytest.mark.django_db
def test_an_open_mailbox_names_no_password(office: PostOffice) -> None:
    box = where()
    assert box is not None
    with Inbox(box) as inbox:
        inbox.collect()
    assert "sesame" not in Mailbox.objects.get().name
    assert SYSTEM.name
