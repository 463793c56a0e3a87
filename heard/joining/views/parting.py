"""Parts of a case for other divisions."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.city import city_zone
from heard.joining.forms import JustDoIt, SplitForm
from heard.joining.parting import let_parts_go_on, split
from heard.joining.views.shared import done, found_case
from heard.people.roles import needs, staff_of


@needs("join cases")
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """A part: which division, what, by when."""
    case, viewer = found_case(reference), staff_of(request)
    form = SplitForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        day, zone = given["due"], ZoneInfo(case.zone) if case.zone else city_zone()
        due = datetime.combine(day, time(17), tzinfo=zone).astimezone(UTC) if day else None
        key = form.once("split", case.pk, viewer.pk)
        if done(
            form,
            lambda: split(
                case, form.chosen(), words=given["words"], due_at=due,
                actor=viewer.as_actor(), key=key,
            ),
        ):  # fmt: skip
            messages.success(request, _("The part is with its division."))
            return redirect(case)
    context = {
        "form": form,
        "case": case,
        "heading": _("A part for another division"),
        "intro": _("The customer keeps one page and one named contact; they do not see the part."),
        "submit": _("Make the part"),
        "cancel_url": reverse("desk:case", args=[case.reference]),
    }
    return render(request, "joining/form.html", context, status=422 if form.errors else 200)


@needs("work cases")
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Finish the whole without its open parts: what that means, and the button."""
    case, viewer = found_case(reference), staff_of(request)
    form = JustDoIt(request.POST if request.method == "POST" else None)
    sent = request.method == "POST" and form.is_valid()
    if sent and done(form, lambda: let_parts_go_on(case, actor=viewer.as_actor())):
        messages.success(request, _("You can finish this case now; its parts go on."))
        return redirect(case)
    context = {
        "form": form,
        "case": case,
        "heading": _("Finish without the open parts?"),
        "intro": _(
            "The parts stay open with their divisions and go on. The customer will not hear of "
            "them again, so say in the outcome what is still being done."
        ),
        "submit": _("Yes, it may finish without them"),
        "cancel_url": reverse("desk:case", args=[case.reference]),
    }
    return render(request, "joining/form.html", context, status=422 if form.errors else 200)
