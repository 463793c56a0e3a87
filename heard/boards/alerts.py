"""Writes about alerts: answered with what will be done, and a measure muted for a while."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from heard.boards.models import Mute, Signal
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.text import clean
from heard.core.writes import about_of_earlier, record, write
from heard.measures.definitions import ALL
from heard.people.models import Staff
from heard.people.roles import may, require
from heard.targets.models import Owner
from heard.targets.program import today
from heard.targets.subjects import subject

WORDS_LIMIT, REASON_LIMIT = 1000, 300
LONGEST = timedelta(days=184)  # half a year of silence


def may_answer(person: Staff, signal: Signal, *, owns: bool = False) -> bool:
    """Whether somebody may say what will be done: of every board, their division, or as owner."""
    if not may(person, "see boards"):
        return False
    if owns or may(person, "see every board"):
        return True
    mine = person.division is not None and signal.by == "division"
    return mine and may(person, "answer alerts") and signal.group == person.division.code  # type: ignore[union-attr]


def owns(person: Staff, measure: str) -> bool:
    """Whether somebody answers for a measure."""
    return Owner.objects.filter(measure=measure, staff=person).exists()


@write
def answer(signal: Signal, *, words: str, actor: Actor, key: str | None = None) -> Signal:
    """Say what will be done; the alert leaves the open list. Raises ``Refused``."""
    if earlier := about_of_earlier(Signal, key):
        return earlier  # type: ignore[no-any-return]
    fresh = Signal.objects.select_for_update().get(pk=signal.pk)
    _check_may(fresh, actor)
    said = clean(words, limit=WORDS_LIMIT)
    if not said:
        raise Refused(_("Say in a sentence what you will do, or that nothing is needed and why."),
                      field="words")  # fmt: skip
    before = fresh.words
    fresh.words, fresh.answered_by_id, fresh.answered_at = said, actor.id, clock.now()
    fresh.save(update_fields=["words", "answered_by", "answered_at"])
    record("signal.answered", about=fresh, actor=actor, changes={"words": [before, said]}, key=key)
    return fresh


def _check_may(signal: Signal, actor: Actor) -> None:
    if actor.kind == "system":
        return
    person = Staff.objects.select_related("division").get(pk=actor.id or 0)
    if not may_answer(person, signal, owns=signal.by == ALL and owns(person, signal.measure)):
        raise NotAllowed(_("This alert is for the measure’s owner or the division’s manager."))


@write
def mute(measure: str, *, until: date, reason: str, actor: Actor, key: str | None = None) -> Mute:
    """Tell nothing of a measure up to a day, and why. Raises ``Refused``.

    What is found meanwhile is kept and marked, and nobody is written to.
    """
    require(actor, "mute alerts")
    if earlier := about_of_earlier(Mute, key):
        return earlier  # type: ignore[no-any-return]
    subject(measure)
    why = clean(reason, limit=REASON_LIMIT)
    if not why:
        raise Refused(_("Say why; whoever opens the page will ask."), field="reason")
    if not today() < until <= today() + LONGEST:
        raise Refused(_("Choose a day between tomorrow and half a year from now."), field="until")
    row, _made = Mute.objects.update_or_create(
        measure=measure,
        defaults={"until": until, "reason": why, "by_id": actor.id, "at": clock.now()},
    )
    changes = {"measure": measure, "until": until.isoformat(), "reason": why}
    record("measure.muted", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def unmute(measure: str, *, actor: Actor) -> None:
    """Tell of a measure again. What was found meanwhile stays untold."""
    require(actor, "mute alerts")
    row = Mute.objects.select_for_update().filter(measure=measure).first()
    if row is None:
        return
    before = row.until
    row.until = today() - timedelta(days=1)
    row.save(update_fields=["until"])
    changes = {"measure": measure, "until": [before.isoformat(), row.until.isoformat()]}
    record("measure.unmuted", about=row, actor=actor, changes=changes)


def mutes() -> dict[str, Mute]:
    """What is muted today, by measure; one query."""
    found = Mute.objects.filter(until__gte=today()).select_related("by")
    return {row.measure: row for row in found}
