"""Asking once, and taking the answer once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import record, write
from heard.people.models import Customer, Staff
from heard.voice.alerts import raise_alert
from heard.voice.comments import begin_review
from heard.voice.instruments import CLOSING, asked_by, in_force, instrument, version_of
from heard.voice.models import Instrument, Invitation, Occasion, Pool, Response, Version
from heard.voice.questions import COMMENT_LIMIT, checked
from heard.voice.restraint import excluded

__all__ = ["COMMENT_LIMIT", "TIME_TO_ANSWER", "Answers", "Subject", "answer", "invite"]

TIME_TO_ANSWER = timedelta(days=30)
TIME_TO_COMPLETE = timedelta(hours=24)  # after a first answer by one click
LATE_SENDING = timedelta(days=7)  # a kiosk that was offline longer than this is not believed
CORE = ("satisfaction", "ease", "solved", "comment")


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
    place: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody is asked: which survey, in which pool, by what."""

    instrument: str = CLOSING
    pool: str = Pool.INVITED
    via: str = Invitation.Via.EMAIL


@write
def invite(
    subject: Subject,
    *,
    customer: Customer | None,
    language: str,
    actor: Actor,
    way: Way | None = None,
) -> Invitation | None:
    """Ask a customer once about one thing; None where restraint says no (`Occasion` keeps why).

    Repeating it returns the first invitation. A customer without an address may still answer from
    the tracking page, so an anonymous case gets its invitation too.
    """
    way = way or Way()
    earlier = Invitation.objects.filter(about=subject.about).first()
    if earlier is not None:
        return earlier
    asks = instrument(way.instrument)
    version = in_force(asks) if asks is not None and asks.is_active else None
    if asks is None or version is None:
        return None
    seen, is_new = _served(subject, asks, customer)
    if seen.excluded or not is_new:
        return None
    made = new_invitation(
        subject, version=version, pool=way.pool, via=_via(way, customer), customer=customer,
        language=language,
    )  # fmt: skip
    record("invitation.made", about=made, actor=actor)
    return made


def _via(way: Way, customer: Customer | None) -> str:
    reachable = customer is not None and (customer.email or customer.phone)
    if way.pool != Pool.INVITED or reachable:
        return way.via
    return Invitation.Via.PAGE


def _served(subject: Subject, asks: Instrument, customer: Customer | None) -> tuple[Occasion, bool]:
    """Note that the thing was finished, and whether its customer may be asked."""
    now = clock.now()
    return Occasion.objects.get_or_create(
        about=subject.about,
        defaults={
            "instrument": asks,
            "at": now,
            "excluded": excluded(asks, subject.about, customer, now),
            "service": subject.service,
            "division": subject.division,
            "district": subject.district,
            "channel": subject.channel,
        },
    )


def new_invitation(
    subject: Subject,
    *,
    version: Version,
    pool: str,
    via: str,
    language: str,
    customer: Customer | None = None,
    at: datetime | None = None,
) -> Invitation:
    """A row for somebody asked, or for an answer nobody was asked for; part of another verb."""
    now = at or clock.now()
    return Invitation.objects.create(
        about=subject.about, version=version, wording=version.wording, pool=pool, via=via,
        customer=customer, language=language, staff=subject.staff, service=subject.service,
        division=subject.division, department=subject.department, district=subject.district,
        place=subject.place, channel=subject.channel, zone=subject.zone,
        asked_at=now, expires_at=now + TIME_TO_ANSWER,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; None and empty where a question was skipped. ``more``: all other keys."""

    satisfaction: int | None = None
    ease: int | None = None
    solved: str = ""
    comment: str = ""
    may_share: bool = False
    wants_answer: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def given(self) -> dict[str, Any]:
        """All answers by the key of their question."""
        return {key: getattr(self, key) for key in CORE} | self.more


@write
def answer(
    invitation: Invitation,
    answers: Answers,
    *,
    actor: Actor,
    mode: str = Response.Mode.WEB,
    pool: str | None = None,
    first_only: bool = False,
    at: datetime | None = None,
) -> Response:
    """Keep the answer to an invitation: one, within the time, not empty.

    ``first_only``: the first answer alone, from one click; the whole form may complete it within a
    day. ``pool`` is that of the invitation unless the answer came in another way (paper, phone).
    """
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    now = at or clock.now()
    existing = Response.objects.filter(invitation=row).first()
    _check_open(row, existing, now, first_only=first_only)
    kept = checked(asked_by(version_of(row)), answers.given())
    if existing is not None and first_only:
        return existing
    response = existing or Response(invitation=row, answered_at=now)
    for key in CORE:
        empty: Any = None if key in ("satisfaction", "ease") else ""
        setattr(response, key, kept.pop(key, empty))
    response.more, response.is_provisional = kept, first_only
    response.may_share, response.wants_answer = answers.may_share, answers.wants_answer
    response.mode, response.pool = mode, pool or row.pool
    response.changed_at = now
    response.save()
    if row.started_at is None:
        Invitation.objects.filter(pk=row.pk).update(started_at=now)
    _after(response, row, actor, completed=existing is not None)
    return response


def _check_open(
    row: Invitation, existing: Response | None, now: datetime, *, first_only: bool
) -> None:
    if existing is not None:
        open_until = existing.answered_at + TIME_TO_COMPLETE
        if first_only or (existing.is_provisional and now <= open_until):
            return
        raise Refused(_("You have already answered. Thank you; your first answer stands."))
    if row.withdrawn_at is not None:
        raise Refused(_("This invitation was taken back. You can still write to us."))
    if now > row.expires_at:
        raise Refused(_("This invitation has ended. You can still write to us in your case."))


def _after(response: Response, row: Invitation, actor: Actor, *, completed: bool) -> None:
    begin_review(response, row)
    raise_alert(response, row)
    data = {
        "about": row.about, "satisfaction": response.satisfaction, "solved": response.solved,
        "first_only": response.is_provisional,
    }  # fmt: skip
    verb = "response.completed" if completed else "response.given"
    record(verb, about=response, actor=actor, data=data)


@write
def mark(response: Response, *, spam: bool, test: bool, why: str, actor: Actor) -> Response:
    """Mark an answer as spam or test, or take the mark off. It stays, and is never counted."""
    fresh = Response.objects.select_for_update().get(pk=response.pk)
    old = [fresh.is_spam, fresh.is_test]
    if (spam or test) and not why.strip():
        raise Refused(_("Say why."), field="why")
    fresh.is_spam, fresh.is_test = spam, test
    fresh.marked_why, fresh.changed_at = why.strip()[:200], clock.now()
    fresh.save(update_fields=["is_spam", "is_test", "marked_why", "changed_at"])
    record("response.marked", about=fresh, actor=actor, changes={"marks": [old, [spam, test]]})
    return fresh


def note_started(invitation: Invitation) -> None:
    """A person opened the survey (not a mail scanner: the page says so after a human sign)."""
    Invitation.objects.filter(pk=invitation.pk, started_at=None).update(started_at=clock.now())
