"""For residents: a known problem without anybody's private data, and the letters about it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_variables

from heard.cases.models import Case
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.limits import address_of, within
from heard.core.references import clean_reference, link_is_right
from heard.joining.following import confirm, follow, stop_following
from heard.joining.forms import JustDoIt, PublicFollowForm
from heard.joining.models import Follower
from heard.joining.progress import progress_of
from heard.joining.reads import public_case, rough_place, updates

HOUR = 3600
NOBODY = Actor("customer", name="anonymous")


def problem(request: HttpRequest, reference: str) -> HttpResponse:
    """One problem: what, roughly where, how far it is; and an email to hear more."""
    case = public_case(clean_reference(reference)[:20])
    if case is None:
        raise Http404
    form = PublicFollowForm(request.POST or None)
    context = _about(case) | {"form": form, "reference": reference}
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        here = within("follow-from", address_of(request), times=20, seconds=HOUR)
        about = within("follow-email", email.lower(), times=6, seconds=HOUR)
        if not (here and about):
            return render(
                request, "joining/problem.html", context | {"too_often": True}, status=429
            )
        # What people never see is filled in by machines alone: they are thanked and forgotten.
        if form.cleaned_data["website"] or _follow(case, form, email):
            return render(request, "joining/asked.html", context | {"email": email})
    status = 422 if form.errors else 200
    return render(request, "joining/problem.html", context, status=status)


def _follow(case: Case, form: PublicFollowForm, email: str) -> bool:
    language = (get_language() or "en")[:2]
    try:
        follow(case, email=email, language=language, actor=NOBODY)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def _about(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "place": rough_place(case),
        "steps": progress_of(case),
        "updates": updates(case, 10),
    }


@sensitive_variables("secret")
def following(request: HttpRequest, pk: int, secret: str) -> HttpResponse:
    """The page behind the link of a letter: say yes, see how it goes, stop."""
    row = Follower.objects.select_related(
        "customer", "case__service", "case__division", "case__district",
        "case__merged_into__service", "case__merged_into__district",
    ).filter(pk=pk).first()  # fmt: skip
    if not link_is_right(secret, "follower", row.pk if row else 0) or row is None:
        return kept_private(render(request, "joining/wrong_link.html", status=404))
    form = JustDoIt(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        verb = stop_following if "stop" in request.POST else confirm
        try:
            verb(row, actor=row.customer.as_actor())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return kept_private(redirect(request.path))
    case = row.case.merged_into or row.case
    context = _about(case) | {"follower": row, "form": form}
    status = 422 if form.errors else 200
    return kept_private(render(request, "joining/following.html", context, status=status))


def kept_private(response: HttpResponse) -> HttpResponse:
    """Headers of a page that belongs to one person: not kept, not indexed."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
