"""The page of an outside handler, behind a secret link and without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables

from heard.core import clock
from heard.core.errors import Refused
from heard.core.limits import address_of, within
from heard.core.references import clean_reference, link_is_right
from heard.joining.forms import AnswerForm
from heard.joining.models import Errand
from heard.joining.outside import answer_errand
from heard.joining.views.nearby import kept_private

HOUR = 3600


@sensitive_variables("secret")
def errand(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """What we ask, what they may see, and their answer."""
    row = (
        Errand.objects.select_related("case__service", "case__customer", "organisation", "staff")
        .filter(reference=clean_reference(reference)[:20])
        .first()
    )
    key, version = (row.pk, row.link_version) if row else (0, 0)
    if not link_is_right(secret, "errand", key, version) or row is None:
        return kept_private(
            render(request, "joining/wrong_link.html", {"errand": True}, status=404)
        )
    form = AnswerForm(request.POST or None)
    ended = not row.is_open or clock.now() > row.expires_at
    context = {"errand": row, "case": row.case, "form": form, "ended": ended}
    context["thanks"] = "thanks" in request.GET
    if request.method == "POST" and form.is_valid():
        here = within("errand-from", address_of(request), times=60, seconds=HOUR)
        about = within("errand-about", row.reference, times=20, seconds=HOUR)
        if not (here and about):
            return kept_private(
                render(request, "joining/errand.html", context | {"too_often": True}, status=429)
            )
        if _answered(row, form):
            return kept_private(redirect(f"{request.path}?thanks"))
    status = 422 if form.errors else 200
    return kept_private(render(request, "joining/errand.html", context, status=status))


def _answered(row: Errand, form: AnswerForm) -> bool:
    given = form.cleaned_data
    try:
        answer_errand(row, given["step"], words=given["words"], key=form.once("answer", row.pk, 0))
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True
