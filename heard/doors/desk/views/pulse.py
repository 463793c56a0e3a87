"""The pulse of an open case page: who else is here, and what happened since it was shown."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from heard.cases.story import story_from, story_parts
from heard.core.gather import gather
from heard.doors.desk.known import viewer_of
from heard.doors.desk.presence import be_here, here_from, here_part, leave
from heard.doors.desk.story import moments
from heard.doors.desk.views.case import customer_words, found_case
from heard.people.roles import needs

LATEST = 10


@needs("read cases")
@require_POST
def pulse(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that I am here (or write, or leave); a fragment that says what goes on."""
    viewer, case = viewer_of(request), found_case(reference)
    if request.POST.get("leaving"):
        leave(case, viewer)
        return HttpResponse(status=204)
    be_here(case, viewer, writes=request.POST.get("writing") == "1")
    found = gather({**story_parts(case, limit=LATEST), "here": here_part(case)})
    story = story_from(case, found, limit=LATEST)
    since = _since(request)
    has_changed = request.POST.get("version", "") != str(case.version)
    timeline = moments(story, customer=customer_words(case, viewer), since=since)
    context = {
        "case": case,
        "here": here_from(found["here"], viewer).others,
        "news": [m for m in timeline if m.is_new] if has_changed else [],
        "has_changed": has_changed,
        "is_live": True,
        "viewer": viewer,
    }
    return render(request, "desk/parts/live.html", context)


def _since(request: HttpRequest) -> datetime | None:
    try:
        found = parse_datetime(request.POST.get("since", "")[:40])
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
