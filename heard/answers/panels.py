"""What this room shows on other rooms' pages: templates and answers beside a case, own reviews."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from heard.answers.reads import of_service, stale, templates_for
from heard.people.roles import may, staff_of


def case_templates(request: HttpRequest, case: Any) -> str:
    """Templates that fit the case, each a link that opens the reply with its words. One query."""
    if not (may(request.user, "read answers") and may(request.user, "work cases")):
        return ""
    found = list(templates_for({"service": case.service_id, "division": case.division_id}, limit=8))
    if not found:
        return ""
    context = {"templates": found, "case_url": case.get_absolute_url()}
    return render_to_string("answers/parts/case_templates.html", context, request=request)


def case_answers(request: HttpRequest, case: Any) -> str:
    """The answers of the case's service. One query."""
    if not may(request.user, "read answers"):
        return ""
    found = of_service(case.service_id, for_staff=True)
    if not found:
        return ""
    return render_to_string("answers/parts/case_answers.html", {"answers": found}, request=request)


def own_reviews(request: HttpRequest, about: Any) -> str:
    """The viewer's own answers whose day of review has passed. One query."""
    if not may(request.user, "write answers"):
        return ""
    found = list(stale().filter(owner=staff_of(request))[:5])
    if not found:
        return ""
    return render_to_string("answers/parts/desk_home.html", {"answers": found}, request=request)
