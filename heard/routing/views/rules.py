"""The rules: their list, writing a version, switching on and off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.core.errors import NotAllowed, Refused
from heard.people.roles import needs, staff_of
from heard.routing import reads, services
from heard.routing.forms import RuleForm, may_switch
from heard.routing.models import Rule, RuleVersion
from heard.routing.telling import Teller


@needs("write rules")
def index(request: HttpRequest) -> HttpResponse:
    """All rules in their order: what acts, and what is drafted."""
    teller = Teller()
    rows = [teller.row(rule) for rule in reads.rules()]
    context = {
        "rows": rows,
        "acting": sum(row.live is not None for row in rows),
        "may_switch": may_switch(request.user),
        "trials": reads.trials()[:5],
        "here": "rules",
    }
    return render(request, "routing/rules.html", context)


@needs("write rules")
def new(request: HttpRequest) -> HttpResponse:
    """Write a new rule. It is a draft: nothing happens before it is switched on."""
    return _edit(request, None)


@needs("write rules")
def change(request: HttpRequest, rule: int) -> HttpResponse:
    """Write a new version of a rule, with its history beside it."""
    found = get_object_or_404(reads.rules(), pk=rule)
    return _edit(request, found)


def _edit(request: HttpRequest, rule: Rule | None) -> HttpResponse:
    versions: list[RuleVersion] = list(rule.versions.all()) if rule else []
    newest = versions[0] if versions else None
    form = RuleForm(request.POST or None, version=newest)
    if request.method == "POST" and form.is_valid():
        actor, key = staff_of(request).as_actor(), form.cleaned_data["key"]
        try:
            made = services.write_rule(form.said(), rule=rule, actor=actor, key=key)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            told = _("“{name}”, version {number}, is kept as a draft. Try it, then switch it on.")
            messages.success(request, told.format(name=made.name, number=made.number))
            return redirect("routing:rule", made.rule_id)
    teller = Teller()
    context: dict[str, Any] = {
        "form": form,
        "rule": rule,
        "row": teller.row(rule) if rule else None,
        "history": [teller.version(v) for v in versions],
        "may_switch": may_switch(request.user),
        "here": "rules",
    }
    return render(request, "routing/rule.html", context, status=422 if form.errors else 200)


@needs("write rules")
def act(request: HttpRequest, rule: int, action: str) -> HttpResponse:
    """Switch on (the version named), off, retire, or move a rule up or down."""
    found = get_object_or_404(Rule, pk=rule)
    if request.method != "POST":
        return redirect("routing:rule", rule)
    actor = staff_of(request).as_actor()
    try:
        if action == "on":
            number = request.POST.get("version", "")
            version = get_object_or_404(
                found.versions, number=int(number) if number.isdigit() else 0
            )
            services.switch_on(version, actor=actor)
            messages.success(request, _("The rule acts on every case that comes in from now on."))
        elif action in ("off", "retire"):
            services.switch_off(found, retire=action == "retire", actor=actor)
            messages.success(request, _("The rule acts no more."))
        elif action in ("up", "down"):
            services.reorder(found, up=action == "up", actor=actor)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.error(request, str(error))
    return redirect("routing:rules")
