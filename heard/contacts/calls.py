"""Calls we owe: asked for, due in the time that was chosen, tried until somebody is reached."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.contacts.models import WORDS_LIMIT, CallAttempt, CallBack, Window
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import ChangedMeanwhile, Refused
from heard.core.text import clean, clean_line
from heard.core.writes import about_of_earlier, record, write
from heard.people.keys import FEWEST_DIGITS, phone_number
from heard.people.models import Customer, Staff
from heard.people.roles import require
from heard.people.services import checked_phone
from heard.places.calendars import Calendar
from heard.places.reads import calendar_of_division

PROMPT = timedelta(hours=2)  # of opening time, for "as soon as you can"
AGAIN_AFTER, AGAIN_BY = timedelta(hours=1), timedelta(hours=4)  # of opening time, after a vain try
MOST_TRIES = 3
LEAST = timedelta(minutes=30)  # of opening time left in a chosen window; with less, the next day
FURTHEST_DAYS = 14
HOURS: dict[str, tuple[time, time]] = {
    Window.MORNING: (time(8), time(12)),
    Window.AFTERNOON: (time(12), time(17)),
    Window.EVENING: (time(17), time(19)),
}
S = CallBack.State


@dataclass(frozen=True, slots=True)
class Span:
    """From when on a call is welcome, and by when it was promised."""

    begins: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who wants to be called told us."""

    phone: str
    name: str = ""
    language: str = "en"
    words: str = ""
    window: str = Window.SOON
    customer: Customer | None = None
    case: Case | None = None


def span_of(window: str, now: datetime, calendar: Calendar) -> Span | None:
    """When a call in this window is due, by the opening hours; None where we never open then."""
    if window == Window.SOON:
        return _open_span(now, timedelta(0), PROMPT, calendar)
    starts, ends = HOURS[window]
    zone = ZoneInfo(str(calendar.zone))
    today = now.astimezone(zone).date()
    for ahead in range(FURTHEST_DAYS):
        day = today + timedelta(days=ahead)
        begin = datetime.combine(day, starts, zone).astimezone(UTC)
        end = datetime.combine(day, ends, zone).astimezone(UTC)
        begin = max(begin, now)
        if begin >= end:
            continue
        open_then = calendar.open_intervals(begin, end)
        length = sum(((b - a) for a, b in open_then), timedelta(0))
        if length >= LEAST:
            return Span(open_then[0][0], open_then[-1][1])
    return None


def windows_offered(now: datetime) -> list[str]:
    """The windows in which somebody is here to call."""
    calendar = calendar_of_division(None).calendar
    return [w for w in Window.values if span_of(w, now, calendar) is not None]


def _open_span(now: datetime, wait: timedelta, length: timedelta, calendar: Calendar) -> Span:
    """After so much opening time, for so much opening time."""
    begins = calendar.add_business_time(now, wait) if wait else now
    if not calendar.is_open(begins):
        begins = calendar.next_change(begins) or begins
    return Span(begins, calendar.add_business_time(begins, length))


@write
def ask_for_call(wish: Wish, *, actor: Actor, key: str | None = None) -> CallBack:
    """Keep the wish, with the time by which they will be called."""
    if (earlier := about_of_earlier(CallBack, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    key_of_number = checked_phone(wish.phone)
    if len(phone_number(wish.phone)) < FEWEST_DIGITS + 3:
        raise Refused(
            _("Please check the phone number. Write it with its area code: 303-555-0100."),
            field="phone",
        )
    now = clock.now()
    calendar = calendar_of_division(None).calendar
    span = span_of(wish.window, now, calendar) or span_of(Window.SOON, now, calendar)
    assert span is not None  # somebody is here at some hour, or the calendar would be refused
    call = CallBack.objects.create(
        name=clean_line(wish.name, limit=120),
        phone=clean_line(wish.phone, limit=40),
        language=wish.language,
        words=clean(wish.words, limit=WORDS_LIMIT),
        window=wish.window,
        customer=wish.customer or _only_one_with(key_of_number),
        case=wish.case,
        asked_at=now,
        not_before=span.begins,
        due_at=span.due,
    )
    record("callback.asked", about=call, actor=actor, data={"window": call.window}, key=key)
    return call


def _only_one_with(key: str) -> Customer | None:
    """The customer with this number, unless several share it; staff see whom it may be."""
    found = list(Customer.objects.filter(phone_key=key)[:2])
    return found[0] if len(found) == 1 else None


@write
def claim_call(call: CallBack, *, actor: Actor) -> CallBack:
    """Take the call, so that no two of us ring at once."""
    require(actor, "take contacts")
    fresh = _open(call)
    if fresh.state == S.CLAIMED and fresh.claimed_by_id != actor.id:
        raise ChangedMeanwhile(
            _("{name} has this call already.").format(name=fresh.claimed_by or _("A colleague"))
        )
    fresh.state, fresh.claimed_by_id, fresh.claimed_at = S.CLAIMED, actor.id, clock.now()
    fresh.save()
    record("callback.claimed", about=fresh, actor=actor)
    return fresh


@write
def give_back_call(call: CallBack, *, actor: Actor) -> CallBack:
    """Let another take it. The time by which they were promised a call stays."""
    require(actor, "take contacts")
    fresh = _open(call)
    fresh.state, fresh.claimed_by, fresh.claimed_at = S.WAITING, None, None
    fresh.save()
    record("callback.given_back", about=fresh, actor=actor)
    return fresh


@write
def note_try(
    call: CallBack, *, reached: bool, note: str = "", actor: Actor, key: str | None = None
) -> CallBack:
    """They were rung: reached, which ends it, or not. After three vain tries it ends as well."""
    if (earlier := about_of_earlier(CallBack, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "take contacts")
    fresh, now = _open(call), clock.now()
    CallAttempt.objects.create(
        call=fresh, staff_id=actor.id, at=now, reached=reached, note=clean_line(note, limit=300)
    )
    fresh.attempts += 1
    if reached:
        fresh.state, fresh.ended_at = S.DONE, now
    elif fresh.attempts >= MOST_TRIES:
        fresh.state, fresh.ended_at = S.NOT_REACHED, now
    else:
        calendar = calendar_of_division(None).calendar
        span = _open_span(now, AGAIN_AFTER, AGAIN_BY, calendar)
        fresh.state, fresh.claimed_by, fresh.claimed_at = S.WAITING, None, None
        fresh.not_before, fresh.due_at = span.begins, span.due
    fresh.save()
    verb = "callback.done" if reached else "callback.not_reached"
    data = {"attempts": fresh.attempts, "ended": not fresh.is_open}
    record(verb, about=fresh, actor=actor, data=data, key=key)
    return fresh


@write
def withdraw_call(call: CallBack, *, actor: Actor, key: str | None = None) -> CallBack:
    """They no longer want it, or called us themselves."""
    if (earlier := about_of_earlier(CallBack, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    fresh = CallBack.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not fresh.is_open:
        return fresh
    fresh.state, fresh.ended_at = S.WITHDRAWN, clock.now()
    fresh.save()
    record("callback.withdrawn", about=fresh, actor=actor, key=key)
    return fresh


def _open(call: CallBack) -> CallBack:
    fresh = (
        CallBack.objects.select_for_update(of=("self",))
        .select_related("claimed_by")
        .get(pk=call.pk)
    )
    if not fresh.is_open:
        raise ChangedMeanwhile(_("This call is no longer open. Look again."))
    return fresh


def mine(call: CallBack, viewer: Staff) -> bool:
    """Whether this colleague has taken the call."""
    return call.state == S.CLAIMED and call.claimed_by_id == viewer.pk
