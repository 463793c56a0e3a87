"""How the house runs: health, steps, the chain of an event, imports."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.core import clock, events
from heard.core.models import Event, ImportRun, Step
from heard.doors.operate.filters import StepFilters
from heard.doors.operate.reads import LONGEST_LIST, chain_of, checks, open_steps, schedule_table
from heard.people.roles import needs, staff_of
from heard.ui.lists import listing


@needs("operate")
def health(request: HttpRequest) -> HttpResponse:
    """Whether all is well, and when each regular job runs."""
    context = {"checks": checks(clock.now()), "schedule": schedule_table()}
    return render(request, "operate/health.html", context)


@needs("operate")
def steps(request: HttpRequest) -> HttpResponse:
    """Parked or waiting steps, each with its fault."""
    filters = StepFilters(request.GET)
    state = filters.chosen()
    context = {
        "listing": listing(request, open_steps(state), filters=filters),
        "parked": state == Step.State.PARKED,
    }
    return render(request, "operate/steps.html", context)


@needs("operate")
def run_again(request: HttpRequest, step: int) -> HttpResponse:
    """Send a parked step round again (POST)."""
    return _run_again(request, step)


@require_POST
def _run_again(request: HttpRequest, step: int) -> HttpResponse:
    found = get_object_or_404(Step, pk=step)
    if found.state == Step.State.PARKED:
        events.run_again(found, actor=staff_of(request).as_actor())
        messages.success(request, _("The step is on its way again."))
    else:
        messages.info(request, _("This step is no longer parked."))
    return redirect("operate:event", found.event_id)


@needs("operate")
def event(request: HttpRequest, event: int) -> HttpResponse:
    """An event with what caused it and what followed."""
    found = get_object_or_404(Event, pk=event)
    context = {"event": found, "chain": chain_of(found)}
    return render(request, "operate/event.html", context)


@needs("operate")
def imports(request: HttpRequest) -> HttpResponse:
    """Files brought in, and what became of their rows."""
    context = {"listing": listing(request, ImportRun.objects.all()[:LONGEST_LIST])}
    return render(request, "operate/imports.html", context)
