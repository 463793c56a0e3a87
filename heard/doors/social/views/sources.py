"""Where mentions come from: files, feeds and bridges."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.core.writes import record, write
from heard.doors.social.forms import FileForm, SourceForm
from heard.doors.social.models import Source
from heard.doors.social.services import bring_in
from heard.people.models import Staff
from heard.people.roles import needs, staff_of
from heard.post import turned

SHOWN_REJECTS = 200


@needs("answer mentions")
def bring(request: HttpRequest) -> HttpResponse:
    """Mentions from a file, with each rejected row and why."""
    form = FileForm(request.POST or None, request.FILES or None)
    done = None
    if request.method == "POST" and form.is_valid():
        source = f"file:{slugify(form.cleaned_data['name'])}"[:80]
        try:
            content = form.cleaned_data["file"].read()
            done = bring_in(content, source=source, actor=staff_of(request).as_actor())
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context: dict[str, Any] = {"form": form, "done": done}
    if done is not None:
        context |= {"form": FileForm(), "rejected": done.rejected[:SHOWN_REJECTS]}
    return render(request, "social/file.html", context, status=422 if form.errors else 200)


@needs("administer")
def index(request: HttpRequest) -> HttpResponse:
    """Every source, how it is, and a form for another one."""
    viewer = staff_of(request)
    form = SourceForm(request.POST if "add" in request.POST else None)
    if request.method == "POST" and "add" not in request.POST:
        number = request.POST.get("source", "")
        if number.isdecimal() and len(number) < 10:
            change_source(int(number), request.POST.get("do", ""), viewer)
        return redirect("social:sources")
    if request.method == "POST" and form.is_valid():
        add_source(form, viewer)
        messages.success(request, _("Added."))
        return redirect("social:sources")
    rows = [
        (source, f"{settings.HEARD_URL}{reverse('social_hook:called', args=[source.pk])}")
        for source in Source.objects.all()[:100]
    ]
    context = {"form": form, "rows": rows, "turned": turned.recent("social", 8)}
    return render(request, "social/sources.html", context, status=422 if form.errors else 200)


@write
def add_source(form: SourceForm, by: Staff) -> Source:
    """A new feed or bridge."""
    made: Source = form.save()
    record("source.added", about=made, actor=by.as_actor())
    return made


@write
def change_source(pk: int, what: str, by: Staff) -> None:
    """Turn it on or off, or end its secret and begin a new one."""
    row = Source.objects.select_for_update().filter(pk=pk).first()
    if row is None or what not in ("on", "off", "secret"):
        return
    if what == "secret":
        row.secret_version += 1
    else:
        row.is_active = what == "on"
    row.save()
    record(f"source.{what}", about=row, actor=by.as_actor())
