"""Taking mails in, each once; and what people decide about those that wait."""

import hashlib
import logging

from django.utils import translation
from django.utils.translation import gettext as _

from heard.attachments.services import ANY, take
from heard.attachments.services import give as give_files
from heard.cases.models import WORDS_LIMIT, Case, Channel, Message
from heard.cases.services import Request, add_words, receive
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.language import language_of
from heard.core.text import clean
from heard.core.writes import about_of_earlier, record, write
from heard.doors.mail.deciding import Decision, decide, fault_of
from heard.doors.mail.folding import new_words
from heard.doors.mail.keeping import source_of
from heard.doors.mail.models import InMail, Outcome, Why
from heard.doors.mail.parsing import Mail, read
from heard.people.identity import propose
from heard.people.models import Customer
from heard.people.roles import require
from heard.people.services import know_customer
from heard.post import addresses, turned

log = logging.getLogger("heard.mail")
CUT = "…"


def take_in(raw: bytes, *, mailbox: str = "", size: int | None = None) -> InMail:
    """Take one mail in, once, whatever it is; its files follow outside the transaction.

    ``raw`` may be only the beginning of a mail of ``size`` bytes.
    """
    mail = read(raw)
    if size is not None and size > mail.size:
        mail.size = size
        mail.defects.append("cut")
    row = _keep(mail, source_of(raw), mailbox, key=f"mail-{twin_of(mail)[:60]}")
    keep_files(row, mail)
    return row


@write
def keep_broken(raw: bytes, *, mailbox: str, size: int, key: str | None = None) -> InMail:
    """A mail that we could not take in for a fault of ours: kept for a person, nothing is lost."""
    twin = hashlib.sha256(raw).hexdigest()
    row, made = InMail.objects.get_or_create(
        twin=twin,
        defaults={
            "mailbox": mailbox, "size": size, "at": clock.now(), "source": source_of(raw),
            "text": clean(raw[:20_000].decode("utf-8", "replace")), "outcome": Outcome.WAITS,
            "why": Why.BROKEN, "defects": ["trouble"],
        },
    )  # fmt: skip
    if made:
        record("mail.taken", about=row, actor=SYSTEM, data={"outcome": row.outcome}, key=key)
    return row


def twin_of(mail: Mail) -> str:
    """The same for two copies of a mail: its id, sender, subject and words; its bytes without id.

    The id alone would let anybody suppress another's mail by sending one with its id first.
    """
    if not mail.message_id:
        return mail.fingerprint
    told = "\x1f".join([mail.message_id, mail.sender, mail.subject, mail.text])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


@write
def _keep(mail: Mail, source: bytes, mailbox: str, *, key: str) -> InMail:
    if (earlier := about_of_earlier(InMail, key)) is not None:
        turned.count("mail", "duplicate")
        return earlier  # type: ignore[no-any-return]
    decision = decide(mail)
    row = InMail(
        twin=twin_of(mail), mailbox=mailbox, message_id=mail.message_id, sender=mail.sender,
        sender_name=mail.sender_name, recipients=mail.to, subject=mail.subject, text=mail.text,
        source=source, size=mail.size, sent_at=mail.at, at=clock.now(), defects=mail.defects,
        outcome=decision.outcome, why=decision.why, case=decision.case,
    )  # fmt: skip
    row.files = [
        {"name": f.name, "kind": f.kind, "size": len(f.content), "fault": ""} for f in mail.files
    ]
    row.save()
    data = {"outcome": row.outcome, "why": row.why}
    record("mail.taken", about=row, actor=SYSTEM, data=data, key=key)
    _follow(row, mail, decision)
    return row


def _follow(row: InMail, mail: Mail, decision: Decision) -> None:
    """What the decision means for cases, customers and addresses."""
    if decision.outcome == Outcome.BOUNCE and decision.returned is not None:
        addresses.note_failing(decision.returned, fault_of(mail), actor=SYSTEM)
    elif decision.outcome == Outcome.ADDED and decision.case is not None:
        addresses.note_working("email", row.sender)
        customer = decision.case.customer
        assert customer is not None
        _add(row, decision.case, customer)
    elif decision.outcome == Outcome.OPENED and decision.service is not None:
        _open(row, decision.service)
    elif decision.outcome == Outcome.OWN or decision.why == Why.MANY:
        turned.count("mail", "loop")
    elif decision.why in (Why.FORGED, Why.SIGNATURE):
        turned.count("mail", str(decision.why))


def _add(row: InMail, case: Case, customer: Customer) -> Message:
    row.customer, row.case, row.outcome, row.why = customer, case, Outcome.ADDED, ""
    row.save()
    words = words_of(row)
    if case.customer_id not in (None, customer.pk):
        # The conversation shows what comes in under the customer's name: say that this is not.
        with translation.override(case.language):
            told = _("{name} wrote:").format(name=row.sender_name or _("Another person"))
        words = _cut(f"{told}\n{words}")
    return add_words(
        case, words, actor=customer.as_actor(), channel=Channel.EMAIL, key=f"mail-add-{row.pk}"
    )


