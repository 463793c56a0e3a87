"""Answers nobody was invited to: open page, square code, kiosk, widget, paper. Each in its pool."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.words import Words, said
from heard.core.writes import record, write
from heard.people.models import Division
from heard.people.roles import require
from heard.places.models import Office
from heard.voice.models import Instrument, Invitation, Pool, Response, Spot, Version
from heard.voice.services import LATE_SENDING, Answers, Subject, answer, new_invitation

KEY = re.compile(r"[0-9a-fA-F-]{16,40}\Z")
CLOCK_SLACK = timedelta(minutes=5)  # how far a kiosk's clock may run ahead of ours
MODES: dict[str, str] = {Pool.KIOSK: Response.Mode.KIOSK, Pool.PAPER: Response.Mode.PAPER}


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it came in: its key from the sender, the version asked, and from where.

    ``suspect``: why it looks like a robot's; it is then kept and marked, and counts nowhere.
    """

    key: str
    version: Version
    answers: Answers
    pool: str = Pool.OPEN
    language: str = "en"
    spot: Spot | None = None
    about: Subject | None = None
    at: datetime | None = None
    suspect: str = ""


@write
def take(sent: Sent, *, actor: Actor) -> Response:
    """Keep an answer once per key, however often it is sent."""
    if not KEY.match(sent.key):
        raise Refused(_("The answer has no proper key; load the page again."))
    about = f"{sent.pool}:{sent.key.lower()}"
    earlier = Response.objects.filter(invitation__about=about).first()
    if earlier is not None:
        return earlier
    at = _believable(sent.at)
    row = new_invitation(
        _subject(about, sent), version=sent.version, pool=sent.pool, via=Invitation.Via.NONE,
        language=sent.language, at=at,
    )  # fmt: skip
    kept = answer(row, sent.answers, actor=actor, mode=MODES.get(sent.pool, "web"), at=at)
    if sent.suspect:
        kept.is_spam, kept.marked_why = True, sent.suspect[:200]
        kept.save(update_fields=["is_spam", "marked_why"])
    return kept


def _believable(at: datetime | None) -> datetime:
    """The moment of an answer kept on a device while it was offline."""
    now = clock.now()
    if at is None or now < at <= now + CLOCK_SLACK:
        return now
    if at > now:
        raise Refused(_("The clock of the device runs ahead; set it right."))
    if now - at > LATE_SENDING:
        raise Refused(_("This answer came more than a week late and is not counted."))
    return at


def _subject(about: str, sent: Sent) -> Subject:
    if sent.about is not None:
        known = sent.about
        return Subject(
            about, known.service, known.division, known.department, known.district,
            known.channel, known.zone, known.staff, known.place,
        )  # fmt: skip
    spot = sent.spot
    if spot is None:
        return Subject(about, channel="web")
    division = spot.division
    return Subject(
        about=about,
        service=spot.service,
        division=division.code if division else "",
        department=division.department.code if division else "",
        channel="counter",
        place=spot.code,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """What is said of a place where people may answer."""

    name: Words
    instrument: Instrument
    division: Division | None = None
    office: Office | None = None
    service: str = ""
    is_active: bool = True


@write
def keep_spot(code: str, place: Place, *, actor: Actor) -> Spot:
    """Make a place, or change it. Its code stays: it is printed on posters."""
    require(actor, "write surveys")
    if not said(place.name).strip():
        raise Refused(_("Give the place a name."), field="name_en")
    values = {name: getattr(place, name) for name in place.__slots__}
    row, made = Spot.objects.update_or_create(code=code, defaults=values)
    record("spot.made" if made else "spot.changed", about=row, actor=actor)
    return row
