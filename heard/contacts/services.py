"""Writing down that somebody spoke with us, and noticing when they had to come back."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from heard.answers.models import Answer
from heard.cases.models import Case
from heard.catalogue.models import Service
from heard.contacts.models import WORDS_LIMIT, Avoidable, Contact, Reason
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.text import clean
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Customer, Staff
from heard.people.roles import require

RETURNS_WITHIN = timedelta(days=14)
LONGEST_TALK = 4 * 3600  # seconds; more is a form left open over lunch


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written down of one contact. ``seconds`` of None: nobody took the time."""

    channel: str
    reason: str
    settled: bool
    handed_off: bool = False
    words: str = ""
    language: str = "en"
    avoidable: str = ""
    service: Service | None = None
    customer: Customer | None = None
    case: Case | None = None
    opened_case: bool = False
    answer: Answer | None = None
    seconds: int | None = None


@write
def record_contact(entry: Entry, *, actor: Actor, key: str | None = None) -> Contact:
    """Write down one contact. Who asked about the same within 14 days before has come back."""
    if (earlier := about_of_earlier(Contact, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "take contacts")
    words = clean(entry.words)
    if len(words) > WORDS_LIMIT:
        raise Refused(
            _("That is {n} characters. Please keep it under {limit}.").format(
                n=len(words), limit=WORDS_LIMIT
            ),
            field="words",
        )
    if entry.settled and entry.handed_off:
        raise Refused(
            _("It cannot be settled and handed on as well. Choose one of the two."),
            field="settled",
        )
    contact = _row(entry, words, actor)
    contact.save()
    _came_back(contact.customer_id, contact.service_id, contact.reason, but=contact)
    about = {"case": contact.case_id, "reason": contact.reason, "settled": contact.settled}
    record("contact.recorded", about=contact, actor=actor, data=about, key=key)
    return contact


def _row(entry: Entry, words: str, actor: Actor) -> Contact:
    now = clock.now()
    believable = entry.seconds is not None and 0 < entry.seconds <= LONGEST_TALK
    return Contact(
        at=now,
        changed_at=now,
        channel=entry.channel,
        language=entry.language,
        reason=entry.reason,
        words=words,
        service=entry.service,
        division_id=_division_of(entry, actor),
        customer=entry.customer,
        case=entry.case,
        opened_case=entry.opened_case,
        answer=entry.answer,
        staff_id=actor.id if actor.kind == "staff" else None,
        settled=entry.settled,
        handed_off=entry.handed_off,
        avoidable=entry.avoidable,
        seconds=entry.seconds if believable else None,
    )


def contact_of_intake(
    case: Case, *, avoidable: str = "", seconds: int | None = None, actor: Actor
) -> Contact:
    """The contact in which a case was taken down: not settled, since a division goes on with it."""
    entry = Entry(
        channel=case.channel,
        reason=Reason.REQUEST,
        settled=False,
        handed_off=True,
        words=clean(case.words, limit=WORDS_LIMIT),
        language=case.language,
        avoidable=avoidable if avoidable in Avoidable.values else "",
        service=case.service,
        customer=case.customer,
        case=case,
        opened_case=True,
        seconds=seconds,
    )
    return record_contact(entry, actor=actor, key=f"contact:intake:{case.pk}")


@write
def note_return(case: Case) -> int:
    """A case that came by any channel shows that earlier contacts had not settled the matter.

    Returns how many. The contact that the case began with is not among them.
    """
    return _came_back(case.customer_id, case.service_id, Reason.REQUEST, case=case)


def _came_back(
    customer: int | None,
    service: int | None,
    reason: str,
    *,
    but: Contact | None = None,
    case: Case | None = None,
) -> int:
    """Mark earlier contacts of the customer about the same: the service, else the reason."""
    if customer is None:
        return 0
    at = but.at if but else case.received_at if case else clock.now()
    same = Q(service=service) if service else Q(service=None, reason=reason)
    found = Contact.objects.filter(
        same, customer=customer, came_back_at=None, at__lt=at, at__gte=at - RETURNS_WITHIN
    )
    if but is not None:
        found = found.exclude(pk=but.pk)
    about = but.case_id if but and but.opened_case else case.pk if case else None
    if about is not None:
        found = found.exclude(case=about, opened_case=True)
    return found.update(came_back_at=at, changed_at=clock.now())


def _division_of(entry: Entry, actor: Actor) -> int | None:
    """Whose matter it was: the division of the service, of the case, else of who took it."""
    if entry.service is not None:
        return entry.service.division_id
    if entry.case is not None:
        return entry.case.division_id
    if actor.id is None:
        return None
    return Staff.objects.filter(pk=actor.id).values_list("division_id", flat=True).first()