def _open(row: InMail, service: Service) -> Case:
    customer = know_customer(
        name=row.sender_name,
        email=row.sender,
        language=language_of(f"{row.subject} {new_words(row.text)}"),
        actor=SYSTEM,
    )
    assert customer is not None
    words = words_of(row)
    if row.subject and row.subject.casefold() not in words.casefold():
        words = _cut(f"{row.subject}\n\n{words}")
    request = Request(
        service=service,
        words=words,
        channel=Channel.EMAIL,
        language=customer.language,
        customer=customer,
    )
    case = receive(request, actor=customer.as_actor(), key=f"mail-open-{row.pk}")
    row.customer, row.case, row.outcome, row.why = customer, case, Outcome.OPENED, ""
    row.save()
    return case


def words_of(row: InMail) -> str:
    """What they wrote now, for the conversation; the whole mail stays beside it."""
    words = _cut(new_words(row.text))
    if words:
        return words
    if row.files:
        return _("(Files without words: {names})").format(
            names=", ".join(str(each["name"]) for each in row.files)
        )[:WORDS_LIMIT]
    return row.subject


def _cut(words: str) -> str:
    plain = clean(words)
    return plain if len(plain) <= WORDS_LIMIT else plain[: WORDS_LIMIT - 2].rstrip() + CUT


# --- files --------------------------------------------------------------------------------------


def about_of(row: InMail) -> str:
    """What the mail's files belong to: the case, or the mail while nobody has decided."""
    joined = row.outcome in (Outcome.ADDED, Outcome.OPENED) and row.case_id is not None
    return f"case:{row.case_id}" if joined else f"inmail:{row.pk}"


def keep_files(row: InMail, mail: Mail) -> None:
    """Keep its files, each once; what is refused is named with the reason."""
    if not mail.files:
        return
    told = []
    for number, each in enumerate(mail.files):
        fault = ""
        try:
            take(
                each.content, name=each.name, media_type=each.kind, about=about_of(row),
                part=f"inmail:{row.pk}", actor=SYSTEM, kinds=ANY, key=f"mail-{row.pk}-{number}",
            )  # fmt: skip
        except Refused as error:
            fault = str(error)[:300]
        told.append(
            {"name": each.name, "kind": each.kind, "size": len(each.content), "fault": fault}
        )
    if told != row.files:
        row.files = told
        row.save(update_fields=["files"])


# --- what people decide -------------------------------------------------------------------------


@write
def accept(row: InMail, case: Case, *, actor: Actor, key: str | None = None) -> InMail:
    """A person says that this mail belongs to the case: its words join the conversation.

    Whoever sent it is noted as a customer; if the case has another one, that both are the same
    person is proposed, not assumed.
    """
    if (earlier := about_of_earlier(InMail, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    fresh = _undecided(row, actor)
    sender = know_customer(name=fresh.sender_name, email=fresh.sender, actor=actor)
    if sender is None:
        raise Refused(_("It does not say who sent it, so it cannot join a case."))
    _decided(fresh, actor)
    _add(fresh, case, sender)
    if case.customer is not None and case.customer_id != sender.pk:
        evidence = {"kind": "mail", "case": case.reference, "mail": fresh.pk}
        propose(case.customer, sender, evidence=evidence, actor=actor)
    give_files(f"inmail:{fresh.pk}", f"case:{case.pk}", actor=actor)
    record("mail.accepted", about=fresh, actor=actor, data={"case": case.pk}, key=key)
    return fresh


@write
def open_case(row: InMail, service: Service, *, actor: Actor, key: str | None = None) -> InMail:
    """A person opens a new case with this mail; its sender gets the ordinary confirmation."""
    if (earlier := about_of_earlier(InMail, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    fresh = _undecided(row, actor)
    if not fresh.sender:
        raise Refused(_("It does not say who sent it. Open a case by hand instead."))
    _decided(fresh, actor)
    case = _open(fresh, service)
    give_files(f"inmail:{fresh.pk}", f"case:{case.pk}", actor=actor)
    record("mail.opened", about=fresh, actor=actor, data={"case": case.pk}, key=key)
    return fresh


@write
def put_aside(row: InMail, outcome: Outcome, *, actor: Actor, key: str | None = None) -> InMail:
    """It is unwanted, or needs no answer: kept, and out of the way."""
    if (earlier := about_of_earlier(InMail, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    if outcome not in (Outcome.SPAM, Outcome.NO_ANSWER):
        raise ValueError(outcome)
    fresh = _undecided(row, actor)
    _decided(fresh, actor)
    fresh.outcome = outcome
    fresh.save()
    record("mail.put_aside", about=fresh, actor=actor, data={"outcome": outcome}, key=key)
    return fresh


def _undecided(row: InMail, actor: Actor) -> InMail:
    require(actor, "sort mail")
    fresh = InMail.objects.select_for_update().get(pk=row.pk)
    if not fresh.waits:
        raise Refused(_("A colleague has decided about this mail already."))
    return fresh


def _decided(row: InMail, actor: Actor) -> None:
    row.decided_by_id, row.decided_at = actor.id, clock.now()
