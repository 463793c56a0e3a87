"""What each role may do, as one table, and the guard that pages use."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, Literal, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from heard.core.actors import Actor
from heard.core.errors import NotAllowed
from heard.people.models import Role, Staff

P = ParamSpec("P")

Ability = Literal[
    "read cases",        # the desk: any case of the city
    "work cases",        # reply, note, state what was understood, change the state
    "assign cases",      # give a case to a colleague
    "move cases",        # hand a case to another division
    "read comments",     # what customers wrote after a case, with the case behind it
    "see divisions",     # the page of any division
    "see people",        # names and addresses of customers
    "take contacts",     # write down who spoke with us, and make the calls we owe
    "read answers",      # answers and reply templates at the desk
    "write answers",     # write a draft; say that one's own answer is still right
    "publish answers",   # publish, change and retire answers; write reply templates
    "write rules",       # routing rules and teams: draft and try (an administrator switches on)
    "keep roster",       # shifts, on-call and absences: a manager's division, or all
    "allow remedies",    # answer a colleague's wish for a remedy above their own authority
    "join cases",        # merge and undo, split a case into parts
    "ask outside",       # hand a case to somebody outside, through a link
    "write surveys",     # write and publish surveys, rules of asking, places, imports
    "review comments",   # read comments masked, publish them with a reply
    "take answers",      # read a survey out by phone, enter answers from paper
    "enter measures",    # figures and their words, from draft on
    "publish measures",  # review and publish what somebody else entered
    "keep targets",      # targets, owners, measures and their definitions
    "see boards",        # how the own division is doing
    "see every board",   # how every division and the city are doing
    "answer alerts",     # say what will be done about an alert of the own division
    "mute alerts",       # tell nothing of a measure for a while
    "keep comparisons",  # others' figures, other cities, the one score
    "see forecasts",     # what is expected, and the staff it needs
    "see promises",      # promises of every service, what is at risk, recalculations
    "keep promises",     # make promises (of the own division), decide recalculations
    "write forms",       # the questions of a service: of the own division, or all
    "keep calendars",    # hours, closures, special days: of the own division, or all
    "sort mail",         # decide about mails and texts that wait for a person
    "answer mentions",   # answer social posts in public, judge them, open cases from them
    "join people",       # say that two customers are the same person, or are not
    "operate",           # steps, schedule, outbox
    "administer",        # services, staff, the city
]  # fmt: skip

ABILITIES: dict[str, set[Ability]] = {
    Role.AGENT: {
        "see boards",
        "take answers",
        "read cases", "work cases", "assign cases", "move cases", "see people", "take contacts",
        "join cases", "ask outside", "sort mail", "answer mentions", "join people",
        "read answers", "write answers",
    },
    Role.FIELD_WORKER: {
        "see boards",
        "read cases", "work cases", "see people", "take contacts",
        "ask outside",
        "read answers",
    },
    Role.MANAGER: {
        "see boards", "answer alerts",
        "review comments", "take answers",
        "keep calendars", "write forms",
        "see promises", "keep promises",
        "see forecasts",
        "enter measures",
        "read cases", "work cases", "assign cases", "move cases", "see people",
        "join cases", "ask outside", "sort mail", "answer mentions", "join people",
        "read comments", "see divisions", "write rules", "keep roster", "allow remedies",
        "take contacts", "read answers", "write answers", "publish answers",
    },
    Role.CX_LEAD: {
        "see boards", "see every board", "answer alerts", "mute alerts", "keep comparisons",
        "write surveys", "review comments", "take answers",
        "see promises",
        "see forecasts",
        "enter measures", "publish measures", "keep targets",
        "read cases", "read comments", "see divisions", "answer mentions",
        "read answers", "write answers", "publish answers",
    },
    Role.ADMINISTRATOR: {
        "see boards", "see every board", "answer alerts", "mute alerts", "keep comparisons",
        "write surveys", "review comments", "take answers",
        "keep calendars", "write forms",
        "see promises", "keep promises",
        "see forecasts",
        "enter measures", "publish measures", "keep targets",
        "read cases", "work cases", "assign cases", "move cases", "see people",
        "join cases", "ask outside", "sort mail", "answer mentions", "join people",
        "read comments", "see divisions", "write rules", "keep roster", "allow remedies",
        "operate", "administer",
        "take contacts", "read answers", "write answers", "publish answers",
    },
}  # fmt: skip


def may(person: Staff | Actor | Any, ability: Ability) -> bool:
    """Whether the person's role holds the ability; who is not active staff may do nothing."""
    if isinstance(person, Staff) and not person.is_active:
        return False
    if isinstance(person, Actor) and person.kind == "system":
        return True
    return ability in ABILITIES.get(getattr(person, "role", ""), set())


def require(actor: Actor, ability: Ability) -> None:
    """Raise ``NotAllowed`` in a write that the actor's role may not do."""
    if not may(actor, ability):
        raise NotAllowed(f"Your role may not do this ({ability}).")


def needs(
    ability: Ability,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Guard a page: sign-in for strangers, 403 for a role without the ability."""

    def guard(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @functools.wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request.user, ability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        inner.needs = ability  # type: ignore[attr-defined]
        return inner

    return guard


def staff_of(request: HttpRequest) -> Staff:
    """The signed-in member of staff behind a guarded page."""
    assert isinstance(request.user, Staff)
    return request.user
