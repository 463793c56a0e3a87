"""The list of cases: queues and saved views above it, its filters in the address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from heard.cases.listing import FURTHEST, page_of
from heard.cases.models import Case
from heard.cases.reads import case_at_desk
from heard.cases.searching import is_reference
from heard.core import clock
from heard.doors.desk.bulk_forms import offered_bulk
from heard.doors.desk.filters import CaseFilters
from heard.doors.desk.known import viewer_of
from heard.doors.desk.promises import Promised, next_promise
from heard.doors.desk.queues import shown_queues, views_of
from heard.doors.desk.snippets import marked, snippets, words_of
from heard.doors.desk.story import state_tone, state_words
from heard.doors.desk.views.saved import SaveViewForm
from heard.people.models import Staff
from heard.people.roles import may, needs
from heard.ui.lists import Listing

LESS_USED = ("only", "service", "channel", "language", "sort")


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the list shows it. ``found`` are its words that were searched for, marked."""

    case: Case
    promise: Promised | None
    state: str
    tone: str
    found: SafeString | None = None
    customer: SafeString | None = None


@needs("read cases")
def listing(request: HttpRequest) -> HttpResponse:
    """Mine and my division's open cases, most urgent first, unless the address says otherwise."""
    viewer, now = viewer_of(request), clock.now()
    views = views_of(viewer)
    if not request.GET:
        first = next((view for view in views if view.pk == view.first), None)  # type: ignore[attr-defined]
        if first is not None:
            return redirect(first.url)
    filters = CaseFilters(request.GET, viewer=viewer)
    wanted = filters.wanted()
    if is_reference(wanted.search) and (found := case_at_desk(wanted.search)) is not None:
        return redirect(found)
    listed = page_of(wanted, request.GET.get("page", "1"), now=now)
    queues, saved = shown_queues(viewer, views, request.GET, now)
    context = {
        "listing": Listing(listed.page, filters),
        "rows": _rows(listed.page.object_list, wanted.search, viewer, now),
        "there_are_more": listed.there_are_more,
        "furthest": FURTHEST,
        "sees_people": may(viewer, "see people"),
        "takes_cases": may(viewer, "work cases"),
        "viewer": viewer,
        "keeps_to_ours": wanted.ours is not None,
        "searched": wanted.search,
        "more_filters": any(request.GET.get(name) for name in LESS_USED),
        "queues": queues,
        "views": saved,
        "save_view": _save_form(request.GET, viewer),
        "save_view_url": reverse("desk:views"),
        "bulk_actions": offered_bulk(viewer),
        "query": filters_of(request.GET),
    }
    return render(request, "desk/list.html", context)


def filters_of(address: QueryDict) -> str:
    """The filters of an address alone, to be kept or sent on: no page, no view."""
    kept = address.copy()
    for name in ("page", "view"):
        kept.pop(name, None)
    for name in [name for name, value in kept.items() if not value]:
        del kept[name]
    return kept.urlencode()


def _save_form(address: QueryDict, viewer: Staff) -> SaveViewForm:
    return SaveViewForm(viewer=viewer, initial={"query": filters_of(address)})


def _rows(cases: Any, searched: str, viewer: Staff, now: datetime) -> list[Row]:
    cases = list(cases)
    found = snippets(cases, searched) if searched else {}
    words = words_of(searched)
    return [
        Row(
            case, next_promise(case, now), state_words(case.state), state_tone(case.state),
            found.get(case.pk), marked(str(case.customer), words) if case.customer else None,
        )
        for case in cases
    ]  # fmt: skip
