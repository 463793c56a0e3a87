"""The list of cases, with its filters in the address."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from heard.cases.models import Case
from heard.cases.reads import FURTHEST, case_at_desk, is_reference, page_of
from heard.core import clock
from heard.doors.desk.filters import CaseFilters
from heard.doors.desk.promises import Promised, next_promise
from heard.doors.desk.story import state_tone, state_words
from heard.people.roles import may, needs, staff_of
from heard.ui.lists import Listing

LESS_USED = ("service", "channel", "language", "sort")


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the list shows it."""

    case: Case
    promise: Promised | None
    state: str
    tone: str


@needs("read cases")
def listing(request: HttpRequest) -> HttpResponse:
    """Mine and my division's open cases, most urgent first, unless the address says otherwise."""
    viewer = staff_of(request)
    filters = CaseFilters(request.GET, viewer=viewer)
    wanted = filters.wanted()
    if is_reference(wanted.search) and (found := case_at_desk(wanted.search)) is not None:
        return redirect(found)
    now = clock.now()
    listed = page_of(wanted, request.GET.get("page", "1"), now=now)
    return render(
        request,
        "desk/list.html",
        {
            "listing": Listing(listed.page, filters),
            "rows": [_row(case, now) for case in listed.page.object_list],
            "there_are_more": listed.there_are_more,
            "furthest": FURTHEST,
            "sees_people": may(viewer, "see people"),
            "takes_cases": may(viewer, "work cases"),
            "viewer": viewer,
            "keeps_to_ours": wanted.ours is not None,
            "searched": wanted.search,
            "more_filters": any(request.GET.get(name) for name in LESS_USED),
        },
    )


def _row(case: Case, now: datetime) -> Row:
    return Row(case, next_promise(case, now), state_words(case.state), state_tone(case.state))
