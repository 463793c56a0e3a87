"""Work on many cases: choose, see what would change, do it, follow it, take it back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.cases.listing import find_cases, rows_of
from heard.cases.models import Case
from heard.core import clock
from heard.core.errors import Refused
from heard.doors.desk import bulk
from heard.doors.desk.bulk import ACTIONS, AT_ONCE, LIMIT, Bulk, Given
from heard.doors.desk.bulk_forms import FORMS, BulkForm, offered_bulk, read_seen, write_seen
from heard.doors.desk.filters import CaseFilters
from heard.doors.desk.known import viewer_of
from heard.doors.desk.models import BulkItem, BulkRun
from heard.people.models import Staff
from heard.people.roles import may, needs

SHOWN = 200  # cases a page names; more are counted


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would become of one case."""

    case: Case
    words: str
    refused: str


@needs("work cases")
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Chosen cases (or all of the filters) and an action: its form, a preview, and doing it."""
    viewer = viewer_of(request)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None or not may(viewer, action.ability):
        if action is not None:
            raise PermissionDenied
        messages.error(request, _("Choose what to do with them."))
        return redirect(_back(request))
    if "seen" in request.POST:
        return _filled_in(request, viewer, action)
    seen, there_are_more = _chosen(request, viewer)
    if not seen:
        messages.error(request, _("Choose some cases first: tick them in the list."))
        return redirect(_back(request))
    if there_are_more:
        messages.warning(
            request, _("These are the first {n}; more fit your filters.").format(n=LIMIT)
        )
    form = FORMS[action.name](viewer=viewer, seen=write_seen(seen))
    return _page(request, action, form, count=len(seen))


def _back(request: HttpRequest) -> str:
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return f"{reverse('desk:list')}?{query}" if query else reverse("desk:list")


def _chosen(request: HttpRequest, viewer: Staff) -> tuple[dict[int, int], bool]:
    """The ticked cases with their versions; or the first of all that fit the filters."""
    if "all" in request.POST:
        filters = CaseFilters(QueryDict(request.POST.get("query", "")), viewer=viewer)
        found = find_cases(filters.wanted(), clock.now())
        pairs = list(found.values_list("pk", "version")[: LIMIT + 1])
        return dict(pairs[:LIMIT]), len(pairs) > LIMIT
    ticked = [pk for pk in request.POST.getlist("case")[:LIMIT] if pk.isdecimal() and len(pk) < 19]
    known = dict(Case.objects.filter(pk__in=ticked).values_list("pk", "version"))
    return {int(pk): known[int(pk)] for pk in ticked if int(pk) in known}, False


def _filled_in(request: HttpRequest, viewer: Staff, action: Bulk) -> HttpResponse:
    form = FORMS[action.name](request.POST, viewer=viewer)
    seen = read_seen(request.POST.get("seen", ""))
    if not seen:
        messages.error(request, _("Choose some cases first: tick them in the list."))
        return redirect("desk:list")
    if not form.is_valid():
        return _page(request, action, form, count=len(seen), status=422)
    given = form.given()
    if "sure" not in request.POST:
        if "change" in request.POST:
            return _page(request, action, form, count=len(seen))
        return _page(request, action, form, count=len(seen), ahead=_ahead(action, seen, given))
    try:
        run = bulk.begin(
            viewer, action=action.name, given=given, seen=seen,
            key=f"{viewer.pk}:{form.cleaned_data['key']}"[:64],
        )  # fmt: skip
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, action, form, count=len(seen), status=422)
    if len(seen) <= AT_ONCE:
        bulk.work_off(run)
    return redirect(run)


def _ahead(action: Bulk, seen: dict[int, int], given: Given) -> list[Ahead]:
    cases = rows_of(seen)
    told = []
    for case in cases:
        refused = action.refused(case, given)
        if not refused and case.version != seen[case.pk]:
            refused = _("Somebody changed it since you looked.")
        told.append(Ahead(case, "" if refused else action.told(case, given), refused))
    return told


def _page(
    request: HttpRequest,
    action: Bulk,
    form: BulkForm,
    *,
    count: int,
    ahead: list[Ahead] | None = None,
    status: int = 200,
) -> HttpResponse:
    refused = [one for one in ahead or [] if one.refused]
    context: dict[str, Any] = {
        "action": action,
        "form": form,
        "count": count,
        "ahead": ahead,
        "changing": [one for one in ahead or [] if not one.refused][:SHOWN],
        "changing_count": len(ahead or []) - len(refused),
        "refused": refused[:SHOWN],
        "refused_count": len(refused),
        "hidden": [(bound.html_name, bound.value()) for bound in form] if ahead else [],
        "query": request.POST.get("query", ""),
        "back": _back(request),
    }
    return render(request, "desk/bulk.html", context, status=status)


@needs("work cases")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, what was refused and why; its owner may undo it (POST)."""
    viewer = viewer_of(request)
    run = get_object_or_404(BulkRun.objects.select_related("by"), pk=pk)
    if run.by_id != viewer.pk and not may(viewer, "operate"):
        raise PermissionDenied
    if request.method == "POST":
        try:
            run = bulk.begin_undo(run, actor=viewer)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(run)
        if run.items.filter(state=BulkItem.State.DONE).count() <= AT_ONCE:
            bulk.work_off(run)
        return redirect(run)
    return render(request, "desk/bulk_run.html", _told(run, viewer))


def _told(run: BulkRun, viewer: Staff) -> dict[str, Any]:
    """One run in three queries: how many there are of each state, and the first of them."""
    states = list(run.items.order_by().values_list("state", flat=True))
    items = list(run.items.select_related("case__service").order_by("state", "id")[: 2 * SHOWN])
    by_state = {state.value: [i for i in items if i.state == state] for state in BulkItem.State}
    is_over = run.state in (BulkRun.State.DONE, BulkRun.State.UNDONE)
    action = ACTIONS[run.action]
    return {
        "run": run,
        "action": action,
        "total": len(states),
        "ready": len(states) - states.count("done" if run.state == "undoing" else "waiting"),
        "counts": {state.value: states.count(state.value) for state in BulkItem.State},
        "items": by_state,
        "is_over": is_over,
        "may_undo": run.by_id == viewer.pk and run.state == BulkRun.State.DONE
        and action.undo is not None and "done" in states,
        "has_undo": action.undo is not None,
        "back": reverse("desk:list"),
    }  # fmt: skip


@needs("work cases")
def runs(request: HttpRequest) -> HttpResponse:
    """The latest runs of a person."""
    viewer = viewer_of(request)
    found = [(run, ACTIONS[run.action]) for run in BulkRun.objects.filter(by=viewer)[:50]]
    return render(request, "desk/bulk_runs.html", {"runs": found, "actions": offered_bulk(viewer)})
