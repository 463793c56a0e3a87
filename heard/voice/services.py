"""Asking once, and taking the answer once."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.text import clean
from heard.core.writes import record, write
from heard.people.models import Customer, Staff
from heard.voice.models import Invitation, Response

TIME_TO_ANSWER = timedelta(days=30)
COMMENT_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about, as it was: codes of service, division and so on, not keys."""

    about: str
    service: str = ""
    division: str = ""
    department: str = ""
    district: str = ""
    channel: str = ""
    zone: str = ""
    staff: Staff | None = None


@write
def invite(
    subject: Subject, *, customer: Customer | None, language: str, actor: Actor
) -> Invitation | None:
    """Ask a customer once about one thing; None where they asked not to be surveyed.

    Repeating it returns the first invitation. A customer without an address may still answer from
    the tracking page, so an anonymous case gets its invitation too.
    """
    if customer is not None and customer.asked_not_to_be_surveyed:
        return None
    now = clock.now()
    row, made = Invitation.objects.get_or_create(
        about=subject.about,
        defaults={
            "customer": customer,
            "language": language,
            "staff": subject.staff,
            "service": subject.service,
            "division": subject.division,
            "department": subject.department,
            "district": subject.district,
            "channel": subject.channel,
            "zone": subject.zone,
            "asked_at": now,
            "expires_at": now + TIME_TO_ANSWER,
        },
    )
    if made:
        record("invitation.made", about=row, actor=actor)
    return row


@dataclass(frozen=True, slots=True)
class Answers:
    """What the form gave; None and empty where a question was skipped."""

    satisfaction: int | None = None
    ease: int | None = None
    solved: str = ""
    comment: str = ""
    may_share: bool = False


@write
def answer(invitation: Invitation, answers: Answers, *, actor: Actor) -> Response:
    """Keep the answer to an invitation: one, within the time, not empty."""
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if Response.objects.filter(invitation=row).exists():
        raise Refused(_("You have already answered. Thank you; your first answer stands."))
    now = clock.now()
    if now > row.expires_at:
        raise Refused(_("This invitation has ended. You can still write to us in your case."))
    comment = _checked(answers)
    response = Response.objects.create(
        invitation=row,
        satisfaction=answers.satisfaction,
        ease=answers.ease,
        solved=answers.solved,
        comment=comment,
        may_share=answers.may_share,
        answered_at=now,
        changed_at=now,
    )
    record(
        "response.given", about=response, actor=actor,
        data={"about": row.about, "satisfaction": answers.satisfaction, "solved": answers.solved},
    )  # fmt: skip
    return response


def _checked(answers: Answers) -> str:
    for value, name in ((answers.satisfaction, "satisfaction"), (answers.ease, "ease")):
        if value is not None and value not in range(1, 6):
            raise Refused(_("Choose one of the five answers."), field=name)
    if answers.solved and answers.solved not in Response.Solved.values:
        raise Refused(_("Choose one of the answers."), field="solved")
    comment = clean(answers.comment)
    if len(comment) > COMMENT_LIMIT:
        raise Refused(
            _("Please keep the comment under {limit} characters.").format(limit=COMMENT_LIMIT),
            field="comment",
        )
    if answers.satisfaction is None and answers.ease is None and not answers.solved and not comment:
        raise Refused(_("Answer at least one question."), field="satisfaction")
    return comment
