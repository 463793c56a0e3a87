"""The case page: everything about one case, and what can be done with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from heard.answers.replies import filled
from heard.cases.models import Case
from heard.cases.reads import case_at_desk, spoken_answers
from heard.core import clock
from heard.core.city import city
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.doors.desk import mentions, promises
from heard.doors.desk.actions import ACTIONS, Action, At, carry_out, offered
from heard.doors.desk.bulk import variables_of
from heard.doors.desk.forms import ActionForm
from heard.doors.desk.known import known, viewer_of
from heard.doors.desk.look import Look, look_at
from heard.doors.desk.next_step import next_step
from heard.doors.desk.presence import RENEW, be_here
from heard.doors.desk.story import moments, state_tone, state_words
from heard.people.models import Staff
from heard.people.roles import may, needs
from heard.ui import panels
from heard.ui.telling import day_told


@dataclass(frozen=True, slots=True)
class Offer:
    """An action with its form, ready to be shown."""

    action: Action
    form: ActionForm
    is_open: bool

    @property
    def is_quick(self) -> bool:
        """Whether it asks nothing: a button is enough."""
        return not self.form.visible_fields()

    @property
    def url(self) -> str:
        """Where the form is sent."""
        return reverse("desk:act", args=[self.form.case.reference, self.action.name])


@dataclass(frozen=True, slots=True)
class Trouble:
    """An action that could not be done: what stands on the page about it."""

    action: Action
    form: ActionForm
    message: str = ""
    changed: bool = False


def found_case(reference: str) -> Case:
    """The case, or 404."""
    case = case_at_desk(reference)
    if case is None:
        raise Http404
    return case


@needs("read cases")
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """The case page; ``?do=reply&template=3`` opens that form, filled in."""
    case = found_case(reference)
    if case.reference != reference:
        return redirect(case)
    opened = request.GET.get("do", "")
    return _page(request, case, opened=opened if opened in ACTIONS else "")


@needs("read cases")
def act(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Do one thing with a case (POST); its page with that form open (GET)."""
    viewer, chosen, case = viewer_of(request), ACTIONS.get(action), found_case(reference)
    if chosen is None:
        raise Http404
    if not may(viewer, chosen.ability):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, case, opened=chosen.name)
    form = chosen.form(request.POST, case=case, viewer=viewer, name=chosen.name)
    if not form.is_valid():
        return _page(request, case, trouble=Trouble(chosen, form), status=422)
    try:
        carry_out(chosen, case, form, viewer)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ChangedMeanwhile as error:
        return _changed(request, found_case(reference), Trouble(chosen, form, str(error), True))
    except Refused as error:
        field = error.field if error.field in form.fields else None
        form.add_error(field, str(error))
        return _page(request, case, trouble=Trouble(chosen, form), status=422)
    messages.success(request, str(chosen.done))
    _tell_unknown(request, chosen, form)
    return redirect(f"{case.get_absolute_url()}#latest")


def _tell_unknown(request: HttpRequest, action: Action, form: ActionForm) -> None:
    """Say which @names of a note mean nobody: they were not told."""
    text = form.cleaned_data.get("words", "") if action.name == "note" else ""
    unknown = mentions.named_in(text, known().people.values()).unknown if "@" in text else []
    if unknown:
        told = _("Nobody was told for {names}: no colleague is called so, or several are.")
        messages.warning(request, told.format(names=", ".join(unknown[:5])))


def _changed(request: HttpRequest, case: Case, trouble: Trouble) -> HttpResponse:
    """The page as the case is now, with what was typed kept in a form for that new state."""
    viewer, action = viewer_of(request), trouble.action
    data = request.POST.copy()
    data["version"] = str(case.version)
    form = action.form(data, case=case, viewer=viewer, name=action.name)
    form.is_valid()
    fresh = Trouble(action, form, trouble.message, True)
    since = trouble.form.cleaned_data.get("seen_at")
    return _page(request, case, trouble=fresh, since=since, status=409)


