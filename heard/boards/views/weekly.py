"""The weekly mail: whether one wants it, and how this week's would read."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heard.boards.forms import MailForm
from heard.boards.models import Week
from heard.boards.weekly import WRITTEN_TO, choose_mail, letter, monday_of, wants_mail
from heard.core import clock
from heard.people.roles import may, needs, staff_of

WEEKS = 8


@needs("see boards")
def show(request: HttpRequest) -> HttpResponse:
    """One's own choice, the mail as the coming Monday would write it, and the last weeks."""
    viewer = staff_of(request)
    form = MailForm(
        request.POST if request.method == "POST" else None, initial={"weekly": wants_mail(viewer)}
    )
    if request.method == "POST" and form.is_valid():
        choose_mail(viewer, weekly=form.cleaned_data["weekly"], actor=viewer.as_actor())
        messages.success(request, _("Kept."))
        return redirect("boards:mail")
    monday = monday_of(clock.now()) + timedelta(days=7)
    sees = may(viewer, "see every board") or viewer.division is not None
    context = {
        "form": form, "letter": letter(viewer, monday) if sees else None,
        "gets_it": viewer.role in WRITTEN_TO, "weeks": Week.objects.all()[:WEEKS], "here": "mail",
        "preview": True,
    }  # fmt: skip
    return render(request, "boards/mail.html", context)
