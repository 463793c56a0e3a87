"""Reports in words: steps of the funnel, a change, drivers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from heard.ui.telling import number, share
from heard.voice.models import Occasion
from heard.voice.reports.drivers import Both
from heard.voice.reports.funnel import Funnel, Missing
from heard.voice.reports.scores import Score
from heard_stats import Difference


def CHANNELS() -> dict[str, str]:
    """How the channels of requests are called."""
    return {
        "web": pgettext("channel", "web"),
        "phone": pgettext("channel", "phone"),
        "counter": pgettext("channel", "counter"),
        "email": pgettext("channel", "email"),
        "sms": pgettext("channel", "text message"),
        "social": pgettext("channel", "social media"),
        "letter": pgettext("channel", "letter"),
        "app": pgettext("channel", "app"),
        "api": pgettext("channel", "other programs"),
        "open311": pgettext("channel", "other programs"),
    }


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the funnel as a page shows it; ``part`` of the first step, in hundredths."""

    name: str
    n: int
    part: float
    lost: list[str]


def funnel_rows(found: Funnel) -> list[StepRow]:
    """The steps with their names and the reasons in words."""
    names = {
        "served": _("Served"),
        "eligible": _("Could be asked"),
        "sampled": pgettext("step of a survey", "Asked"),
        "delivered": _("Reached"),
        "started": _("Began"),
        "answered": pgettext("step of a survey", "Answered"),
    }
    reasons = dict(Occasion.Excluded.choices)
    return [
        StepRow(
            names[step.key],
            step.n,
            round(100 * step.n / found.served, 1) if found.served else 0.0,
            [f"{reasons[key]}: {number(n)}" for key, n in step.lost],
        )
        for step in found.steps
    ]


def change_words(now: Score, then: Score, difference: Difference | None) -> str:
    """How the score moved against as many days before, in one sentence; "" where there is none."""
    if now.is_small or not now.n:
        return ""
    if then.is_small or not then.n:
        return _("Before that, fewer than ten people answered: there is nothing to compare with.")
    if difference is None or difference.value is None:
        return _("The question was worded differently before, so no change is given.")
    way = _UNCLEAR if not difference.significant else _UP if difference.value > 0 else _DOWN
    return str(way).format(
        points=number(abs(difference.value), 1), before=number(then.index.value),
        n=number(then.n),
    )  # fmt: skip


_UP = gettext_lazy(
    "Before that, over as many days: {before} ({n} answers). Up {points} points, more than chance "
    "would do."
)
_DOWN = gettext_lazy(
    "Before that, over as many days: {before} ({n} answers). Down {points} points, more than "
    "chance would do."
)
_UNCLEAR = gettext_lazy(
    "Before that, over as many days: {before} ({n} answers). Too close to call it a change."
)


@dataclass(frozen=True, slots=True)
class MissingRow:
    """One group of those asked: its share that answered, in words and in hundredths."""

    name: str
    told: str
    part: float
    asked: int


def missing_rows(found: Sequence[Missing]) -> list[tuple[str, list[MissingRow]]]:
    """By what, and the groups with the lowest response first; nothing where all are one group."""
    told = []
    for one in found:
        rows = [
            MissingRow(group.name, share(group.rate), round(100 * group.rate, 1), group.asked)
            for group in one.groups
        ]
        if len(rows) > 1:
            told.append((one.by, sorted(rows, key=lambda row: (row.part, row.name))))
    return told


@dataclass(frozen=True, slots=True)
class DriverRow:
    """One driver: its share in words and in hundredths, and the likely range."""

    name: str
    told: str
    part: float
    between: str


@dataclass(frozen=True, slots=True)
class DriverTables:
    """Stated and derived beside each other; ``why`` where the derived ones cannot be told."""

    stated: list[DriverRow]
    from_reasons: bool
    derived: list[DriverRow]
    r2: float | None
    n: int
    why: str


def driver_rows(both: Both) -> DriverTables:
    """Both lists as a page shows them."""
    derived = sorted(both.derived.drivers, key=lambda one: -one.share)
    return DriverTables(
        stated=[
            DriverRow(one.name, share(one.share), 100 * one.share, _range(one.low, one.high))
            for one in both.stated
        ],
        from_reasons=both.stated_from == "reasons",
        derived=[
            DriverRow(
                one.name, share(one.share), round(100 * max(one.share, 0.0), 1),
                _range(one.low, one.high),
            )
            for one in derived
        ],
        r2=both.derived.r2,
        n=both.derived.n,
        why=both.derived.why,
    )  # fmt: skip


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return _("{low} to {high}").format(low=share(low), high=share(high))
