"""The reply templates: the list, and writing one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heard.answers.forms import TemplateForm
from heard.answers.models import ReplyTemplate
from heard.answers.readability import read
from heard.answers.replies import VARIABLES, example
from heard.answers.template_services import save_template
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.people.roles import may, needs, staff_of
from heard.ui.lists import listing


@needs("read answers")
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """All templates, those switched off last."""
    rows = ReplyTemplate.objects.select_related("division").prefetch_related("services")
    found = listing(request, rows.order_by("-is_active", "name", "pk"), per_page=25)
    context = {"listing": found, "writes": may(staff_of(request), "publish answers")}
    return render(request, "answers/desk_templates.html", context)


@needs("publish answers")
def new(request: HttpRequest) -> HttpResponse:
    """A new template."""
    return _write(request, None)


@needs("publish answers")
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template."""
    rows = ReplyTemplate.objects.prefetch_related("services")
    row = rows.filter(pk=template_id).first()
    if row is None:
        raise Http404
    return _write(request, row)


def _write(request: HttpRequest, row: ReplyTemplate | None) -> HttpResponse:
    form = TemplateForm(request.POST if request.method == "POST" else None, template=row)
    if request.method != "POST":
        return _page(request, row, form)
    valid = form.is_valid()
    if request.POST.get("do") == "look":
        return _page(request, row, form, looks=True)
    if not valid:
        return _page(request, row, form, status=422)
    given = form.cleaned_data
    try:
        save_template(
            name=given["name"],
            words=form.words("words"),
            actor=staff_of(request).as_actor(),
            template=row,
            division=given["division"],
            services=list(given["services"]),
            is_active=given["is_active"],
            seen_version=given["version"] if row else None,
            key=f"template-{given['key']}",
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        status = 409 if isinstance(error, ChangedMeanwhile) else 422
        return _page(request, row, form, status=status)
    messages.success(request, _("The template is saved."))
    return redirect("answers_desk:templates")


def _page(
    request: HttpRequest,
    row: ReplyTemplate | None,
    form: TemplateForm,
    *,
    looks: bool = False,
    status: int = 200,
) -> HttpResponse:
    sides = []
    for code, spoken, field in form.sides():
        words = str(field.value() or "")
        sides.append((code, spoken, field, example(words, code), read(words, code)))
    context = {
        "template": row,
        "form": form,
        "sides": sides,
        "variables": VARIABLES.values(),
        "shows_reading": looks or row is not None or bool(form.errors),
    }
    return render(request, "answers/write_template.html", context, status=status)
