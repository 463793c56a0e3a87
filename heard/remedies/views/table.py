"""The authority table: everyone at the desk may read it, administrators change it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.people.models import Role
from heard.people.roles import may, needs, staff_of
from heard.remedies import services
from heard.remedies.forms import GIVING, KindForm, LineForm
from heard.remedies.limits import limits_told
from heard.remedies.models import Authority, Kind, TableVersion

VERSIONS = 20


@needs("read cases")
def show(request: HttpRequest) -> HttpResponse:
    """Who may do what on the spot; and for administrators, earlier versions."""
    lines: dict[int, list[tuple[Authority, str]]] = {}
    order = {role: place for place, (role, _label) in enumerate(GIVING)}
    rows = Authority.objects.select_related("kind", "staff")
    for row in sorted(rows, key=lambda r: (order.get(r.role, 99), str(r.staff or ""))):
        lines.setdefault(row.kind_id, []).append((row, limits_told(row)))
    edits = may(request.user, "administer")
    kinds = Kind.objects.all() if edits else Kind.objects.filter(is_active=True)
    context = {
        "kinds": [(kind, lines.get(kind.pk, [])) for kind in kinds],
        "edits": edits,
        "versions": _versions() if edits else [],
        "here": "table",
    }
    return render(request, "remedies/table.html", context)


def _versions() -> list[dict[str, Any]]:
    found = list(TableVersion.objects.select_related("made_by")[: VERSIONS + 1])
    kinds = dict(Kind.objects.values_list("code", "name"))
    told = []
    for place, new in enumerate(found):
        old = found[place + 1] if place + 1 < len(found) else None
        before = {_line_key(r): r for r in (old.rows if old else [])}
        after = {_line_key(r): r for r in new.rows}
        changed = [r for key, r in after.items() if before.get(key) != r]
        gone = [r for key, r in before.items() if key not in after]
        told.append({
            "version": new,
            "changed": [_line_told(r, kinds) for r in changed],
            "gone": [_line_told(r, kinds) for r in gone],
        })  # fmt: skip
    return told[:VERSIONS]


def _line_key(row: dict[str, Any]) -> tuple[str, str, int | None]:
    return row["kind"], row["role"], row["staff"]


def _line_told(row: dict[str, Any], kinds: dict[str, Any]) -> str:
    names = ("case_cents", "case_times", "day_cents", "day_times")
    authority = Authority(**{name: row[name] for name in names})
    who = row["name"] or Role(row["role"]).label
    kind = Kind(code=row["kind"], name=kinds.get(row["kind"], {}))
    return f"{kind}, {who}: {limits_told(authority)}"


@needs("administer")
def line(request: HttpRequest, authority: int | None = None) -> HttpResponse:
    """Add or change a line of the table."""
    row = (
        get_object_or_404(Authority.objects.select_related("kind"), pk=authority)
        if authority
        else None
    )
    form = LineForm(request.POST or None, authority=row)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        reason, key = given.pop("reason"), given.pop("key")
        given["kind"] = form.kinds[given["kind"]]
        given["staff"] = form.people.get(given["staff"])
        try:
            services.set_line(
                services.Line(**given), actor=staff_of(request).as_actor(), reason=reason, key=key
            )
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("The table has a new version. It holds from now on."))
            return redirect("remedies:table")
    return _form(request, form, _("What somebody may do on the spot"), _(
        "Limits left empty do not bind. Per case counts what anybody gave in it; per day, what "
        "one person gave. One’s own managers may allow more, within their own line."
    ))  # fmt: skip


@needs("administer")
def drop(request: HttpRequest, authority: int) -> HttpResponse:
    """Take a line away (POST)."""
    if request.method == "POST":
        row = get_object_or_404(Authority, pk=authority)
        services.drop_line(row, actor=staff_of(request).as_actor())
        messages.success(request, _("The line is gone. The table has a new version."))
    return redirect("remedies:table")


@needs("administer")
def kind(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """Add or change a kind of remedy."""
    row = get_object_or_404(Kind, code=code) if code else None
    names = ("code", "name", "hint", "has_amount", "is_active")
    initial = {name: getattr(row, name) for name in names} if row else None
    form = KindForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = row or Kind(order=Kind.objects.count())
        for name in names:
            setattr(changed, name, form.cleaned_data[name])
        try:
            services.save_kind(changed, actor=staff_of(request).as_actor())
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Kept. Say in the table who may do it."))
            return redirect("remedies:table")
    return _form(request, form, _("A kind of remedy"), "")


def _form(request: HttpRequest, form: Any, heading: str, intro: str) -> HttpResponse:
    context = {
        "form": form, "heading": heading, "intro": intro, "submit": _("Keep it"),
        "cancel_url": reverse("remedies:table"), "here": "table",
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "remedies/form.html", context, status=status)
