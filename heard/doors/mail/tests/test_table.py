"""Where mails end: each sent by SMTP, fetched by IMAP, and compared with this table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.attachments.models import Attachment
from heard.attachments.tests.pictures import SECRET, picture
from heard.cases.models import Case, Message
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.doors.mail.imap import Inbox, where
from heard.doors.mail.listening import look
from heard.doors.mail.models import InMail, Outcome
from heard.doors.mail.tests import letters as l
from heard.doors.mail.tests.letters import ANA, STRANGER, Build, Known, mail, part, parts, reply
from heard.doors.mail.tests.post_office import PostOffice
from heard.people.models import Customer
from heard.people.services import know_customer
from heard.post.models import AddressState, Dispatch
from heard.post.services import send_due

ADDED, OPENED, WAITS = Outcome.ADDED, Outcome.OPENED, Outcome.WAITS
MORNING = datetime(2026, 3, 4, 8, tzinfo=UTC)
HELLO = "There is a broken street light on Elm Street, please mend it."
TNEF = b"\x78\x9f\x3e\x22" + b"\x00" * 200

# name, mail, outcome, why, words in the case (None: none)
TABLE: list[tuple[str, Build, str, str, str | None]] = [
    ("reply", lambda k: reply(k, "Sí, es correcto.", 1), ADDED, "", "Sí, es correcto."),
    ("reply with quotation, Gmail in Spanish", lambda k: reply(
        k, "Sigue igual.\n\nEl mar, 3 mar 2026 a las 10:02, Testville (<case@city.example>)\n"
        "escribió:\n\n> Hola Ana,\n> ¿Es correcto?\n", 2), ADDED, "", "Sigue igual."),
    ("reply from an iPhone", lambda k: reply(
        k, "It is bigger now.\n\nSent from my iPhone\n\n> On Mar 3, 2026, at 10:02 AM, Testville "
        "<case@city.example> wrote:\n>\n> Hello\n", 3), ADDED, "", "It is bigger now."),
    ("Outlook HTML only", lambda k: reply(
        k, l.OUTLOOK_HTML, 4, Content_Type="text/html; charset=utf-8"),
     ADDED, "", "It is still there, and deeper."),
    ("Gmail HTML only", lambda k: reply(
        k, l.GMAIL_HTML, 5, Content_Type="text/html; charset=utf-8"),
     ADDED, "", "Yes, that is right."),
    ("answers between the lines", lambda k: reply(
        k, "> Which side?\nThe north side.\n> Since when?\nSince Monday.\n", 6),
     ADDED, "", "The north side.\nSince Monday."),
    ("only the thread names the case", lambda k: reply(
        k, "No plus address here.", 7, To="case@city.example", Subject="Re: hello"),
     ADDED, "", "No plus address here."),
    ("only the subject names the case", lambda k: mail(
        "About my hole.", Subject=f"my case {k.reference}", Message_ID="<subject@home.example>"),
     ADDED, "", "About my hole."),
    ("reply to all, a neighbor in copy", lambda k: reply(
        k, "Guy sees it too.", 9, Cc=f"Guy <guy@home.example>, {k.signed}"),
     ADDED, "", "Guy sees it too."),
    ("twice the same, delivered again", lambda k: reply(k, "Sí, es correcto.", 1),
     "duplicate", "", None),
    ("away, Exchange", l.exchange_away, Outcome.AUTOMATIC, "", None),
    ("away, Gmail", lambda k: reply(
        k, "I am away.", 10, Precedence="bulk", X_Autoreply="yes",
        Auto_Submitted="auto-replied (vacation)", Subject="Away"), Outcome.LIST, "", None),
    ("away, vacation of Unix", lambda k: reply(
        k, "I am on a hike.", 11, Auto_Submitted="auto-replied"), Outcome.AUTOMATIC, "", None),
    ("away, in Spanish, known by its subject alone", lambda k: reply(
        k, "Estoy de viaje.", 12, Subject="Respuesta automática: Solicitud"),
     Outcome.AUTOMATIC, "", None),
    ("empty return path", lambda k: mail(
        "Your ticket was opened.", Message_ID="<null@desk.example>", X_Sender="<>"),
     Outcome.AUTOMATIC, "", None),
    ("bounce of what we sent", lambda k: l.bounce(k), Outcome.BOUNCE, "", None),
    ("delay, not a failure", lambda k: l.bounce(k, action="delayed", status="4.4.1"),
     Outcome.BOUNCE, "", None),
    ("bounce forged for another address", lambda k: l.bounce(k, to="mayor@city.example"),
     Outcome.BOUNCE, "", None),
    ("mailing list", lambda k: mail(
        HELLO, From="News <news@list.example>", List_Id="<news.list.example>",
        Message_ID="<n@list.example>"), Outcome.LIST, "", None),
    ("calendar", lambda k: parts(
        "multipart/alternative", part("Accepted: Walk", "text/plain"),
        part("BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR", "text/calendar; method=REPLY"),
        Message_ID="<cal@home.example>"), Outcome.CALENDAR, "", None),
    ("our own mail came round", lambda k: k.sent, Outcome.OWN, "", None),
    ("a stranger answers with the signed address", lambda k: reply(
        k, "What did she write?", 13, From=f"Eve <{STRANGER}>"), WAITS, "stranger", None),
    ("a stranger quotes the reference", lambda k: mail(
        "I want to know more.", From=f"Eve <{STRANGER}>", Subject=f"Case {k.reference}",
        Message_ID="<eve@else.example>"), WAITS, "stranger", None),
    ("Ana quotes somebody else's reference", lambda k: mail(
        "And this one?", Subject=f"Case {k.other_reference}", Message_ID="<nosy@home.example>"),
     WAITS, "stranger", None),
    ("a made-up signature", lambda k: mail(
        "Let me in.", To=f"case+{k.reference.lower()}.0123456789abcdef@city.example",
        Message_ID="<forged@home.example>"), WAITS, "signature", None),
    ("the server says the sender is forged", lambda k: reply(
        k, "Close my case.", 14, Authentication_Results="mx.city.example; spf=fail; dmarc=fail"),
     WAITS, "forged", None),
    ("a result somebody wrote himself counts for nothing", lambda k: reply(
        k, "Still here.", 15, Authentication_Results="mx.evil.example; dmarc=fail"),
     ADDED, "", "Still here."),
    ("encrypted", lambda k: parts(
        'multipart/encrypted; protocol="application/pgp-encrypted"',
        part("Version: 1", "application/pgp-encrypted"),
        part("-----BEGIN PGP MESSAGE-----", "application/octet-stream"), To=k.signed,
        Message_ID="<pgp@home.example>"), WAITS, "encrypted", None),
    ("empty", lambda k: reply(k, "\n\n", 16), WAITS, "empty", None),
    ("nobody sent it", lambda k: mail(HELLO, From="", Message_ID="<nobody@x.example>"),
     WAITS, "nobody", None),
    ("new, English", lambda k: mail(
        HELLO, From="Joe Moss <joe@new.example>", Subject="Dark corner",
        Message_ID="<new@new.example>"), OPENED, "", f"Dark corner\n\n{HELLO}"),
    ("new, 8-bit Spanish head", l.spanish_8bit, OPENED, "",
     "Farola rota en la calle León\n\n"
     "La farola está rota. ¿Pueden arreglarla, por favor?"),
    ("new, only a subject", lambda k: mail(
        "", From="sue@new.example", Subject="The park gate is locked",
        Message_ID="<only@new.example>"), OPENED, "", "The park gate is locked"),
    ("new, without Message-ID", lambda k: mail(
        "The fountain is dry.", From="kim@new.example", Subject="Fountain"),
     OPENED, "", "The fountain is dry."),
    ("forwarded", lambda k: mail(
        "Please see below.\n\n---------- Forwarded message ---------\nFrom: Bo <bo@far.example>\n"
        "Date: Mon, Mar 2, 2026\nSubject: Tree\nTo: Lee\n\nA tree fell on Oak Road.\n",
        From="lee@new.example", Subject="Fwd: Tree", Message_ID="<fwd@new.example>"),
     OPENED, "", "Fwd: Tree\n\nPlease see below.\n\n---------- Forwarded message ---------\n"
     "From: Bo <bo@far.example>\nDate: Mon, Mar 2, 2026\nSubject: Tree\nTo: Lee\n\n"
     "A tree fell on Oak Road."),
    ("broken MIME", l.broken_mime, ADDED, "", "Sigue ahí el hoyo."),
    ("photos and winmail.dat", lambda k: parts(
        "multipart/mixed", part("Three files.", "text/plain"),
        part(k.jpeg, "image/jpeg", "hole.jpg", True),
        part(k.heic, "image/heic", "IMG_1.HEIC", True),
        part(TNEF, "application/ms-tnef", "winmail.dat", True), To=k.signed,
        Message_ID="<photos@home.example>"), ADDED, "", "Three files."),
    ("a very long one", lambda k: reply(k, "a hole!\n" * 4000, 17), ADDED, "",
     "a hole!\n" * 1249 + "a hole…"),
]  # fmt: skip


@pytest.fixture
def known(case: Any, general: Any, office: PostOffice, run_steps: Any) -> Known:
    """Ana's case, whose confirmation has left by SMTP."""
    from heard.cases.services import Request, receive

    guy = know_customer(name="Guy", email="guy@home.example", actor=SYSTEM)
    request = Request(service=case.service, words="Other.", customer=guy)
    other = receive(request, actor=SYSTEM)
    run_steps()
    assert send_due() == 2
    sent = next(raw for raw in office.mails() if f"To: {ANA}".encode() in raw)
    office.empty()
    letter = Dispatch.objects.get(about=f"case:{case.pk}")
    return Known(
        case.reference, letter.message_id, letter.reply_to, other.reference,
        picture("JPEG", (640, 480)), picture("HEIF", (320, 240)), sent,
    )  # fmt: skip


