"""Being understood: staff say in one sentence what they understood, the customer answers."""

from django.utils.translation import gettext as _

from heard.cases.models import Case, Message, Understanding
from heard.cases.services import (
    answered,
    change_state,
    full_text,
    locked,
    needed,
    save,
    say,
)
from heard.cases.states import OPEN, State
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.text import clean_line
from heard.core.writes import about_of_earlier, record, write
from heard.people.roles import require

LONGEST = 300


@write
def state_understanding(
    case: Case, words: str, *, actor: Actor, key: str | None = None
) -> Understanding:
    """Write back in one plain sentence what we understood. It counts as a first response."""
    if (earlier := about_of_earlier(Understanding, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    case = locked(case)
    sentence = clean_line(words)
    if not sentence:
        raise Refused(_("Write one sentence: what does the customer need?"), field="words")
    if len(sentence) > LONGEST:
        raise Refused(
            _("One sentence of at most {limit} characters, please.").format(limit=LONGEST),
            field="words",
        )
    if case.state != State.UNDERSTOOD:
        change_state(case, State.UNDERSTOOD, actor)
    row = Understanding.objects.create(case=case, words=sentence, staff_id=actor.id, at=clock.now())
    if case.contact_id is None:
        case.contact_id = actor.id
    answered(case)
    save(case)
    record("case.understood", about=row, actor=actor, data={"case": case.pk}, key=key)
    return row


@write
def confirm_understanding(row: Understanding, *, actor: Actor, key: str | None = None) -> None:
    """The customer says: yes, that is right."""
    fresh = _unanswered(row)
    if fresh is None:
        return
    fresh.answer, fresh.answered_at = Understanding.Answer.CONFIRMED, clock.now()
    fresh.save(update_fields=["answer", "answered_at"])
    case = locked(fresh.case)
    save(case)
    record("case.confirmed", about=fresh, actor=actor, data={"case": case.pk}, key=key)


@write
def correct_understanding(
    row: Understanding, correction: str, *, actor: Actor, key: str | None = None
) -> None:
    """The customer says what we got wrong; the case waits to be understood again."""
    words = needed(correction, _("Tell us what we should change."), field="correction")
    fresh = _unanswered(row)
    if fresh is None:
        return
    fresh.answer, fresh.answered_at = Understanding.Answer.CORRECTED, clock.now()
    fresh.correction = full_text(words, field="correction")
    fresh.save(update_fields=["answer", "answered_at", "correction"])
    case = locked(fresh.case)
    message = say(case, Message.Direction.IN, words, actor=actor, channel="web")
    case.customer_waits_since = case.customer_waits_since or message.at
    if case.state in OPEN and case.state != State.RECEIVED:
        change_state(case, State.RECEIVED, actor)
    save(case)
    record("case.corrected", about=fresh, actor=actor, data={"case": case.pk}, key=key)


def _unanswered(row: Understanding) -> Understanding | None:
    """The row, locked, unless it has been answered before: the first answer stands."""
    fresh = (
        Understanding.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)
    )
    return None if fresh.answer else fresh
