"""The rules that hold for every survey, beside what they did in the last 90 days."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.people.roles import needs, staff_of
from heard.voice.reports.restrained import DAYS, restrained
from heard.voice.restraint import Rules, keep_restraint, restraint
from heard.voice.result_forms import RestraintForm
from heard.voice.templatetags.voice import new_key


@needs("write surveys")
def rules(request: HttpRequest) -> HttpResponse:
    """Read and change them."""
    now = restraint()
    initial = {name: getattr(now, name) for name in Rules.__slots__}
    form = RestraintForm(request.POST or None, initial=initial | {"key": new_key()})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            keep_restraint(
                form.rules(), actor=staff_of(request).as_actor(),
                key=f"restraint:{key}" if key else None,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Kept. It holds for everybody asked from now on."))
            return redirect("voice:restraint")
    context = {
        "form": form, "here": "restraint", "did": restrained(now.cool_down_days), "days": DAYS,
    }  # fmt: skip
    return render(request, "voice/restraint.html", context, status=422 if form.errors else 200)
