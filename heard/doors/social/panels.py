"""What this door shows on pages of the desk."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.cases.models import Case
from heard.mentions.reads import of_case, waiting
from heard.people.roles import may


def case_panel(request: HttpRequest, case: Case) -> SafeString | str:
    """The post a case was opened from, while its author leaves it standing; one query."""
    if case.channel != "social" or not may(request.user, "read cases"):
        return ""
    found = of_case(case.pk)
    if not found:
        return ""
    context = {"mentions": found, "answers": may(request.user, "answer mentions")}
    return render_to_string("social/parts/case.html", context, request=request)


def home_panel(request: HttpRequest, about: object) -> SafeString | str:
    """How many mentions nobody has dealt with; one query."""
    if not may(request.user, "answer mentions") or not (count := waiting()):
        return ""
    return render_to_string("social/parts/home.html", {"count": count}, request=request)
