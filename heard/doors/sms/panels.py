"""What this door shows on pages of the desk."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.cases.models import Case
from heard.doors.sms.forms import TextForm
from heard.doors.sms.models import InText
from heard.people.models import Customer
from heard.people.roles import may
from heard.post.addresses import is_stopped, number_of, way_to


def case_panel(request: HttpRequest, case: Case) -> SafeString | str:
    """Where answers go by text message: a box that shows length and price first; two queries."""
    person = case.customer
    if person is None or not may(request.user, "work cases"):
        return ""
    wants = person.preferred_channel == Customer.Channel.SMS and bool(number_of(person.phone))
    if not wants:
        return ""
    way = way_to(person)
    context = {
        "case": case,
        "by_text": way is not None and way[0] == "sms",
        "stopped": is_stopped("sms", person.phone),
        "ends": person.phone[-4:],
        "form": TextForm(auto_id="text-%s"),
    }
    return render_to_string("sms/parts/case.html", context, request=request)


def home_panel(request: HttpRequest, about: object) -> SafeString | str:
    """How many texts wait; one query."""
    if not may(request.user, "sort mail"):
        return ""
    count = InText.objects.filter(outcome=InText.Outcome.WAITS).count()
    if not count:
        return ""
    return render_to_string("sms/parts/home.html", {"count": count}, request=request)
