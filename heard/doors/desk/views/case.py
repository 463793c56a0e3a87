"""The case page: everything about one case, and what can be done with it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.cases.gather import gather
from heard.cases.reads import case_at_desk, spoken_answers
from heard.cases.story import (
    audit_from,
    audit_parts,
    others_from,
    others_part,
    story_from,
    story_parts,
)
from heard.core import clock
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.doors.desk import promises
from heard.doors.desk.actions import ACTIONS, Action, At, carry_out, offered, wish_of
from heard.doors.desk.forms import ActionForm
from heard.doors.desk.next_step import next_step
from heard.doors.desk.story import EVERYTHING, USUAL, moments, state_tone, state_words
from heard.people.models import Role, Staff
from heard.people.roles import may, needs, staff_of
from heard.ui import panels
from heard.voice.models import Response


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
    """The case page."""
    case = found_case(reference)
    if case.reference != reference:
        return redirect(case)
    return _page(request, case)


@needs("read cases")
def act(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Do one thing with a case (POST); its page with that form open (GET)."""
    chosen, viewer, case = ACTIONS.get(action), staff_of(request), found_case(reference)
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
    return redirect(f"{case.get_absolute_url()}#latest")


def _changed(request: HttpRequest, case: Case, trouble: Trouble) -> HttpResponse:
    """The page as the case is now, with what was typed kept in a form for that new state."""
    viewer, action = staff_of(request), trouble.action
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
    since: Any = None,
    status: int = 200,
) -> HttpResponse:
    viewer = staff_of(request)
    everything = "everything" in request.GET
    story = story_of(case, limit=EVERYTHING if everything else USUAL)
    at = At(case, wish_of(case))
    customer = customer_words(case, viewer)
    last = story.understandings[-1] if story.understandings else None
    step = next_step(at, last, customer)
    opened = trouble.action.name if trouble else opened or step.action
    timeline = moments(story, customer=customer, since=since)
    offers = _offers(at, viewer, trouble, opened)
    told = {change.reason for change in story.state_changes}
    context = {
        "case": case,
        "state": state_words(case.state),
        "tone": state_tone(case.state),
        "customer": customer,
        "timeline": timeline,
        "is_cut": story.is_cut and not everything,
        "news": [moment for moment in timeline if moment.is_new],
        "step": step,
        "offers": offers,
        "step_is_offered": step.action in {offer.action.name for offer in offers},
        "shows_outcome": bool(case.outcome_words) and case.outcome_words not in told,
        "trouble": trouble,
        "panels": panels.shown("case", request, case),
        "side_panels": panels.shown("case-side", request, case),
        "lost": _lost(at, viewer, trouble),
        **_about(case, viewer),
    }
    return render(request, "desk/case.html", context, status=status)


def _about(case: Case, viewer: Staff) -> dict[str, Any]:
    """The facts beside the conversation."""
    now = clock.now()
    others, there_are_more = other_cases(case) if may(viewer, "see people") else ([], False)
    told = [promises.first_answer(case, now), promises.resolution(case, now)]
    sees_audit = may(viewer, "operate") or viewer.role == Role.MANAGER
    return {
        "answers": spoken_answers(case),
        "promises": [promise for promise in told if promise],
        "others": [(other, state_words(other.state)) for other in others],
        "more_others": there_are_more,
        "response": _response(case, viewer),
        "audit": audit_of(case) if sees_audit else [],
        "sees_people": may(viewer, "see people"),
        "sees_chain": may(viewer, "operate"),
        "back": reverse("desk:list"),
    }


def customer_words(case: Case, viewer: Staff) -> str:
    """The customer by name where there is one and the viewer may know it."""
    if case.customer is not None and case.customer.name and may(viewer, "see people"):
        return case.customer.name
    return _("The customer")


def _offers(at: At, viewer: Staff, trouble: Trouble | None, opened: str) -> list[Offer]:
    found = []
    for action in offered(at, viewer):
        if trouble is not None and trouble.action.name == action.name:
            form = trouble.form
        else:
            form = action.form(case=at.case, viewer=viewer, name=action.name)
        found.append(Offer(action, form, action.name == opened))
    return found


def _lost(at: At, viewer: Staff, trouble: Trouble | None) -> list[tuple[str, str]]:
    """What was typed into a form that the case, as it is now, no longer offers."""
    if trouble is None or trouble.action in offered(at, viewer):
        return []
    return trouble.form.typed()


def _response(case: Case, viewer: Staff) -> Response | None:
    """What the customer answered afterwards, for those who may read it."""
    found = Response.objects.filter(invitation__about=f"case:{case.pk}").first()
    if found is None or found.may_share or may(viewer, "read comments"):
        return found
    return None
