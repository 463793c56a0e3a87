"""What can be done with a mention: keep it, answer it, judge it, let go of what was deleted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.language import language_of
from heard.core.text import clean, clean_line
from heard.core.writes import about_of_earlier, record, write
from heard.mentions.models import WORDS_LIMIT, Mention, MentionAnswer
from heard.people.roles import require
from heard.post.services import answer_post

LONGEST_ANSWER = 450  # characters; the common limit of a post is 500, and the handle needs room
SKEW = timedelta(hours=1)  # how far in the future a post may claim to be


@dataclass(frozen=True, slots=True)
class Found:
    """A post as a network tells of it. ``handle`` is how its author is addressed there."""

    source: str
    external_id: str
    network: str
    text: str
    at: datetime
    url: str = ""
    author: str = ""
    handle: str = ""
    language: str = ""
    answer_in_place: bool = False


@write
def keep(found: Found, *, actor: Actor) -> tuple[Mention, bool]:
    """Keep a post, once for each source and id; whether it is new.

    An edit by its author replaces the words. What was deleted does not come back.
    """
    external_id = clean_line(found.external_id, limit=300)
    text = clean(found.text, limit=WORDS_LIMIT)
    if not external_id or not text:
        raise Refused(_("A mention needs an id and words."))
    now = clock.now()
    row, made = Mention.objects.select_for_update().get_or_create(
        source=found.source[:80],
        external_id=external_id,
        defaults={
            "network": clean_line(found.network, limit=40),
            "url": web_address(found.url),
            "author": clean_line(found.author, limit=120),
            "handle": clean_line(found.handle, limit=200),
            "text": text,
            "language": found.language if found.language in ("en", "es") else language_of(text),
            "at": found.at if found.at <= now + SKEW else now,
            "received_at": now,
            "checked_at": now,
            "answer_in_place": found.answer_in_place,
        },
    )
    if made:
        record("mention.found", about=row, actor=actor, data={"network": row.network})
    elif not row.is_deleted and row.text != text:
        row.text = text
        row.save(update_fields=["text"])
        record("mention.edited", about=row, actor=actor)
    return row, made


def web_address(url: str) -> str:
    """The address where it is one of the web; "" for anything that could run."""
    plain = clean_line(url, limit=500)
    return plain if plain.startswith(("https://", "http://")) else ""


@write
def forget(row: Mention, *, actor: Actor) -> Mention:
    """Its author deleted it: words, name and address go; that something was here stays."""
    fresh = Mention.objects.select_for_update().get(pk=row.pk)
    if fresh.is_deleted:
        return fresh
    fresh.text = fresh.author = fresh.handle = fresh.url = ""
    fresh.state, fresh.deleted_at = Mention.State.DELETED, clock.now()
    fresh.answer_in_place = False
    fresh.save()
    record("mention.deleted", about=fresh, actor=actor)
    return fresh


@write
def answer(row: Mention, words: str, *, actor: Actor, key: str | None = None) -> MentionAnswer:
    """Answer under the post, in public; the worker sends it."""
    if (earlier := about_of_earlier(MentionAnswer, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "answer mentions")
    fresh = _present(row)
    if not fresh.answer_in_place:
        raise Refused(
            _("This network does not let us answer here. Open the post and answer there.")
        )
    said = clean(words)
    if not said:
        raise Refused(_("Write something first."), field="words")
    if len(said) > LONGEST_ANSWER:
        raise Refused(
            _("That is {n} characters. A public answer has at most {most}.").format(
                n=len(said), most=LONGEST_ANSWER
            ),
            field="words",
        )
    made = MentionAnswer.objects.create(
        mention=fresh, words=said, staff_id=actor.id if actor.kind == "staff" else None,
        at=clock.now(), dispatch_key=f"mention-{fresh.pk}-{fresh.answers.count() + 1}",
    )  # fmt: skip
    answer_post(
        key=made.dispatch_key, words=f"{fresh.handle} {said}".strip(), to=fresh.external_id,
        handle=fresh.handle, about=f"mention:{fresh.pk}", language=fresh.language,
    )  # fmt: skip
    if fresh.state in (Mention.State.NEW, Mention.State.ASIDE):
        fresh.state = Mention.State.ANSWERED
        fresh.save(update_fields=["state"])
    record("mention.answered", about=made, actor=actor, data={"mention": fresh.pk}, key=key)
    return made


@write
def judge(row: Mention, tone: str, *, actor: Actor) -> Mention:
    """A person says whether it is praise or a complaint; what nobody judged counts as neither."""
    require(actor, "answer mentions")
    if tone not in Mention.Tone.values:
        raise ValueError(tone)
    fresh = _present(row)
    if fresh.tone != tone:
        changes = {"tone": [fresh.tone, tone]}
        fresh.tone, fresh.judged_by_id, fresh.judged_at = tone, actor.id, clock.now()
        fresh.save(update_fields=["tone", "judged_by", "judged_at"])
        data = {"tone": tone, "about": fresh.about}
        record("mention.judged", about=fresh, actor=actor, changes=changes, data=data)
    return fresh


@write
def belongs_to(row: Mention, about: str, *, actor: Actor) -> Mention:
    """A case was opened from it (``case:17``)."""
    require(actor, "answer mentions")
    fresh = _present(row)
    if fresh.about:
        raise Refused(_("A case was opened from this mention already."))
    fresh.about, fresh.state = about, Mention.State.CASE
    fresh.save(update_fields=["about", "state"])
    record("mention.case_opened", about=fresh, actor=actor, data={"about": about})
    return fresh


@write
def put_aside(row: Mention, *, actor: Actor) -> Mention:
    """It needs no answer."""
    require(actor, "answer mentions")
    fresh = _present(row)
    if fresh.state == Mention.State.NEW:
        fresh.state = Mention.State.ASIDE
        fresh.save(update_fields=["state"])
        record("mention.put_aside", about=fresh, actor=actor)
    return fresh


def _present(row: Mention) -> Mention:
    fresh = Mention.objects.select_for_update().get(pk=row.pk)
    if fresh.is_deleted:
        raise Refused(_("Its author deleted this post, so there is nothing to do any more."))
    return fresh
