"""Asking: after a contact, and by mail or text message for whatever is no case.

A case asks in the very mail that tells its outcome (``case_finished``).
"""

from django.urls import reverse
from django.utils import translation

from heard.contacts.models import Contact
from heard.core.actors import SYSTEM
from heard.core.models import Event
from heard.flows.telling import public_url
from heard.post.services import dispatch
from heard.voice.instruments import asked_by, version_of
from heard.voice.models import Invitation
from heard.voice.questions import Question
from heard.voice.restraint import after_quiet
from heard.voice.services import Subject, Way, invite
from heard.voice.wording import clickable


def invite_after_contact(event: Event) -> None:
    """Ask who called or came by, where the city switched that survey on; not while a case runs."""
    row = Contact.objects.select_related(
        "customer", "division__department", "service", "staff", "case"
    ).get(pk=event.about_id)
    if row.customer is None or row.case_id is not None:
        return  # the case asks when it is closed
    subject = Subject(
        about=f"contact:{row.pk}",
        service=row.service.code if row.service else "",
        division=row.division.code if row.division else "",
        department=row.division.department.code if row.division else "",
        channel=row.channel,
        staff=row.staff,
    )
    invite(subject, customer=row.customer, language=row.language, actor=SYSTEM, way=Way("contact"))


def send_invitation(event: Event) -> None:
    """Write to who was invited, outside the quiet hours."""
    found = Invitation.objects.select_related("customer", "staff", "version__instrument")
    row = found.filter(pk=event.about_id).first()
    if row is None or row.about.startswith("case:") or row.via not in ("email", "sms"):
        return
    version = version_of(row)
    first = asked_by(version)[0]
    sent = dispatch(
        key=f"survey-{row.pk}",
        template="survey_invitation",
        to=row.customer,
        about=f"survey:{row.pk}",
        language=row.language,
        context=_letter(row, first),
    )
    if sent is None:
        Invitation.objects.filter(pk=row.pk).update(via=Invitation.Via.PAGE)
        return
    via = Invitation.Via.SMS if sent.channel == "sms" else Invitation.Via.EMAIL
    Invitation.objects.filter(pk=row.pk).update(dispatch=sent, via=via)
    later = after_quiet(sent.due_at)
    if later != sent.due_at and sent.state == "queued":
        sent.due_at = later
        sent.save(update_fields=["due_at"])


def _letter(row: Invitation, first: Question) -> dict[str, object]:
    with translation.override(row.language):
        return {
            "question": first.label,
            "scale": first.scale,
            "answers": clickable(first),
            "survey": public_url(row.path()),
            "link": public_url(row.path()),
            "home": public_url(reverse("web:home")),
            "contact": row.staff,
        }


WIRING = {
    "contact.recorded": [invite_after_contact],
    "invitation.made": [send_invitation],
}