def _page(
    request: HttpRequest,
    case: Case,
    *,
    trouble: Trouble | None = None,
    opened: str = "",
    since: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer = viewer_of(request)
    look = look_at(case, viewer, everything="everything" in request.GET)
    looked = look.here.mine  # when the viewer was here last
    _note_visit(look, viewer)
    at = At(case, look.wish)
    customer = customer_words(case, viewer)
    last = look.story.understandings[-1] if look.story.understandings else None
    step = next_step(at, last, customer)
    timeline = moments(look.story, customer=customer, since=since or looked)
    opened = trouble.action.name if trouble else opened or step.action
    offers = _offers(at, viewer, trouble, opened, request.GET.get("template", ""))
    context = {
        "case": case,
        "state": state_words(case.state),
        "tone": state_tone(case.state),
        "customer": customer,
        "timeline": timeline,
        "is_cut": look.story.is_cut and "everything" not in request.GET,
        "news": [m for m in timeline if m.is_new and m.who != viewer.name],
        "since": looked,
        "here": look.here.others,
        "mentions": look.mentions,
        "step": step,
        "offers": offers,
        "step_is_offered": step.action in {offer.action.name for offer in offers},
        "trouble": trouble,
        **panels_of(request, case),
        **_choices(at, viewer, trouble),
        **_about(look, viewer),
    }
    return render(request, "desk/case.html", context, status=status)


def _note_visit(look: Look, viewer: Staff) -> None:
    """The viewer has the case before their eyes: told to others, and their mentions are read."""
    if look.here.mine is None or clock.now() - look.here.mine > RENEW:
        be_here(look.case, viewer)
    if look.mentions:
        mentions.read(look.case, viewer)


def panels_of(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The panels of other rooms: each asked for after the page, or all with ``?whole``."""
    if "whole" in request.GET:
        return {
            "panels": panels.shown("case", request, case),
            "side_panels": panels.shown("case-side", request, case),
        }
    return {"later": beside_urls(case, "case"), "beside": beside_urls(case, "case-side")}


def beside_urls(case: Case, place: panels.Place) -> list[str]:
    """Where each panel of a place is to be had."""
    numbers = range(len(panels.of(place)))
    return [reverse("desk:beside", args=[case.reference, place, number]) for number in numbers]


@needs("read cases")
def beside(request: HttpRequest, reference: str, place: str, number: int) -> HttpResponse:
    """One panel of the case page, as a fragment."""
    viewer_of(request)
    chosen = panels.of(place)[number : number + 1] if place in ("case", "case-side") else ()  # type: ignore[arg-type]
    if not chosen:
        raise Http404
    return HttpResponse(chosen[0].render(request, found_case(reference)))


def _about(look: Look, viewer: Staff) -> dict[str, Any]:
    """The facts beside the conversation."""
    now, case = clock.now(), look.case
    others, there_are_more = look.others
    reasons = {change.reason for change in look.story.state_changes}
    told = [promises.first_answer(case, now), promises.resolution(case, now)]
    return {
        "answers": spoken_answers(case),
        "shows_outcome": bool(case.outcome_words) and case.outcome_words not in reasons,
        "promises": [promise for promise in told if promise],
        "others": [(other, state_words(other.state)) for other in others],
        "more_others": there_are_more,
        "response": look.response,
        "audit": look.audit,
        "sees_people": may(viewer, "see people"),
        "sees_chain": may(viewer, "operate"),
        "back": reverse("desk:list"),
        "colleagues": known().colleagues(viewer) if may(viewer, "work cases") else [],
    }


def customer_words(case: Case, viewer: Staff) -> str:
    """The customer by name where there is one and the viewer may know it."""
    if case.customer is not None and case.customer.name and may(viewer, "see people"):
        return case.customer.name
    return _("The customer")


def _offers(
    at: At, viewer: Staff, trouble: Trouble | None, opened: str, template: str
) -> list[Offer]:
    found = []
    for action in offered(at, viewer):
        if trouble is not None and trouble.action.name == action.name:
            form = trouble.form
        else:
            form = action.form(case=at.case, viewer=viewer, name=action.name)
            if action.name == "reply" and template.isdecimal():
                form.initial["words"] = template_words(at.case, viewer, template)
        found.append(Offer(action, form, action.name == opened))
    return found


def template_words(case: Case, viewer: Staff, template: str) -> str:
    """A reply template in the language of the case, filled in; "" where there is none."""
    if len(template) > 18:
        return ""
    with translation.override(case.language):
        due = day_told(clock.local_day(case.due_at, city().zone)) if case.due_at else ""
        variables = {**variables_of(case, viewer.name), "due": due}
        found = filled(int(template), variables, case.language)
    return found.text if found else ""


def _choices(at: At, viewer: Staff, trouble: Trouble | None) -> dict[str, Any]:
    """After a conflict: what was typed, to be sent after theirs, or kept where its form is gone."""
    if trouble is None or not trouble.changed:
        return {}
    if trouble.action in offered(at, viewer):
        sent = [
            (b.html_name, b.value()) for b in trouble.form if b.value() not in (None, "", False)
        ]
        return {"again": [(name, "on" if value is True else value) for name, value in sent]}
    lost = trouble.form.typed()
    note = ACTIONS["note"].form(case=at.case, viewer=viewer, name="kept")
    hidden = [(b.html_name, b.value()) for b in note.hidden_fields()]
    words = "\n\n".join(f"{label}\n{words}" for label, words in lost)
    return {"lost": lost, "keep": [*hidden, ("words", words)] if lost else []}
