"""What an operator needs to know about the running house."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.core.events import DEEPEST
from heard.core.models import Event, ScheduleRow, Step
from heard.core.schedule import jobs
from heard.post.models import Dispatch

QUIET_WORKER = timedelta(minutes=1)  # the shortest job repeats every two seconds
SLOW_STEP = timedelta(minutes=2)
LONGEST_LIST = 1000
MOST_EVENTS = 200  # of one chain


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is well or not: its name, what was found, and where to look."""

    name: str
    is_well: bool
    words: str
    at: datetime | None = None
    url: str = ""


def checks(now: datetime) -> list[Check]:
    """The health of worker, steps, mail and jobs."""
    rows = list(ScheduleRow.objects.all())
    return [_worker(rows, now), _waiting(now), _parked(), _mail(), _jobs(rows)]


def _worker(rows: list[ScheduleRow], now: datetime) -> Check:
    moments = [m for row in rows for m in (row.started_at, row.finished_at) if m is not None]
    last = max(moments, default=None)
    if last is None:
        return Check(_("Worker"), False, _("No worker has run yet. Start one: heard work"))
    if now - last > QUIET_WORKER:
        return Check(_("Worker"), False, _("Silent. Start it again: heard work. It last ran"), last)
    return Check(_("Worker"), True, _("It runs; last seen"), last)


def _waiting(now: datetime) -> Check:
    waiting = Step.objects.filter(state=Step.State.WAITING)
    count, oldest = waiting.count(), waiting.aggregate(oldest=Min("due_at"))["oldest"]
    words = ngettext("{n} step waits", "{n} steps wait", count).format(n=count)
    url = f"{reverse('operate:steps')}?state=waiting"
    if oldest is None:
        return Check(_("Steps"), True, _("Nothing waits."), None, url)
    words += _("; the oldest is due")
    return Check(_("Steps"), now - oldest <= SLOW_STEP, words, oldest, url)


def _parked() -> Check:
    count = Step.objects.filter(state=Step.State.PARKED).count()
    words = ngettext(
        "{n} step failed too often and is parked.",
        "{n} steps failed too often and are parked.",
        count,
    ).format(n=count)
    return Check(
        _("Parked steps"), not count, words if count else _("None."), None, reverse("operate:steps")
    )


def _mail() -> Check:
    failed = Dispatch.objects.filter(state=Dispatch.State.FAILED).count()
    words = ngettext("{n} could not be sent.", "{n} could not be sent.", failed).format(n=failed)
    url = f"{reverse('operate:outbox')}?state=failed"
    return Check(_("Mail"), not failed, words if failed else _("None has failed."), None, url)


def _jobs(rows: list[ScheduleRow]) -> Check:
    failed = [row.name for row in rows if row.fault]
    words = (
        _("Failed last time: {names}").format(names=", ".join(failed)) if failed else _("All well.")
    )
    return Check(_("Regular jobs"), not failed, words)


def schedule_table() -> list[tuple[str, ScheduleRow | None]]:
    """Every registered job with its row; None where it has not run yet."""
    rows = {row.name: row for row in ScheduleRow.objects.all()}
    return sorted((job.name, rows.get(job.name)) for job in jobs())


@dataclass
class Link:
    """An event of a chain with its steps and the events its steps caused."""

    event: Event
    steps: list[Step] = field(default_factory=list)
    effects: list["Link"] = field(default_factory=list)
    is_asked: bool = False


def chain_of(event: Event) -> Link:
    """The whole chain an event stands in, from its first cause down.

    A chain is at most ``DEEPEST`` deep, so the queries are bounded by that and not by its width.
    """
    root = event
    while root.cause is not None:
        root = root.cause
    links = {root.pk: Link(root)}
    level = [root.pk]
    for _depth in range(DEEPEST + 1):
        effects = list(Event.objects.filter(cause__in=level).order_by("id")[:MOST_EVENTS])
        for effect in effects:
            links[effect.pk] = Link(effect)
            assert effect.cause_id is not None
            links[effect.cause_id].effects.append(links[effect.pk])
        level = [effect.pk for effect in effects]
        if not level or len(links) >= MOST_EVENTS:
            break
    for step in Step.objects.filter(event__in=links).order_by("id"):
        links[step.event_id].steps.append(step)
    if event.pk in links:
        links[event.pk].is_asked = True
    return links[root.pk]


def open_steps(state: str) -> QuerySet[Step]:
    """Parked steps (latest first) or waiting ones (longest due first), bounded."""
    found = Step.objects.filter(state=state).select_related("event")
    return found.order_by("-id" if state == Step.State.PARKED else "due_at")[:LONGEST_LIST]
