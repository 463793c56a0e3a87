"""What can be done with an answer. Each verb is one transaction with its audit row and event."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.text import slugify
from django.utils.translation import gettext as _

from heard.answers.indexing import index
from heard.answers.models import Answer, AnswerVersion, AnswerVote
from heard.answers.reads.lists import today
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.core.text import clean, clean_line
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Division, Staff
from heard.people.roles import may, require

LIMITS = {"question": 200, "short": 600, "body": 10_000, "keywords": 400, "desk_note": 2_000}
ONE_LINE = {"question", "keywords"}
MISSING_LIMIT = 500
REVIEW_AFTER = timedelta(days=180)
LATEST_REVIEW = timedelta(days=3 * 366)
SLUG_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Content:
    """All that is written of an answer: its words by language, and where it belongs."""

    question: Words
    division: Division
    short: Words = field(default_factory=dict)
    body: Words = field(default_factory=dict)
    keywords: Words = field(default_factory=dict)
    desk_note: Words = field(default_factory=dict)
    owner: Staff | None = None
    services: Iterable[Service] = ()
    is_public: bool = True
    review_on: date | None = None


@write
def write_answer(
    content: Content,
    *,
    actor: Actor,
    answer: Answer | None = None,
    seen_version: int | None = None,
    key: str | None = None,
) -> Answer:
    """Write a draft, or change an answer; one on show stays on show with its new words.

    Each change is kept as a version. Refused where words are missing or too long, where the day of
    review does not lie ahead, and (``seen_version``) where somebody changed it in the meantime.
    """
    if (earlier := about_of_earlier(Answer, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    row = Answer() if answer is None else locked(answer, seen_version)
    require(actor, "write answers" if row.state == Answer.State.DRAFT else "publish answers")
    before = _words(row)
    for name, limit in LIMITS.items():
        setattr(row, name, _tidy(name, getattr(content, name), limit))
    if not any(row.question.values()):
        raise Refused(_("Write the question, as people ask it."), field="question_en")
    if row.state == Answer.State.PUBLISHED:
        _check_complete(row)
    row.review_on = _day_of_review(content.review_on)
    row.division, row.owner, row.is_public = content.division, content.owner, content.is_public
    if row._state.adding:
        row.slug = _free_slug(row)
    _save(row, "written", actor)
    row.services.set(content.services)
    index(row)
    after = _words(row)
    changes = {n: [before[n], after[n]] for n in after if before[n] != after[n]}
    record("answer.written", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def publish(
    answer: Answer, *, actor: Actor, seen_version: int | None = None, key: str | None = None
) -> Answer:
    """Put a draft on show, or a retired answer back; it needs question and short answer."""
    if (earlier := about_of_earlier(Answer, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "publish answers")
    row = locked(answer, seen_version)
    if row.state == Answer.State.PUBLISHED:
        return row
    _check_complete(row)
    changes = {"state": [row.state, Answer.State.PUBLISHED.value]}
    row.state, row.published_at = Answer.State.PUBLISHED, clock.now()
    if row.review_on <= today():
        row.review_on = today() + REVIEW_AFTER
    _save(row, "published", actor)
    record("answer.published", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def retire(
    answer: Answer, *, actor: Actor, seen_version: int | None = None, key: str | None = None
) -> Answer:
    """Take an answer from show; its address says so kindly, and its versions stay."""
    if (earlier := about_of_earlier(Answer, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "publish answers")
    row = locked(answer, seen_version)
    if row.state == Answer.State.RETIRED:
        return row
    changes = {"state": [row.state, Answer.State.RETIRED.value]}
    row.state = Answer.State.RETIRED
    _save(row, "retired", actor)
    record("answer.retired", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def review(
    answer: Answer,
    *,
    actor: Actor,
    next_on: date | None = None,
    seen_version: int | None = None,
    key: str | None = None,
) -> Answer:
    """Say that the answer is still right, and when to look again (half a year by default).

    Its owner may, and whoever may publish.
    """
    if (earlier := about_of_earlier(Answer, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    row = locked(answer, seen_version)
    if not may_review(row, actor):
        raise NotAllowed(_("Its owner says whether it is still right, or who may publish."))
    changes = {"review_on": [row.review_on.isoformat(), ""]}
    row.review_on = _day_of_review(next_on)
    changes["review_on"][1] = row.review_on.isoformat()
    _save(row, "reviewed", actor)
    record("answer.reviewed", about=row, actor=actor, changes=changes, key=key)
    return row


def may_review(answer: Answer, actor: Actor) -> bool:
    """Whether this person may say that the answer is still right."""
    owns = actor.kind == "staff" and answer.owner_id == actor.id and actor.id is not None
    return may(actor, "publish answers") or (owns and may(actor, "write answers"))


def may_write(answer: Answer | None, person: Staff) -> bool:
    """Whether this person may change the answer's words."""
    is_draft = answer is None or answer.state == Answer.State.DRAFT
    return may(person, "write answers" if is_draft else "publish answers")


