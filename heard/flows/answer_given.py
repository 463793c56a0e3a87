"""When an answer came: the manager of a dissatisfied customer, and who was praised, hear of it."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from heard.cases.closing import ask_to_reopen
from heard.cases.models import Case
from heard.cases.states import OPEN
from heard.core import clock
from heard.core.models import Event
from heard.flows.telling import public_url
from heard.people.models import Role, Staff
from heard.post.models import Dispatch
from heard.voice.masking import mask
from heard.voice.models import Alert, Response

PRAISE = 4  # a satisfaction from here on is good news for who helped


def _response(event: Event) -> Response:
    found = Response.objects.select_related("invitation__staff", "invitation__customer")
    return found.get(pk=event.about_id)


def tell_manager(event: Event) -> None:
    """Write to the managers of the division at once; the alert stands on their desk besides."""
    response = _response(event)
    alert = Alert.objects.filter(response=response, settled_at=None).first()
    if alert is None or response.is_spam or response.is_test or not alert.division:
        return
    managers = Staff.objects.filter(
        role=Role.MANAGER, division__code=alert.division, is_active=True
    ).order_by("pk")
    for person in managers:
        _write_to(
            person, "voice/mail_alert.txt", f"alert-{alert.pk}-{person.pk}",
            {"alert": alert, "response": response, "comment": _shared(response)},
            reverse("voice:alerts"),
        )  # fmt: skip


def propose_reopening(event: Event) -> None:
    """Not solved, said where no page could offer it: the case is proposed for reopening.

    On the web the page after the answer offers it, and the customer decides.
    """
    response = _response(event)
    row = response.invitation
    offered = response.mode == Response.Mode.WEB and not response.wants_answer
    if response.solved != Response.Solved.NO or offered or not row.about.startswith("case:"):
        return
    case = Case.objects.filter(pk=int(row.about.partition(":")[2])).first()
    if case is None or case.state in OPEN or row.customer is None:
        return
    with translation.override(row.language):
        reason = response.comment or _("In the survey I said that it is not solved.")
    ask_to_reopen(
        case, reason=reason, actor=row.customer.as_actor(), key=f"survey-reopen-{response.pk}"
    )


def tell_praised(event: Event) -> None:
    """A good word with leave to share it reaches the person who helped, the same day."""
    response = _response(event)
    person = response.invitation.staff
    good = response.satisfaction is not None and response.satisfaction >= PRAISE
    if person is None or not person.is_active or not good or not _shared(response):
        return
    _write_to(
        person, "voice/mail_praise.txt", f"praise-{response.pk}",
        {"response": response, "comment": _shared(response)}, reverse("desk:today"),
    )  # fmt: skip


def _shared(response: Response) -> str:
    """The comment where its writer lets the people who helped read it; personal data masked."""
    if not response.may_share or not response.comment:
        return ""
    return mask(response.comment, response.invitation.language).text


def _write_to(
    person: Staff, template: str, key: str, context: dict[str, object], path: str
) -> None:
    with translation.override(person.language):
        full = {**context, "person": person, "link": public_url(path)}
        written = render_to_string(template, full).strip()
    subject, _newline, text = written.partition("\n")
    now = clock.now()
    Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "address": person.email, "language": person.language, "template": template,
            "subject": subject.strip()[:200], "text": text.strip(), "about": key[:60],
            "due_at": now, "created_at": now,
        },
    )  # fmt: skip


GIVEN = [tell_manager, propose_reopening, tell_praised]
WIRING = {"response.given": GIVEN, "response.completed": GIVEN}
