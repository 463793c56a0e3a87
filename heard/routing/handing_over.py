"""The note at the end of a shift: what happened, counted; what matters, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.cases.listing import due_soon, overdue
from heard.cases.models import Case
from heard.cases.states import OPEN
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.text import clean
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Division, Role, Staff
from heard.people.roles import require
from heard.routing.models import HandOver, HandOverRead

USUAL = timedelta(hours=8)
LONGEST = timedelta(hours=72)
LIMIT = 4000  # characters
NEXT_SHIFT = timedelta(hours=8)

# Counts of a division between two moments; sent with the event, kept with the note.
Count = Callable[[Division, datetime, datetime], int]


@dataclass(frozen=True, slots=True)
class Counter:
    """One figure of a note. Other rooms add theirs through ``add_counter``, by way of flows."""

    name: str
    label: str | Promise
    count: Count
    order: int = 50


def _received(division: Division, since: datetime, until: datetime) -> int:
    return Case.objects.filter(
        division=division, received_at__gte=since, received_at__lt=until
    ).count()


def _closed(division: Division, since: datetime, until: datetime) -> int:
    # The work may be done long before the case is closed, so both moments are looked at.
    return Case.objects.filter(
        division=division, resolved_at__gte=since, resolved_at__lt=until
    ).count() + Case.objects.filter(
        division=division, resolved_at=None, closed_at__gte=since, closed_at__lt=until
    ).count()  # fmt: skip


def _late(division: Division, since: datetime, until: datetime) -> int:
    return Case.objects.filter(overdue(until), division=division).count()


def _soon(division: Division, since: datetime, until: datetime) -> int:
    return Case.objects.filter(due_soon(until), division=division).count()


def _unassigned(division: Division, since: datetime, until: datetime) -> int:
    return Case.objects.filter(division=division, assignee=None, state__in=OPEN).count()


_counters: dict[str, Counter] = {}


def add_counter(counter: Counter) -> None:
    """Add a figure to every note written from now on."""
    _counters[counter.name] = counter


for _name, _label, _count, _order in (
    ("received", gettext_lazy("Received"), _received, 10),
    ("finished", gettext_lazy("Finished"), _closed, 20),
    ("overdue", gettext_lazy("Overdue now"), _late, 30),
    ("soon", gettext_lazy("Due within 2 days"), _soon, 40),
    ("unassigned", gettext_lazy("Nobody's yet"), _unassigned, 45),
):
    add_counter(Counter(_name, _label, _count, _order))


def counters() -> list[Counter]:
    """All figures, in their order."""
    return sorted(_counters.values(), key=lambda counter: counter.order)


def figures(division: Division, since: datetime, until: datetime) -> dict[str, int]:
    """What happened in a division in a shift, by the name of the figure."""
    return {c.name: c.count(division, since, until) for c in counters()}


def labelled(found: dict[str, int]) -> list[tuple[str, int]]:
    """Kept figures with their words, in order; one that is no longer counted keeps its name."""
    known = {counter.name: str(counter.label) for counter in counters()}
    ordered = [name for name in known if name in found]
    rest = [name for name in found if name not in known]
    return [(known.get(name, name), found[name]) for name in (*ordered, *rest)]


def shift_begin(division: Division, now: datetime) -> datetime:
    """Since when the next note tells: the last one's end, or eight hours ago."""
    last = HandOver.objects.filter(division=division).order_by("-until").first()
    if last is None or not timedelta(0) < now - last.until <= LONGEST:
        return now - USUAL
    return last.until


@write
def hand_over(
    division: Division,
    *,
    since: datetime,
    words: str,
    actor: Actor,
    key: str | None = None,
) -> HandOver:
    """Write the note of a shift that ends now. Its figures are counted here, and stay."""
    if (earlier := about_of_earlier(HandOver, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    author = Staff.objects.get(pk=actor.id or 0)
    if author.role != Role.ADMINISTRATOR and author.division_id != division.pk:
        raise NotAllowed(_("You hand over the shift of your own division."))
    now = clock.now()
    if not timedelta(0) < now - since <= LONGEST:
        raise Refused(_("A shift began within the last 72 hours. Check when."), field="since")
    said = clean(words)
    if len(said) > LIMIT:
        told = _("That is {n} characters. Please keep it under {limit}.")
        raise Refused(told.format(n=len(said), limit=LIMIT), field="words")
    note = HandOver.objects.create(
        division=division, author=author, since=since, until=now, words=said,
        figures=figures(division, since, now),
    )  # fmt: skip
    record("shift.handed_over", about=note, actor=actor, data={"division": division.pk}, key=key)
    return note


@write
def mark_read(note: HandOver, *, actor: Actor) -> None:
    """The reader has taken it in. Once; the author's own reading is not counted."""
    require(actor, "read cases")
    if actor.id is None or actor.id == note.author_id:
        return
    _row, made = HandOverRead.objects.get_or_create(
        note=note, staff_id=actor.id, defaults={"at": clock.now()}
    )
    if made:
        record("shift.note_read", about=note, actor=actor)
