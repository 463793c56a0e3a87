"""Comments: masked when they come, with a suggested mood, reviewed and published by people."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.text import clean
from heard.core.writes import record, write
from heard.people.models import Division, Staff
from heard.people.roles import require
from heard.places.models import District
from heard.voice.masking import Known, mask
from heard.voice.models import Comment, Invitation, Response
from heard.voice.names import name_words
from heard.voice.themes import THEMES, suggest

REPLY_LIMIT = 2000
AT_ONCE = 500


def begin_review(response: Response, row: Invitation) -> Comment | None:
    """Mask a comment and put it in the queue; part of the verb that keeps the answer."""
    if not response.comment:
        return None
    made, _is_new = Comment.objects.update_or_create(
        response=response, defaults=_looked_at(response, row, names_of_staff())
    )
    return made


def names_of_staff() -> frozenset[str]:
    """Words of the names of everybody who works or worked here.

    Less those that name a district or division, which readers need.
    """
    places = [*District.objects.values_list("name", flat=True)]
    places += Division.objects.values_list("name", flat=True)
    named = {word for name in places for text in name.values() for word in name_words(text)}
    people = Staff.objects.values_list("name", flat=True)
    return frozenset(word for name in people for word in name_words(name)) - named


def known_names(row: Invitation, staff: frozenset[str] | None = None) -> Known:
    """What the house knows of names in an answer: its staff's, and those of who was asked."""
    own = name_words(row.customer.name) if row.customer else []
    return Known(names_of_staff() if staff is None else staff, frozenset(own))


def _looked_at(response: Response, row: Invitation, staff: frozenset[str]) -> dict[str, object]:
    masked = mask(response.comment, row.language, known_names(row, staff))
    guess = suggest(response.comment)
    return {
        "masked": masked.text,
        "hidden": masked.hidden,
        "division": row.division,
        "language": row.language,
        "at": response.answered_at,
        "suggested_mood": guess.mood,
        "suggested_themes": list(guess.themes),
    }


def catch_up(limit: int = AT_ONCE) -> int:
    """Begin the review of comments that came from files. Returns how many."""
    waiting = (
        Response.objects.filter(comment__gt="", review=None)
        .select_related("invitation__customer")
        .order_by("id")[:limit]
    )
    staff = names_of_staff()
    rows = [Comment(response=r, **_looked_at(r, r.invitation, staff)) for r in waiting]
    Comment.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided of a comment. ``masked``: the words as they may be shown."""

    publish: bool
    masked: str
    mood: str = ""
    themes: Sequence[str] = ()
    reply: str = ""
    why_held: str = ""
    sure: bool = False  # a person looked at what the rules still point at, and it is nobody


@write
def review(comment: Comment, verdict: Verdict, *, actor: Actor) -> Comment:
    """Publish a comment with its reply, or keep it inside with the reason."""
    require(actor, "review comments")
    words = clean(verdict.masked)
    if verdict.publish and not words:
        raise Refused(_("Nothing is left to publish; keep it inside instead."), field="masked")
    known = known_names(comment.response.invitation)
    if verdict.publish and not verdict.sure and mask(words, comment.language, known).hidden:
        raise Refused(
            _("There still seems to be a name, number or address in it. Take it out."),
            field="masked",
        )
    if not verdict.publish and not verdict.why_held.strip():
        raise Refused(_("Say why it is kept inside."), field="why_held")
    unknown = set(verdict.themes) - set(THEMES)
    if unknown or (verdict.mood and verdict.mood not in Comment.Mood.values):
        raise Refused(_("Choose among the answers."), field="themes")
    fresh = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    old = fresh.state
    fresh.state = Comment.State.PUBLISHED if verdict.publish else Comment.State.HELD
    fresh.masked, fresh.mood, fresh.themes = words, verdict.mood, list(verdict.themes)
    fresh.reply = clean(verdict.reply, limit=REPLY_LIMIT)
    fresh.why_held = "" if verdict.publish else verdict.why_held.strip()[:200]
    fresh.reviewed_by_id = actor.id if actor.kind == "staff" else None
    fresh.reviewed_at = clock.now()
    fresh.save()
    record("comment.reviewed", about=fresh, actor=actor, changes={"state": [old, fresh.state]})
    return fresh


def publishable() -> Q:
    """Which comments the public may read: published, neither spam nor test."""
    return Q(state=Comment.State.PUBLISHED, response__is_spam=False, response__is_test=False)
