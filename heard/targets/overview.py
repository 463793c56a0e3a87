"""The desk's list of measures: who answers for each, its latest figure, and what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.measures.definitions import ALL, measures
from heard.people.models import Staff
from heard.targets.models import Entry, Owner, OwnMeasure, Program
from heard.targets.periods import Period, containing, previous
from heard.targets.program import program, today
from heard.targets.subjects import Subject, of_card, of_own


@dataclass(frozen=True)
class Line:
    """One measure on the desk's list."""

    about: Subject
    owner: Staff | None
    latest: Entry | None
    drafts: int
    warning: str

    @property
    def period(self) -> Period | None:
        """The period of its latest published figure or words."""
        if self.latest is None:
            return None
        e = self.latest
        return Period(e.first, e.last, e.kind, e.period)  # type: ignore[arg-type]


def subjects_listed(search: str = "") -> list[Subject]:
    """Every measure once, in its usual statistic; ours by key after the computed ones."""
    own = OwnMeasure.objects.all()
    found = [of_card(card, card.statistic()) for card in measures().values()]
    found += [of_own(row) for row in own]
    wanted = search.strip().casefold()
    return [one for one in found if wanted in f"{one} {one.key}".casefold()]


def lines(subjects: Sequence[Subject]) -> list[Line]:
    """The list's rows for some measures: four queries, however many there are."""
    keys = [one.key for one in subjects]
    owners = {
        row.measure: row.staff
        for row in Owner.objects.filter(measure__in=keys).select_related("staff")
    }
    latest: dict[str, Entry] = {}
    drafts: dict[str, int] = {}
    rows = Entry.objects.filter(measure__in=keys, group=ALL).exclude(state=Entry.State.REPLACED)
    for row in rows.order_by("first"):
        if row.state == Entry.State.PUBLISHED:
            latest[row.measure] = row
        else:
            drafts[row.measure] = drafts.get(row.measure, 0) + 1
    settings = program()
    return [
        Line(
            one, owners.get(one.key), latest.get(one.key), drafts.get(one.key, 0),
            _warning(one, owners.get(one.key), latest.get(one.key), settings),
        )
        for one in subjects
    ]  # fmt: skip


def _warning(about: Subject, owner: Staff | None, latest: Entry | None, settings: Program) -> str:
    """What is wrong with who answers for a measure, or with how old its figure is."""
    if owner is None:
        return _("Nobody answers for it") if about.own is not None else ""
    if not owner.is_active:
        return _("{name} no longer works here").format(name=owner.name)
    if about.own is None or about.own.kind == OwnMeasure.Kind.RATIO:
        return ""
    behind = periods_behind(about.own, latest, settings)
    if behind is not None and behind > settings.stale_after:
        return _("{n} periods without a figure").format(n=behind)
    return ""


def periods_behind(own: OwnMeasure, latest: Entry | None, settings: Program) -> int | None:
    """How many full periods passed since the latest figure; None where there never was one."""
    if latest is None:
        return None
    period = previous(
        containing(today(), own.period_kind, settings.fiscal_start),  # type: ignore[arg-type]
        settings.fiscal_start,
    )
    count = 0
    while period.first > latest.first and count < 99:
        count += 1
        period = previous(period, settings.fiscal_start)
    return count


def waiting_for(viewer: Staff) -> int:
    """Figures that wait for somebody other than who entered them."""
    open_rows = Entry.objects.filter(state__in=[Entry.State.DRAFT, Entry.State.REVIEWED])
    return open_rows.exclude(entered_by=viewer).count()