@write
def vote(
    answer: Answer, *, helped: bool, token: str, language: str, missing: str = ""
) -> AnswerVote:
    """Count whether an answer helped, once per ``token``; saying it again changes the vote.

    ``missing`` (what they looked for) is kept where it did not help.
    """
    words = clean(missing, limit=MISSING_LIMIT) if not helped else ""
    row, made = AnswerVote.objects.select_for_update().get_or_create(
        answer=answer,
        token=token,
        defaults={
            "helped": helped,
            "missing": words,
            "language": language,
            "version": answer.version,
            "at": clock.now(),
        },
    )
    if not made and (row.helped != helped or (words and row.missing != words)):
        row.helped, row.missing = helped, words or ("" if helped else row.missing)
        row.save(update_fields=["helped", "missing"])
    if made:
        # The vote travels without a person: nobody is named, and the token is not told.
        nobody = Actor("customer", name="anonymous")
        data = {"answer": answer.pk, "helped": helped}
        record("answer.voted", about=row, actor=nobody, data=data)
    return row


def locked(answer: Answer, seen_version: int | None = None) -> Answer:
    """The answer as it is now, locked for this write; refused when changed since it was seen."""
    fresh = Answer.objects.select_for_update().get(pk=answer.pk)
    if seen_version is not None and fresh.version != seen_version:
        raise ChangedMeanwhile(
            _("Somebody changed this answer while you had it open. Look again, then decide.")
        )
    return fresh


def _tidy(name: str, words: Words, limit: int) -> Words:
    kept = {}
    for language, text in words.items():
        tidy = clean_line(text) if name in ONE_LINE else clean(text)
        if len(tidy) > limit:
            raise Refused(
                _("That is {n} characters; {limit} fit. Please shorten it.").format(
                    n=len(tidy), limit=limit
                ),
                field=f"{name}_{language}",
            )
        if tidy:
            kept[language] = tidy
    return kept


def _check_complete(row: Answer) -> None:
    """What a reader needs at least, in English, which stands in for a language that is missing."""
    for name, message in (
        ("question", _("Write the question in English before it is published.")),
        ("short", _("Write the short answer in English before it is published.")),
    ):
        if not getattr(row, name).get("en"):
            raise Refused(message, field=f"{name}_en")


def _day_of_review(wish: date | None) -> date:
    day = wish or today() + REVIEW_AFTER
    if not today() < day <= today() + LATEST_REVIEW:
        raise Refused(
            _("Choose a day of review that lies ahead, within three years."), field="review_on"
        )
    return day


def _free_slug(row: Answer) -> str:
    """A short address out of the question; it stays when the question changes, so links last."""
    question = row.question.get("en") or next(iter(row.question.values()))
    base = slugify(question)[:SLUG_LENGTH].strip("-") or "answer"
    taken = set(Answer.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(s for n in range(2, len(taken) + 3) if (s := f"{base}-{n}") not in taken)


def _words(row: Answer) -> dict[str, Words]:
    return {name: dict(getattr(row, name)) for name in LIMITS}


def _save(row: Answer, verb: str, actor: Actor) -> None:
    """Write the row with its next version, and keep the version."""
    row.changed_at = clock.now()
    row.version = 1 if row._state.adding else row.version + 1
    row.save()
    AnswerVersion.objects.create(
        answer=row,
        number=row.version,
        verb=verb,
        words=_words(row),
        actor_name=actor.name,
        at=row.changed_at,
    )
