"""We will be late: drafted by the house for the customer, edited and sent by a person."""

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from heard.cases.clock_models import Clock, DateNote, DueChange
from heard.cases.clocks import RESOLUTION, Counter, recount
from heard.cases.models import Case, Message
from heard.cases.services import locked, needed, save, say
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.people.roles import require
from heard.places.calendars import NeverOpens

LONGEST = timedelta(days=366)
Why = DateNote.Why


def drafted(case: Case, why: str) -> str:
    """What we would say, in the customer's language; the new date stands in a line of its own."""
    with translation.override(case.language):
        return f"{_apology()} {_reasons()[why]}".strip()


def _apology() -> str:
    return _(
        "We promised to be done by the date we gave you, and we will not make it. We are sorry."
    )


def _reasons() -> dict[str, str]:
    return {
        Why.WORKLOAD: _("More people than usual asked for the same thing, and each takes time."),
        Why.WEATHER: _("The weather keeps our crews from doing this work well or safely."),
        Why.PARTS: _("We are waiting for a part or material that is needed for it."),
        Why.OTHERS: _("Somebody else has to finish their part before we can do ours."),
        Why.CLOSURE: _("The office that works on it is closed for a time."),
        Why.OTHER: "",
    }


def suggested_date(case: Case, now: datetime | None = None) -> datetime:
    """A new date to begin from: half of the time again, at the close of a day that is open."""
    now = now or clock.now()
    due = case.due_at or now
    more = max((due - case.received_at) / 2, timedelta(days=1))
    wanted = max(due, now) + more
    calendar = Counter().calendars.of(case.division_id).calendar
    try:
        return calendar.add_business_days(wanted - timedelta(days=1), 1)
    except NeverOpens:
        return wanted


@write
def move_promise(
    case: Case,
    *,
    new_due: datetime,
    why: str,
    words: str,
    actor: Actor,
    seen_version: int | None = None,
    note: DateNote | None = None,
    key: str | None = None,
) -> DueChange:
    """Tell the customer a later date, with the reason: the promise is moved, and stays judged by.

    The customer reads the words and the date; the first-response and next-response clocks are left
    alone. "On time" is still judged by what was promised first.
    """
    if (earlier := about_of_earlier(DueChange, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    if why not in Why.values:
        raise Refused(_("Choose the reason."), field="why")
    told = needed(words, _("Write what the customer should know."), field="words")
    case = locked(case, seen_version=seen_version)
    row = _running(case)
    _check_date(row, new_due)
    row.moved_to, row.moved_on, row.warned = new_due, clock.now(), 0
    change = recount(case, row, DueChange.Why.LATE, words=told, actor=actor)
    assert change is not None
    message = say(case, Message.Direction.OUT, told, actor=actor, channel=case.channel)
    save(case)
    _settle(case, note, actor)
    dates = {"due_at": [change.old_due.isoformat(), change.new_due.isoformat()]}
    data = {"case": case.pk, "message": message.pk, "new_due": new_due.isoformat(), "why": why}
    record("case.promise_moved", about=change, actor=actor, changes=dates, data=data, key=key)
    return change


@write
def send_note(note: DateNote, *, words: str, actor: Actor, key: str | None = None) -> Message:
    """Send a drafted note that moves no date, such as that an office is closed."""
    if (earlier := about_of_earlier(Message, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    told = needed(words, _("Write what the customer should know."), field="words")
    case = locked(note.case)
    fresh = DateNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if fresh.settled_at is not None:
        raise Refused(_("This note was sent or set aside already."))
    message = say(case, Message.Direction.OUT, told, actor=actor, channel=case.channel)
    save(case)
    _settle(case, fresh, actor)
    data = {"case": case.pk, "waits": False}
    record("case.told", about=message, actor=actor, data=data, key=key)
    return message


@write
def set_aside(note: DateNote, *, actor: Actor) -> None:
    """Do not send a drafted note."""
    require(actor, "work cases")
    fresh = DateNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if fresh.settled_at is None:
        fresh.settled_at, fresh.settled_by_id = clock.now(), actor.id
        fresh.save(update_fields=["settled_at", "settled_by"])
        record("date_note.set_aside", about=fresh, actor=actor, data={"case": fresh.case_id})


def _running(case: Case) -> Clock:
    row = (
        Clock.objects.select_related("promise__service", "in_force")
        .filter(case=case, kind=RESOLUTION, stopped_at=None)
        .first()
    )
    if row is None:
        raise Refused(_("No date is promised for this case, or it is finished."))
    return row


def _check_date(row: Clock, new_due: datetime) -> None:
    now = clock.now()
    if new_due <= max(now, row.due_at):
        raise Refused(
            _("Choose a date after the one promised now, and after today."), field="new_day"
        )
    if new_due > now + LONGEST:
        raise Refused(_("Choose a date within a year."), field="new_day")


def _settle(case: Case, note: DateNote | None, actor: Actor) -> None:
    if note is not None and note.case_id == case.pk:
        DateNote.objects.filter(pk=note.pk, settled_at=None).update(
            settled_at=clock.now(), settled_by=actor.id, sent=True
        )
