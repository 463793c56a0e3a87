"""Taking text messages in, each once: stop, start, help; an answer; a case's conversation."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from heard.cases.models import WORDS_LIMIT, Case, Channel
from heard.cases.services import Request, add_words, receive
from heard.cases.states import OPEN
from heard.catalogue.models import Service
from heard.catalogue.reads import general_service
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.language import language_of
from heard.core.text import clean
from heard.core.writes import about_of_earlier, record, write
from heard.doors.sms.models import InText
from heard.people.identity import propose_look_alikes
from heard.people.keys import phone_key
from heard.people.models import Customer
from heard.people.roles import require
from heard.people.services import know_customer
from heard.post import addresses, inbound, turned
from heard.post.models import Dispatch
from heard.post.services import dispatch

Outcome = InText.Outcome
WORDS = {
    Outcome.STOP: {
        "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "parar", "cancelar",
        "basta", "fin", "no mas", "no más",
    },
    Outcome.START: {"start", "unstop", "subscribe", "iniciar", "comenzar", "empezar"},
    Outcome.HELP: {"help", "info", "ayuda"},
}  # fmt: skip
FRESH = timedelta(days=30)  # how long a text of ours is what they answer
MOST_AN_HOUR = 20


@dataclass(frozen=True, slots=True)
class Text:
    """A text message as the carrier tells of it."""

    sid: str
    sender: str
    words: str
    media: int = 0


@write
def take_in(text: Text, *, key: str | None = None) -> InText:
    """Take one text in, once for each ``sid``."""
    key = key or f"sms-{text.sid}"
    if (earlier := about_of_earlier(InText, key)) is not None:
        turned.count("sms", "replay")
        return earlier  # type: ignore[no-any-return]
    number = addresses.number_of(text.sender)
    row = InText(
        sid=text.sid, sender=(number or text.sender)[:40], text=clean(text.words)[:WORDS_LIMIT],
        media=text.media, at=clock.now(), outcome=Outcome.AUTOMATIC,
    )  # fmt: skip
    if not number:  # a short code or a name: a machine, which nobody answers
        turned.count("sms", "machine")
    elif _is_too_often(row.sender):
        turned.count("sms", "loop")
        row.outcome = Outcome.WAITS
    else:
        addresses.note_working("sms", number)
        _decide(row)
    row.save()
    record("text.taken", about=row, actor=SYSTEM, data={"outcome": row.outcome}, key=key)
    return row


def _is_too_often(sender: str) -> bool:
    since = clock.now() - timedelta(hours=1)
    return InText.objects.filter(sender=sender, at__gte=since).count() >= MOST_AN_HOUR


def command_of(words: str) -> InText.Outcome | None:
    """Stop, start or help, where that is all they wrote."""
    plain = " ".join(words.casefold().split()).strip(" .!¡\"'")
    return next((each for each, known in WORDS.items() if plain in known), None)


def _decide(row: InText) -> None:
    people = _people(row.sender)
    command = command_of(row.text)
    if command is not None:
        _obey(row, command, people)
        return
    case, customer = _conversation(row.sender, people)
    # A survey's answer comes from whom we asked: of a shared number, each is asked whether it is.
    asked = [customer] if customer is not None else people
    for person in asked:
        if row.text and inbound.offer(person, row.text, row.at):
            row.customer, row.outcome = person, Outcome.ANSWER
            return
    if case is not None and customer is not None:
        _add(row, case, customer)
    elif (service := general_service()) is not None and (row.text or row.media):
        _open(row, service)
    else:
        row.outcome = Outcome.WAITS


def _people(number: str) -> list[Customer]:
    """Who has this number, not counting those who are joined with another."""
    same = Customer.objects.filter(phone_key=phone_key(number), joined_into=None)
    return list(same.order_by("pk")[:10])


def _conversation(number: str, people: list[Customer]) -> tuple[Case | None, Customer | None]:
    """The case a text belongs to: the one we last texted about; else their latest open one.

    Where several customers share the number and both have open cases, neither is guessed at.
    """
    since = clock.now() - FRESH
    sent = Dispatch.objects.filter(channel="sms", address=number, created_at__gte=since)
    last = sent.exclude(customer=None).select_related("customer").order_by("-id").first()
    if last is not None and last.customer is not None:
        kind, _colon, pk = last.about.partition(":")
        if kind == "case":
            case = Case.objects.filter(pk=pk, desk_current=True).first()
            case = case or Case.objects.filter(pk=pk, changed_at__gte=since).first()
            if case is not None:
                return case, last.customer
    cases = Case.objects.filter(customer__in=people, state__in=OPEN).select_related("customer")
    found = list(cases.order_by("-changed_at", "-id")[:20])
    if len({case.customer_id for case in found}) == 1:
        return found[0], found[0].customer
    if last is not None and not found:
        return None, last.customer
    return None, people[0] if len(people) == 1 else None


def _obey(row: InText, command: InText.Outcome, people: list[Customer]) -> None:
    """Stop is confirmed by the carrier; start and help by us."""
    row.outcome = command
    row.customer = people[0] if people else None
    if command == Outcome.STOP:
        addresses.stop("sms", row.sender, customer=row.customer, actor=SYSTEM)
        return
    if command == Outcome.START:
        addresses.start("sms", row.sender, customer=row.customer, actor=SYSTEM)
    person = row.customer or _know(row)
    row.customer = person
    template = "sms_started" if command == Outcome.START else "sms_help"
    dispatch(
        key=f"sms-{command}-{row.sid}", template=template, to=person,
        about=f"customer:{person.pk}", context={}, channel="sms",
    )  # fmt: skip


def _know(row: InText) -> Customer:
    """The customer of a number; who writes a text is answered by text."""
    person = know_customer(
        phone=row.sender, language=language_of(row.text), preferred_channel="sms", actor=SYSTEM
    )
    assert person is not None
    if person.preferred_channel == Customer.Channel.PHONE:
        person.preferred_channel = Customer.Channel.SMS
        person.save(update_fields=["preferred_channel"])
    propose_look_alikes(person)
    return person


def _add(row: InText, case: Case, customer: Customer) -> None:
    row.case, row.customer, row.outcome = case, customer, Outcome.ADDED
    words = words_of(row)
    if case.customer_id not in (None, customer.pk):
        # The conversation shows what comes in under the customer's name: say that this is not.
        with translation.override(case.language):
            words = _("From another number: {words}").format(words=words)
    add_words(case, words, actor=customer.as_actor(), channel=Channel.SMS, key=f"text-{row.sid}")


def _open(row: InText, service: Service) -> Case:
    people = _people(row.sender)
    customer = people[0] if len(people) == 1 else _know(row)
    request = Request(
        service=service, words=words_of(row), channel=Channel.SMS,
        language=language_of(row.text, customer.language), customer=customer,
    )  # fmt: skip
    case = receive(request, actor=customer.as_actor(), key=f"text-open-{row.sid}")
    row.case, row.customer, row.outcome = case, customer, Outcome.OPENED
    return case


def words_of(row: InText) -> str:
    """What they wrote; pictures are not fetched from the carrier, but said to be there."""
    if not row.media:
        return row.text
    told = _("({n} pictures came with this text; they are at the carrier.)").format(n=row.media)
    return f"{row.text}\n{told}".strip()


# --- what people decide -------------------------------------------------------------------------


@write
def open_case(row: InText, service: Service, *, actor: Actor, key: str | None = None) -> InText:
    """A person opens a case with a text that waited."""
    if (earlier := about_of_earlier(InText, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    fresh = _undecided(row, actor)
    _open(fresh, service)
    fresh.decided_by_id = actor.id
    fresh.save()
    record("text.opened", about=fresh, actor=actor, key=key)
    return fresh


@write
def accept(row: InText, case: Case, *, actor: Actor, key: str | None = None) -> InText:
    """A person says to which case it belongs."""
    if (earlier := about_of_earlier(InText, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    fresh = _undecided(row, actor)
    people = _people(fresh.sender)
    mine = next((person for person in people if person.pk == case.customer_id), None)
    _add(fresh, case, mine or (people[0] if len(people) == 1 else _know(fresh)))
    fresh.decided_by_id = actor.id
    fresh.save()
    record("text.accepted", about=fresh, actor=actor, data={"case": case.pk}, key=key)
    return fresh


@write
def put_aside(row: InText, *, actor: Actor, key: str | None = None) -> InText:
    """It needs no answer."""
    if (earlier := about_of_earlier(InText, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    fresh = _undecided(row, actor)
    fresh.outcome, fresh.decided_by_id = Outcome.ASIDE, actor.id
    fresh.save()
    record("text.put_aside", about=fresh, actor=actor, key=key)
    return fresh


def _undecided(row: InText, actor: Actor) -> InText:
    require(actor, "sort mail")
    fresh = InText.objects.select_for_update().get(pk=row.pk)
    if not fresh.waits:
        raise Refused(_("A colleague has decided about this text already."))
    return fresh


# --- what became of ours ------------------------------------------------------------------------


@write
def note_status(sid: str, status: str, fault: str) -> bool:
    """The carrier tells what became of a text of ours; False where we know of none.

    Reports come late, twice and out of order: only the last word counts, and it counts once.
    """
    row = Dispatch.objects.select_for_update().filter(remote_id=sid, channel="sms").first()
    if row is None:
        return False
    if status in ("delivered", "read") and row.delivered_at is None:
        row.delivered_at = clock.now()
        row.save(update_fields=["delivered_at"])
        addresses.note_working("sms", row.address)
    elif (
        status in ("failed", "undelivered")
        and row.delivered_at is None
        and row.state != Dispatch.State.FAILED
    ):
        addresses.note_failing(row, f"{status} {fault}".strip(), actor=SYSTEM)
    return True
