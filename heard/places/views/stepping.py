"""Look first, then save: the one way every change of hours goes at the desk."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heard.core.errors import NotAllowed, Refused
from heard.core.events import earlier
from heard.people.roles import staff_of
from heard.places.desk_forms import DropForm, Stepped
from heard.places.hours import HoursRefused

F = TypeVar("F", bound=Stepped)

# How the verbs name what the forms ask for in parts.
ASKED_AS = {"starts_at": "from_day", "ends_at": "to_day", "office": "places", "reason": "reason_es"}


@dataclass(frozen=True, slots=True)
class Step(Generic[F]):
    """One kind of change. ``look`` gives what it would do, ``save`` does it with a key.

    Both raise ``Refused``. ``stored`` is what the preview is built on: where that changed since,
    the preview is shown again instead of saving.
    """

    template: str
    look: Callable[[F], Any]
    save: Callable[[F, str], Any]
    done: Callable[[], str]
    back: str
    context: dict[str, Any]
    stored: Any = ""


def post_of(request: HttpRequest) -> Any:
    """What was sent, alterable; with the hours offered as nearest where they were taken."""
    data: Any = request.POST.copy()
    if "take" in data:
        data["hours"] = data["take"]
    return data


def run(request: HttpRequest, form: F, step: Step[F]) -> HttpResponse:
    """Show the form; with POST look, and save what was looked at."""
    context: dict[str, Any] = {"form": form, **step.context}
    if request.method != "POST":
        if isinstance(form, DropForm):
            _look_at_once(form, step, context)
        return render(request, step.template, context)
    key = f"hours-{staff_of(request).pk}-{form.data.get('key', '')}"[:110]
    wants_save = request.POST.get("do") == "save"
    if wants_save and earlier(key) is not None:
        return redirect(step.back)
    status = 422
    if form.is_valid():
        try:
            context["look"] = step.look(form)
            print_ = _print(form.given(), step.stored)
            if wants_save and form.cleaned_data["seen"] == print_:
                step.save(form, key)
                messages.success(request, step.done())
                return redirect(step.back)
            context["looked_again"] = wants_save
            posted: Any = form.data
            posted["seen"] = print_
            status = 200
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Refused as refused:
            _refuse(form, refused)
            context["nearest"] = refused.nearest if isinstance(refused, HoursRefused) else ""
    return render(request, step.template, context, status=status)


def _look_at_once(form: Any, step: Step[Any], context: dict[str, Any]) -> None:
    """Nothing is entered where something is taken back: what it does is shown before the button."""
    try:
        context["look"] = step.look(form)
    except Refused as refused:
        context["refused"] = str(refused)
    form.initial["seen"] = _print({}, step.stored)


def saved_words() -> str:
    """What follows after any change that can move a due time."""
    return _("Saved. What it moves for open cases is being looked at.")


def _refuse(form: Stepped, refused: Refused) -> None:
    name = ASKED_AS.get(refused.field or "", refused.field)
    form.add_error(name if name in form.fields else None, str(refused))


def _print(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