@pytest.mark.django_db
def test_every_mail_ends_where_the_table_says(known: Known, office: PostOffice) -> None:
    case = Case.objects.get(reference=known.reference)
    queued = Dispatch.objects.count()
    ends: list[Any] = []
    box = where()
    assert box is not None
    with Inbox(box) as inbox:
        for number, (name, build, *_rest) in enumerate(TABLE):
            send(office, build(known))
            before = InMail.objects.count()
            with clock.at(MORNING + number * timedelta(minutes=10)):
                assert inbox.collect() == 1
            row = InMail.objects.order_by("-id")[0]
            if InMail.objects.count() == before:
                ends.append((name, "duplicate", "", None))
            else:
                ends.append((name, row.outcome, str(row.why), _words(row)))
    assert ends == [(name, str(out), why, words) for name, _mail, out, why, words in TABLE]
    assert len(TABLE) >= 30
    assert all(rb"\Seen" in flags for flags in office.flags())
    assert len(office.mails()) == len(TABLE)  # nothing is deleted
    assert Message.objects.filter(case__reference=known.other_reference).count() == 0
    # Nothing went out while they came in: answers follow from events alone, and then only these.
    assert Dispatch.objects.count() == queued
    state = AddressState.objects.get()
    assert state.key == ANA
    assert state.failing_since is None or state.fault
    assert Attachment.objects.filter(about=f"case:{case.pk}").count() == 2
    assert all(SECRET not in bytes(row.source) for row in InMail.objects.all())  # nor the camera


def send(office: PostOffice, raw: bytes) -> None:
    """By SMTP, with the empty sender of machines where the mail is one of theirs."""
    null = b"X-Sender: <>" in raw or b"MAILER-DAEMON" in raw
    office.send(raw, sender="" if null else "someone@home.example")


def _words(row: InMail) -> str | None:
    if row.outcome == OPENED:
        return row.case.words
    if row.outcome == ADDED:
        return row.case.messages.order_by("-id").first().words
    return None


@pytest.mark.django_db
def test_only_new_cases_are_confirmed_and_once(
    known: Known, office: PostOffice, run_steps: Any
) -> None:
    Dispatch.objects.all().delete()
    for name, build, outcome, _why, _said in TABLE:
        if outcome in (OPENED, WAITS, Outcome.LIST, Outcome.AUTOMATIC) or "twice" in name:
            send(office, build(known))
    look()
    run_steps()
    look()
    told = sorted(Dispatch.objects.values_list("address", flat=True))
    assert told == [
        "joe@new.example", "jose@casa.example", "kim@new.example", "lee@new.example",
        "sue@new.example",
    ]  # fmt: skip
    assert Customer.objects.get(email="jose@casa.example").language == "es"
    assert STRANGER not in told
