"""What this door shows on pages of the desk."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.cases.models import Case
from heard.doors.mail.reads import of_case, pieces_of, waiting
from heard.people.roles import may


def case_panel(request: HttpRequest, case: Case) -> SafeString | str:
    """The mails of a case in full, quotations and signatures folded; one query."""
    if not may(request.user, "read cases"):
        return ""
    mails = of_case(case.pk)
    if not mails:
        return ""
    context = {
        "mails": [(mail, pieces_of(mail)) for mail in mails],
        "sees_people": may(request.user, "see people"),
        "sorts": may(request.user, "sort mail"),
    }
    return render_to_string("mail/parts/case.html", context, request=request)


def home_panel(request: HttpRequest, about: object) -> SafeString | str:
    """How many mails wait; one query."""
    if not may(request.user, "sort mail") or not (count := waiting()):
        return ""
    return render_to_string("mail/parts/home.html", {"count": count}, request=request)
