"""Who hears of a case, words for all of them, and problems that are known already."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.cases.models import Case
from heard.joining.following import follow, stop_following, tell_everybody
from heard.joining.forms import FollowForm, KnownForm, UpdateForm
from heard.joining.models import Follower
from heard.joining.reads import Sought, followers, likely, merges_of, reporters, updates
from heard.joining.views.shared import done, found_case
from heard.people.roles import may, needs, staff_of

TAKEN_ALONG = ("name", "email", "phone", "language")


@needs("work cases")
def people(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody who hears of a case, and one more."""
    case, viewer = found_case(reference), staff_of(request)
    along = {name: request.GET[name][:200] for name in TAKEN_ALONG if name in request.GET}
    form = FollowForm(request.POST or None, initial={"language": case.language, **along})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in TAKEN_ALONG}
        key = form.once("follow", case.pk, viewer.pk)
        if done(form, lambda: follow(case, actor=viewer.as_actor(), key=key, **given)):
            messages.success(request, _("They hear from us how this case goes."))
            return redirect("joining:people", case.reference)
    merges = merges_of(case)
    page = Paginator(followers(case), 50).get_page(request.GET.get("page"))
    context = {
        "case": case,
        "form": form,
        "page": page,
        "reporters": [(each, merges.get(each.pk)) for each in reporters(case)[:200]],
        "sees_people": may(viewer, "see people"),
    }
    return render(request, "joining/people.html", context, status=422 if form.errors else 200)


@needs("work cases")
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """They asked us on the phone to stop telling them."""
    row = get_object_or_404(Follower.objects.select_related("case"), pk=pk)
    stop_following(row, actor=staff_of(request).as_actor())
    messages.success(request, _("They no longer hear of this case."))
    return redirect("joining:people", row.case.reference)


@needs("work cases")
def update(request: HttpRequest, reference: str) -> HttpResponse:
    """Words for the customer, every reporter and every follower."""
    case, viewer = found_case(reference), staff_of(request)
    form = UpdateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        key = form.once("update", case.pk, viewer.pk)
        if done(form, lambda: _tell(case, request, given["english"], given["spanish"], key)):
            messages.success(request, _("Your words are on their way to everybody."))
            return redirect(case)
    context = {"case": case, "form": form, "updates": updates(case)}
    return render(request, "joining/update.html", context, status=422 if form.errors else 200)


def _tell(case: Case, request: HttpRequest, english: str, spanish: str, key: str) -> None:
    tell_everybody(
        case, english=english, spanish=spanish, actor=staff_of(request).as_actor(), key=key
    )


@needs("work cases")
def known(request: HttpRequest) -> HttpResponse:
    """Is this problem here already? Then they follow it, and nobody types it twice."""
    form = KnownForm(request.GET or None)
    found = []
    if form.is_valid():
        given = form.cleaned_data
        sought = Sought(form.chosen(), given["place"], words=given["words"])
        found = likely(sought)
    along = {name: request.GET[name][:200] for name in TAKEN_ALONG if request.GET.get(name)}
    asked = form.is_bound and any(form.data.get(name) for name in form.fields)
    context = {"form": form, "likely": found, "asked": asked, "along": along}
    return render(request, "joining/known.html", context)
