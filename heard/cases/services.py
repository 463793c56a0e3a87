"""What can be done with a case. Each verb is one transaction with its audit row and event."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from heard.cases.clocks import keep_step, start_clocks
from heard.cases.models import WORDS_LIMIT, Case, Channel, Clock, Message, StateChange
from heard.cases.states import State, check_change
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import ChangedMeanwhile, Refused
from heard.core.text import clean, clean_line
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Customer, Division, Staff
from heard.people.roles import require
from heard.places.models import District


@dataclass(frozen=True, slots=True)
class Request:
    """What a customer asks: the words, and what the service's form asked besides."""

    service: Service
    words: str
    channel: str = Channel.WEB
    language: str = "en"
    customer: Customer | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    district: District | None = None


@write
def receive(request: Request, *, actor: Actor, key: str | None = None) -> Case:
    """Open a case and route it to the service's division, with its promise frozen."""
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    service = request.service
    if not request.customer and not service.anonymous_allowed:
        raise Refused(_("This service needs a name and a way to reach you."), field="email")
    now = clock.now()
    case = Case(
        service=service,
        division=service.division,
        district=request.district,
        customer=request.customer,
        language=request.language,
        channel=request.channel,
        words=full_text(request.words, field="words"),
        answers=request.answers,
        place=clean_line(request.place, limit=300),
        lat=request.lat,
        lon=request.lon,
        received_at=now,
        changed_at=now,
        customer_waits_since=now,
    )
    clocks = freeze_promise(case)
    case.save()
    Clock.objects.bulk_create(clocks)
    StateChange.objects.create(case=case, new=State.RECEIVED, by=actor.kind, at=now)
    record("case.received", about=case, actor=actor, data={"service": service.code}, key=key)
    return case


def freeze_promise(case: Case) -> list[Clock]:
    """Set the due times from the promises in force, once, when the case is routed.

    Returns its clocks, to be kept once the case is.
    """
    return start_clocks(case)


@write
def reply(
    case: Case, words: str, *, actor: Actor, wait: bool = False, key: str | None = None
) -> Message:
    """Write to the customer; with ``wait``, the case waits for their answer."""
    if (earlier := about_of_earlier(Message, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    case = locked(case)
    if wait:
        change_state(case, State.WAITING, actor)
    message = say(case, Message.Direction.OUT, words, actor=actor, channel=case.channel)
    answered(case)
    save(case)
    record(
        "case.replied", about=message, actor=actor, data={"case": case.pk, "waits": wait}, key=key
    )
    return message


@write
def note(case: Case, words: str, *, actor: Actor, key: str | None = None) -> Message:
    """Write a note that only staff read."""
    if (earlier := about_of_earlier(Message, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    case = locked(case)
    message = say(case, Message.Direction.NOTE, words, actor=actor, channel=Channel.STAFF)
    save(case)
    record("case.noted", about=message, actor=actor, data={"case": case.pk}, key=key)
    return message


@write
def add_words(
    case: Case,
    words: str,
    *,
    actor: Actor,
    channel: str = Channel.WEB,
    key: str | None = None,
) -> Message:
    """The customer adds something; a case that waited for them goes on."""
    if (earlier := about_of_earlier(Message, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    case = locked(case)
    message = say(case, Message.Direction.IN, words, actor=actor, channel=channel)
    case.customer_waits_since = case.customer_waits_since or message.at
    if case.state == State.WAITING:
        change_state(case, State.IN_PROGRESS, actor)
    save(case)
    record("case.customer_wrote", about=message, actor=actor, data={"case": case.pk}, key=key)
    return message


@write
def assign(case: Case, to: Staff | None, *, actor: Actor, key: str | None = None) -> Case:
    """Give the case to a colleague (or to nobody); the first one also becomes the named contact."""
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "assign cases" if to is None or to.pk != actor.id else "work cases")
    if to is not None and not to.is_active:
        raise Refused(_("{name} no longer works here.").format(name=to.name), field="to")
    case = locked(case)
    changes = {"assignee": [case.assignee_id, to.pk if to else None]}
    case.assignee = to
    if case.contact_id is None and to is not None:
        changes["contact"] = [None, to.pk]
        case.contact = to
    save(case)
    record("case.assigned", about=case, actor=actor, changes=changes, key=key)
    return case


@write
def move(
    case: Case, division: Division, *, reason: str, actor: Actor, key: str | None = None
) -> Case:
    """Hand the case to another division. The customer keeps the promise and the named contact."""
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "move cases")
    case = locked(case)
    if division.pk == case.division_id:
        raise Refused(_("The case is already with this division."), field="division")
    words = needed(reason, _("Say why the case moves."), field="reason")
    changes = {"division": [case.division_id, division.pk], "assignee": [case.assignee_id, None]}
    case.division, case.assignee = division, None
    say(case, Message.Direction.NOTE, words, actor=actor, channel=Channel.STAFF)
    save(case)
    record("case.moved", about=case, actor=actor, changes=changes, key=key)
    return case


# --- shared by the verbs here, in closing.py and in understanding.py ----------------------------


def locked(case: Case, *, seen_version: int | None = None) -> Case:
    """The case as it is now, locked for this write; refused when changed since it was seen."""
    fresh = (
        Case.objects.select_for_update(of=("self",))
        .select_related("customer", "service")
        .get(pk=case.pk)
    )
    if seen_version is not None and fresh.version != seen_version:
        raise ChangedMeanwhile(
            _("Somebody changed this case while you had it open. Look again, then decide.")
        )
    return fresh


def save(case: Case) -> None:
    """Write the case with its clocks, the next version number and the time of the change."""
    keep_step(case)
    case.changed_at = clock.now()
    case.version += 1
    case.save()


def change_state(case: Case, new: State, actor: Actor, *, reason: str = "") -> None:
    """Take the case to a new state that the table allows; the caller saves it."""
    if case.merged_into_id is not None:
        raise Refused(_("This case lives on in another one. Work there, or undo the merge."))
    check_change(case.state, new, actor)
    StateChange.objects.create(
        case=case,
        old=case.state,
        new=new,
        by=actor.kind,
        staff_id=actor.id if actor.kind == "staff" else None,
        reason=reason,
        at=clock.now(),
    )
    case.state = new


def say(case: Case, direction: str, words: str, *, actor: Actor, channel: str) -> Message:
    """Add a message to the conversation."""
    return Message.objects.create(
        case=case,
        direction=direction,
        channel=channel,
        staff_id=actor.id if actor.kind == "staff" else None,
        words=needed(words, _("Write something first."), field="words"),
        at=clock.now(),
    )


def answered(case: Case) -> None:
    """The customer has heard from us: stop the wait, and the first-response clock."""
    case.customer_waits_since = None
    case.first_response_at = case.first_response_at or clock.now()


def full_text(text: str, *, field: str) -> str:
    """The cleaned text, refused (not cut) when it is too long."""
    cleaned = clean(text)
    if len(cleaned) > WORDS_LIMIT:
        raise Refused(
            _("That is {n} characters. Please keep it under {limit}.").format(
                n=len(cleaned), limit=WORDS_LIMIT
            ),
            field=field,
        )
    return cleaned


def needed(text: str, message: str, *, field: str) -> str:
    """The cleaned text, refused when nothing is left."""
    cleaned = full_text(text, field=field)
    if not cleaned:
        raise Refused(message, field=field)
    return cleaned


def reset_finish(case: Case) -> None:
    """A reopened case is no longer finished."""
    case.resolved_at = case.closed_at = None
    case.outcome, case.outcome_words = "", ""
    case.times_reopened += 1
