"""The clocks beside a case at the desk: each with its pauses, what moved, and what to do."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.cases.clocks import RESOLUTION
from heard.cases.models import Case, Clock, DateNote, DueChange
from heard.catalogue.promises import length
from heard.core import clock
from heard.people.roles import may

LATEST = 12


def at_risk_panel(request: HttpRequest, case: Case) -> SafeString | str:
    """Two queries: is its date close, and is a note to the customer drafted?"""
    if not may(request.user, "work cases"):
        return ""
    close = Clock.objects.filter(
        case=case, kind=RESOLUTION, stopped_at=None, warn_at__lte=clock.now()
    ).first()
    notes = list(DateNote.objects.filter(case=case, settled_at=None)[:5])
    if close is None and not notes:
        return ""
    context = {"case": case, "close": close, "notes": notes, "now": clock.now()}
    return SafeString(render_to_string("cases/parts/at_risk.html", context, request=request))


def clocks_panel(request: HttpRequest, case: Case) -> SafeString | str:
    """Three queries: clocks with their promises, pauses, changes."""
    if not may(request.user, "read cases"):
        return ""
    rows = list(
        Clock.objects.filter(case=case)
        .select_related("promise", "in_force")
        .prefetch_related("pauses")
        .order_by("-started_at", "-pk")[:LATEST]
    )
    changes = list(
        DueChange.objects.filter(case=case).select_related("staff").order_by("-pk")[:LATEST]
    )
    if not rows:
        return ""
    running = [row for row in rows if row.stopped_at is None]
    context = {
        "case": case,
        "clocks": [(row, length(row.in_force or row.promise)) for row in rows],
        "changes": changes,
        "stands_still": any(p.ended_at is None for row in running for p in row.pauses.all()),
        "now": clock.now(),
        "can_move": any(row.kind == RESOLUTION for row in running),
        "works": may(request.user, "work cases"),
    }
    return SafeString(render_to_string("cases/parts/clocks.html", context, request=request))
