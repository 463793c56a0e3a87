"""Where a mail belongs. The table in tests/test_table.py shows it mail by mail."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from heard.cases.models import Case
from heard.catalogue.models import Service
from heard.catalogue.reads import general_service
from heard.core import clock
from heard.core.references import LETTERS, clean_reference
from heard.doors.mail.kinds import Sort, is_trusted_failure, sort_of
from heard.doors.mail.models import InMail, Outcome, Why
from heard.doors.mail.parsing import Mail
from heard.people.keys import email_key
from heard.people.models import Customer
from heard.post.addresses import reference_in
from heard.post.models import Dispatch, our_host

MOST_AN_HOUR = 20  # mails of one sender; after that a person looks first
_REFERENCE = re.compile(rf"\b[{LETTERS}]{{4}}-[{LETTERS}]{{4}}\b", re.IGNORECASE)
KEPT = {
    Sort.OWN: Outcome.OWN,
    Sort.LIST: Outcome.LIST,
    Sort.CALENDAR: Outcome.CALENDAR,
    Sort.AUTOMATIC: Outcome.AUTOMATIC,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a mail, and of which case it speaks."""

    outcome: Outcome
    case: Case | None = None
    why: str = ""
    service: Service | None = None
    returned: Dispatch | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The case a mail names: by a signed address, by what it answers, or only in its subject."""

    case: Case | None = None
    answered: Dispatch | None = None
    wrong_signature: bool = False


def decide(mail: Mail) -> Decision:
    """Where it goes; asks the database, changes nothing."""
    sort = sort_of(mail, our_host())
    if sort == Sort.BOUNCE:
        returned = _returned(mail)
        return Decision(Outcome.BOUNCE, case_about(returned), returned=returned)
    named = named_in(mail)
    if sort in KEPT:
        return Decision(KEPT[sort], named.case)
    if why := _why_first(mail, sort, named):
        return Decision(Outcome.WAITS, named.case, why)
    if named.case is not None:
        if not _may_add(mail, named, named.case):
            return Decision(Outcome.WAITS, named.case, Why.STRANGER)
        return Decision(Outcome.ADDED, named.case)
    service = general_service()
    if service is None:
        return Decision(Outcome.WAITS, None, Why.NO_SERVICE)
    return Decision(Outcome.OPENED, service=service)


def _why_first(mail: Mail, sort: Sort, named: Named) -> str:
    """Why a person must look before anything else happens; "" where nobody need."""
    if not mail.sender:
        return Why.NOBODY
    if sort == Sort.ENCRYPTED:
        return Why.ENCRYPTED
    if is_trusted_failure(mail, settings.HEARD_MAIL_TRUSTS):
        return Why.FORGED
    if named.wrong_signature:
        return Why.SIGNATURE
    if _is_too_often(mail.sender):
        return Why.MANY
    if not mail.text.strip() and not mail.files and (named.case or not mail.subject):
        return Why.BROKEN if mail.defects else Why.EMPTY
    return ""


def _is_too_often(sender: str) -> bool:
    since = clock.now() - timedelta(hours=1)
    return InMail.objects.filter(sender=sender, at__gte=since).count() >= MOST_AN_HOUR


def named_in(mail: Mail) -> Named:
    """The case it names. A signed address speaks louder than a thread, a thread than a subject."""
    wrong = False
    for address in mail.to:
        reference, is_ours = reference_in(address)
        if is_ours and (case := _case(reference)) is not None:
            return Named(case, _answered(mail))
        wrong = wrong or bool(reference)
    answered = _answered(mail)
    if (case := case_about(answered)) is not None:
        return Named(case, answered)
    for typed in _REFERENCE.findall(mail.subject)[:3]:
        if (case := _case(clean_reference(typed))) is not None:
            return Named(case)
    return Named(wrong_signature=wrong)


def _answered(mail: Mail) -> Dispatch | None:
    """The latest of our messages that it answers."""
    if not mail.ids:
        return None
    return Dispatch.objects.filter(message_id__in=mail.ids).order_by("-id").first()


def _case(reference: str) -> Case | None:
    return Case.objects.select_related("customer").filter(reference=reference).first()


def case_about(dispatch: Dispatch | None) -> Case | None:
    """The case a message of ours was about."""
    kind, _colon, number = (dispatch.about if dispatch else "").partition(":")
    if kind != "case" or not number.isdecimal():
        return None
    return Case.objects.select_related("customer").filter(pk=int(number)).first()


def _may_add(mail: Mail, named: Named, case: Case) -> bool:
    """Whether the sender is the case's customer, by the address we know or wrote to about it."""
    sender = email_key(mail.sender)
    if case.customer is not None and sender in {
        case.customer.email_key,
        *Customer.objects.filter(joined_into=case.customer).values_list("email_key", flat=True),
    }:
        return True
    ours = named.answered
    return (
        ours is not None
        and ours.customer_id is not None
        and ours.customer_id == case.customer_id
        and email_key(ours.address) == sender
    )


def _returned(mail: Mail) -> Dispatch | None:
    """Which of our messages came back for good; None for a delay, or what we did not send.

    Anybody can write a bounce: the Message-ID must be ours, and the recipient that it names.
    """
    if mail.report and not any(_is_final(block) for block in mail.report):
        return None
    ids = [*mail.reported, *mail.ids]
    sent = Dispatch.objects.filter(message_id__in=ids).order_by("-id").first() if ids else None
    if sent is None:
        return None
    said = [block.get("final-recipient", "") or block.get("original-recipient", "")
            for block in mail.report]  # fmt: skip
    said.append(mail.headers.get("X-Failed-Recipients", ""))
    named = [email_key(each.rpartition(";")[2]) for each in said if each.strip()]
    return sent if not named or email_key(sent.address) in named else None


def _is_final(block: dict[str, str]) -> bool:
    return block.get("action", "").lower() == "failed" and not block.get("status", "5").startswith(
        "4"
    )


def fault_of(mail: Mail) -> str:
    """What the other server said, for people."""
    for block in mail.report:
        told = block.get("diagnostic-code", "").partition(";")[2] or block.get("status", "")
        if told.strip():
            return told.strip()[:300]
    return mail.subject[:300]
