"""When the work on a case ends: the customer is told, and asked once how it went."""

from django.utils import translation

from heard.cases.models import Case
from heard.core.actors import SYSTEM
from heard.core.models import Event
from heard.flows.telling import case_of, public_url, tell_customer
from heard.post.models import Dispatch
from heard.voice.models import Invitation
from heard.voice.services import Subject, invite


def tell_resolved(event: Event) -> None:
    """Say what was done; nothing more is needed unless the customer disagrees."""
    tell_customer(event, case_of(event), "case_resolved")


def invite_to_survey(event: Event) -> None:
    """Tell the customer the outcome, and ask how it went where they have not been asked before."""
    case = case_of(event)
    if case.parent_id is not None:
        return  # a part has no customer; the whole asks its own, once
    asked_before = Invitation.objects.filter(about=f"case:{case.pk}").exists()
    invitation = invite(
        subject_of(case), customer=case.customer, language=case.language, actor=SYSTEM
    )
    ask = invitation is not None and not asked_before
    with translation.override(case.language):  # the address carries the language
        survey = public_url(invitation.path()) if ask and invitation else ""
    tell_customer(event, case, "case_closed", survey=survey)
    if ask and invitation is not None:
        _note_way(invitation, f"event-{event.pk}-case_closed")


def _note_way(invitation: Invitation, key: str) -> None:
    """Keep by which message the customer was asked: whether it arrived is in its ledger."""
    sent = Dispatch.objects.filter(key=key).first()
    if sent is None:
        invitation.via = Invitation.Via.PAGE
    else:
        invitation.via = Invitation.Via.SMS if sent.channel == "sms" else Invitation.Via.EMAIL
    invitation.dispatch = sent
    invitation.save(update_fields=["via", "dispatch"])


def tell_declined(event: Event) -> None:
    """Say no with the reason and the way on."""
    tell_customer(event, case_of(event), "case_declined")


def tell_handed_over(event: Event) -> None:
    """Say who has it now."""
    tell_customer(event, case_of(event), "case_handed_over")


def tell_withdrawn(event: Event) -> None:
    """Confirm that the case is withdrawn, and that it can come back."""
    tell_customer(event, case_of(event), "case_withdrawn")


def subject_of(case: Case) -> Subject:
    """What the survey is about, as it is at the end of the case."""
    return Subject(
        about=f"case:{case.pk}",
        service=case.service.code,
        division=case.division.code,
        department=case.division.department.code,
        district=case.district.code if case.district else "",
        channel=case.channel,
        zone=case.zone,
        staff=case.assignee or case.contact,
    )


RESOLVED = [tell_resolved]
CLOSED = [invite_to_survey]
DECLINED = [tell_declined]
HANDED_OVER = [tell_handed_over]
WITHDRAWN = [tell_withdrawn]
