"""What this room shows on the pages of others: who is on now, the note to read, rules at fault."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.cases.models import Case
from heard.core import clock
from heard.people.models import Division, Staff
from heard.people.roles import may, staff_of
from heard.routing import reads
from heard.routing.models import Duty


@dataclass(frozen=True, slots=True)
class OnNow:
    """Who is there for a division at this moment; ``city_on_call`` where only the city's is."""

    division: Division | None
    on_shift: list[Staff]
    on_call: list[Staff]
    is_city_on_call: bool


def on_now_of(division: Division | None) -> OnNow:
    """Who is there now. Three queries."""
    now = clock.now()
    roster, pk = reads.roster_at(now), division.pk if division else None
    own = roster.on(pk, Duty.ON_CALL, now)
    return OnNow(
        division,
        roster.on(pk, Duty.SHIFT, now),
        own or roster.on_call(None, now),
        is_city_on_call=not own and pk is not None,
    )


def on_now(request: HttpRequest, about: Any) -> SafeString | str:
    """On the desk's first page: who is on in the viewer's division, and the note to read."""
    viewer = staff_of(request)
    if not may(viewer, "read cases"):
        return ""
    context = {"found": on_now_of(viewer.division), "note": reads.unread_note(viewer)}
    return render_to_string("routing/parts/on_now.html", context, request=request)


def on_now_for_case(request: HttpRequest, about: Any) -> SafeString | str:
    """On a case: who is on for its division."""
    if not isinstance(about, Case) or not may(request.user, "read cases"):
        return ""
    context = {"found": on_now_of(about.division)}
    return render_to_string("routing/parts/case_side.html", context, request=request)


def faults(request: HttpRequest, about: Any) -> SafeString | str:
    """On the desk's first page of operators: rules that are skipped because they cannot work."""
    if not may(request.user, "operate"):
        return ""
    found = reads.faulty_rules()
    if not found:
        return ""
    return render_to_string("routing/parts/faults.html", {"rules": found}, request=request)
