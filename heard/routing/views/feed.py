"""The calendar feed of a person, opened by its secret alone: calendar programs cannot sign in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from heard.core import clock
from heard.core.references import link_is_right
from heard.people.models import Staff
from heard.routing.feed import feed
from heard.routing.rostering import feed_of


@require_safe
def shifts(request: HttpRequest, staff: int, secret: str) -> HttpResponse:
    """The shifts of one person as iCalendar; nothing of any case or customer."""
    person = Staff.objects.filter(pk=staff, is_active=True).first()
    if person is None or not link_is_right(secret, "roster", staff, feed_of(person).version):
        raise Http404
    page = request.build_absolute_uri(reverse("routing:mine"))
    answer = HttpResponse(feed(person, clock.now(), page), content_type="text/calendar")
    answer["Content-Disposition"] = 'inline; filename="shifts.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    answer["X-Robots-Tag"] = "noindex"
    return answer
