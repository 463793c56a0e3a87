"""What goes with satisfaction: by people's own word, and by how the answers move together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heard.core.words import said
from heard.voice.instruments import asked_by, in_force, instrument
from heard.voice.models import Comment
from heard.voice.questions import DRIVER_TOPICS, Question
from heard.voice.reports.slices import Slice, answers, of_instrument
from heard.voice.themes import THEMES
from heard_stats import SMALL_NUMBER, Drivers, shapley_drivers, wilson

MOST_ROWS = 5000  # the latest answers; more change nothing but the waiting
BOOTSTRAP = 200
SOLVED = {"yes": 2.0, "partly": 1.0, "no": 0.0}


@dataclass(frozen=True, slots=True)
class Stated:
    """How many named a reason, of those who were offered it; shares with Wilson's interval."""

    name: str
    chosen: int
    offered: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Both:
    """Stated and derived side by side. ``stated_from`` says where the stated ones come from."""

    stated: tuple[Stated, ...]
    stated_from: str
    derived: Drivers
    enough: bool


def drivers(of: Slice) -> Both:
    """Read the answers once, and the confirmed themes of comments where no reasons were asked."""
    asks = instrument(of.instrument)
    version = in_force(asks) if asks else None
    questions = asked_by(version) if version else ()
    rows = list(
        answers(of)
        .order_by("-answered_at")
        .values_list("satisfaction", "ease", "solved", "more")[:MOST_ROWS]
    )
    stated, source = _reasons(questions, [row[3] for row in rows]), "reasons"
    if not stated:
        stated, source = _themes(of), "themes"
    return Both(
        stated=stated,
        stated_from=source if stated else "",
        derived=_derived(questions, rows),
        enough=len(rows) >= SMALL_NUMBER,
    )


def _reasons(questions: Sequence[Question], rows: Sequence[dict[str, Any]]) -> tuple[Stated, ...]:
    """From the question of trust: null was not offered, 0 was offered and not chosen."""
    key = next((f"{one.key}_why" for one in questions if one.kind == "trust"), "")
    offered: Counter[str] = Counter()
    chosen: Counter[str] = Counter()
    for row in rows:
        for driver, value in (row.get(key) or {}).items():
            if value is not None:
                offered[driver] += 1
                chosen[driver] += value
    known = [(name, driver) for driver, name in DRIVER_TOPICS.items() if driver in offered]
    return _ranked([(str(name), chosen[driver], offered[driver]) for name, driver in known])


def _themes(of: Slice) -> tuple[Stated, ...]:
    """From comments: themes that a person confirmed."""
    confirmed = Comment.objects.filter(
        of_instrument(of.instrument, "response__invitation__"),
        of.about("response__invitation__"),
        response__pool__in=of.pools,
        response__is_spam=False,
        response__is_test=False,
        reviewed_at__isnull=False,
        at__gte=of.since,
        at__lt=of.until,
    ).values_list("themes", flat=True)
    rows = list(confirmed.order_by("-at")[:MOST_ROWS])
    named = Counter(theme for themes in rows for theme in set(themes))
    return _ranked([(str(THEMES[t]), n, len(rows)) for t, n in named.items() if t in THEMES])


def _ranked(rows: Sequence[tuple[str, int, int]]) -> tuple[Stated, ...]:
    found = []
    for name, chosen, offered in rows:
        if offered >= SMALL_NUMBER:
            ends = wilson(chosen, offered)
            found.append(Stated(name, chosen, offered, chosen / offered, ends.low, ends.high))
    return tuple(sorted(found, key=lambda one: (-one.share, one.name)))


def _derived(questions: Sequence[Question], rows: Sequence[Any]) -> Drivers:
    """Shares of the spread in satisfaction, over answers that are complete.

    Drivers that too few answered, or that are all alike, are left out before rows are dropped.
    """
    columns: dict[str, list[float]] = {}
    for one in questions:
        values = [_number(one, row) for row in rows]
        known = {value for value in values if value is not None}
        if one.key != "satisfaction" and len(known) > 1:
            name = said(one.label)
            columns[name] = [float("nan") if v is None else v for v in values]
    scores = [float("nan") if row[0] is None else float(row[0]) for row in rows]
    if not columns:
        return Drivers(None, (), 0, len(rows), _("no other question was answered in two ways"))
    table = list(zip(*columns.values(), strict=True))
    complete = sum(
        all(x == x for x in (*line, score)) for line, score in zip(table, scores, strict=True)
    )
    if complete < 5 * SMALL_NUMBER:
        why = _("{n} complete answers are too few to tell").format(n=complete)
        return Drivers(None, (), complete, len(rows) - complete, why)
    return shapley_drivers(table, scores, list(columns), bootstrap=BOOTSTRAP)


def _number(one: Question, row: Any) -> float | None:
    _satisfaction, ease, solved, more = row
    if one.key == "ease":
        return None if ease is None else float(ease)
    if one.key == "solved":
        return SOLVED.get(solved)
    if one.scale is None or one.key == "satisfaction":
        return None
    value = more.get(one.key)
    return None if value is None else float(value)
