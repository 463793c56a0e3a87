"""The pages of keys, for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from heard.core.errors import Refused
from heard.keys import services
from heard.keys.forms import KeyForm
from heard.keys.models import ApiKey
from heard.keys.rejections import lately
from heard.people.roles import needs, staff_of
from heard.ui.lists import listing


@needs("administer")
def show(request: HttpRequest) -> HttpResponse:
    """All keys, and what the doors turned away lately."""
    found = listing(request, ApiKey.objects.select_related("acts_as", "division"))
    return render(request, "keys/list.html", {"listing": found, "turned_away": lately()})


@never_cache
@sensitive_variables("whole")
@needs("administer")
def new(request: HttpRequest) -> HttpResponse:
    """Issue a key; the answer shows it, once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, whole = services.issue(form.wanted(), actor=staff_of(request).as_actor())
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return render(request, "keys/issued.html", {"key": key, "whole": whole})
    return render(request, "keys/new.html", {"form": form}, status=422 if form.errors else 200)


@needs("administer")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then end the key."""
    key = get_object_or_404(ApiKey.objects.select_related("acts_as", "division"), pk=pk)
    if request.method == "POST":
        services.revoke(key, actor=staff_of(request).as_actor())
        messages.success(request, _("Revoked. Whoever still uses the key is turned away now."))
        return redirect("keys:list")
    return render(request, "keys/revoke.html", {"key": key})
