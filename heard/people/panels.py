"""What this room shows on the page of a person."""

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.people.models import Customer, Sameness
from heard.people.roles import may

MOST = 20


def person_panel(request: HttpRequest, about: object) -> SafeString | str:
    """Who else they may be, and who they are joined with; one query."""
    if not isinstance(about, Customer) or not may(request.user, "join people"):
        return ""
    rows = Sameness.objects.filter(Q(keeps=about) | Q(other=about)).exclude(
        state=Sameness.State.REFUSED
    )
    found = [
        (row, row.other if row.keeps_id == about.pk else row.keeps)
        for row in rows.select_related("keeps", "other")[:MOST]
    ]
    context = {"customer": about, "found": found}
    return render_to_string("people/parts/person.html", context, request=request)


def home_panel(request: HttpRequest, about: object) -> SafeString | str:
    """How many proposals wait; one query."""
    if not may(request.user, "join people"):
        return ""
    count = Sameness.objects.filter(state=Sameness.State.PROPOSED).count()
    if not count:
        return ""
    return render_to_string("people/parts/home.html", {"count": count}, request=request)
