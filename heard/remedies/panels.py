"""What this room shows on the pages of others: making it right in a case, wishes that wait."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.cases.models import Case
from heard.people.roles import may, staff_of
from heard.remedies import reads
from heard.remedies.forms import RemedyForm


def in_case(request: HttpRequest, about: Any) -> SafeString | str:
    """In a case: what was given, what waits, and the form to give or ask for more. Four queries."""
    viewer = staff_of(request)
    if not isinstance(about, Case) or not may(viewer, "read cases"):
        return ""
    given = reads.remedies_of(about)
    offers = reads.offers(about, viewer, given) if may(viewer, "work cases") else []
    if not given and not offers:
        return ""
    context = {
        "case": about,
        "given": given,
        "wishes": list(reads.open_wishes(about)),
        "offers": offers,
        "form": RemedyForm(offers=offers) if offers else None,
        "allows": may(viewer, "allow remedies"),
        "viewer": viewer,
    }
    return render_to_string("remedies/parts/in_case.html", context, request=request)


def wishes_waiting(request: HttpRequest, about: Any) -> SafeString | str:
    """On the desk's first page of managers: colleagues ask for something."""
    waiting = reads.waiting_for(staff_of(request))
    if not waiting:
        return ""
    return render_to_string("remedies/parts/waiting.html", {"n": waiting}, request=request)
