"""The one score: what it is made of, and its course, computed ahead and kept.

Every part is the ratio of a month's figure to the target of that month (``heard_stats.cityscore``),
and the score their weighted mean. The interval joins those of the parts: the root of the summed
squares of their weighted arms, which takes the parts as independent of each other. A part without
an interval (a complete count) adds nothing to it.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from heard.boards.judgements import subject_of
from heard.boards.models import Composite, Recipe, Score
from heard.boards.series import month_period, months_before
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.measures.definitions import ALL
from heard.measures.models import Result
from heard.measures.periods import headline, this_month
from heard.measures.reads import latest, months_received
from heard.people.roles import require
from heard.targets.computed import in_force_by_month
from heard.targets.models import Target
from heard.targets.program import today, touch
from heard.targets.reads import changed_at
from heard.targets.signals import goes_below_zero
from heard.targets.versions import versions_of
from heard_stats import Scored, cityscore

BACK = 24  # months that the first recipe is computed back for, where there were targets
MOST_PARTS, LARGEST_WEIGHT = 20, 100
MOST, AT_LEAST = 2.0, 0.5
TOTALS = ("count", "sum")
Rows = Mapping[tuple[str, str], Mapping[str, Result]]


@dataclass(frozen=True)
class Part:
    """One measure in the score, with its weight."""

    measure: str
    statistic: str
    weight: float


def composite() -> Composite:
    """The row; off before anybody chose."""
    return Composite.objects.first() or Composite(pk=1, changed_at=clock.now())


@write
def choose(parts: Sequence[Part], *, why: Words, actor: Actor, key: str | None = None) -> Recipe:
    """Make the score of these parts from the running month on. Raises ``Refused``.

    The first recipe also counts the two years before, by the targets of that time.
    """
    require(actor, "keep comparisons")
    if earlier := about_of_earlier(Recipe, key):
        return earlier  # type: ignore[no-any-return]
    _check(parts)
    if not why.get("en"):
        raise Refused(_("Say why it is made so; the reason is published."), field="why")
    last = Recipe.objects.order_by("-number").first()
    first = this_month() if last else months_before(this_month(), BACK)
    row = Recipe.objects.create(
        number=last.number + 1 if last else 1, first_month=first, why=why, made_at=clock.now(),
        parts=[vars(part) for part in parts], made_by_id=actor.id,
    )  # fmt: skip
    touch()
    changes = {"parts": [last.parts if last else [], row.parts]}
    record("score.composed", about=row, actor=actor, changes=changes, key=key)
    return row


def _check(parts: Sequence[Part]) -> None:
    if not 2 <= len(parts) <= MOST_PARTS:
        raise Refused(_("Choose 2 to {n} measures.").format(n=MOST_PARTS), field="parts")
    if len({(part.measure, part.statistic) for part in parts}) < len(parts):
        raise Refused(_("A measure is chosen twice."), field="parts")
    for part in parts:
        about = subject_of(part.measure, part.statistic)
        if about is None:
            raise Refused(_("There is no measure “{key}”.").format(key=part.measure), field="parts")
        if about.direction not in ("up", "down"):
            raise Refused(
                _("{name}: neither more nor less of it is better, so it has no score.").format(
                    name=about
                ),
                field="parts",
            )
        if goes_below_zero(about):
            raise Refused(
                _("{name}: it can be below zero, so a ratio to its target has no meaning.").format(
                    name=about
                ),
                field="parts",
            )
        if not 0 < part.weight <= LARGEST_WEIGHT:
            raise Refused(_("A weight lies between 0 and 100."), field="parts")


@write
def switch(*, on: bool, actor: Actor) -> Composite:
    """Publish the score, or take it off the site. Raises ``Refused`` before it has parts."""
    require(actor, "keep comparisons")
    if on and not Recipe.objects.exists():
        raise Refused(_("Choose first what the score is made of."))
    row, _made = Composite.objects.select_for_update().get_or_create(
        pk=1, defaults={"changed_at": clock.now()}
    )
    before, row.is_on, row.changed_at = row.is_on, on, clock.now()
    row.save()
    touch()
    record("score.switched", about=row, actor=actor, changes={"on": [before, on]})
    return row


def keep_scores() -> int:
    """Compute every finished month again, if anything it depends on changed. Returns how many rows
    were written. Safe to repeat: a row is one month's."""
    row = composite()
    state = _state()
    if not row.is_on or row.kept_for == state:
        return 0
    made = scores()
    with transaction.atomic():
        changed = _store(made)
        Composite.objects.filter(pk=row.pk).update(kept_for=state)
        if changed:
            touch()
            Composite.objects.filter(pk=row.pk).update(kept_for=_state())
    return changed


def _state() -> str:
    snapshot = latest()
    parts = (snapshot.changed_at if snapshot else None, changed_at(), this_month())
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def _store(made: Iterable[Score]) -> int:
    known, changed = {row.month: row for row in Score.objects.all()}, 0
    names = ("recipe_id", "value", "low", "high", "parts", "why")
    for one in made:
        old = known.pop(one.month, None)
        if old is not None and all(getattr(old, n) == getattr(one, n) for n in names):
            continue
        one.pk = old.pk if old else None
        one.save(force_update=bool(old))
        changed += 1
    if known:
        Score.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return changed + len(known)


def scores() -> list[Score]:
    """The score of each finished month since the first recipe; three queries."""
    recipes = list(Recipe.objects.order_by("first_month", "number"))
    end = headline(months_received())
    if not recipes or end is None:
        return []
    pairs = {(p["measure"], p["statistic"]) for recipe in recipes for p in recipe.parts}
    rows, goals = _rows(pairs, recipes[0].first_month), _goals(pairs)
    made, month = [], end
    while month >= recipes[0].first_month:
        recipe = [r for r in recipes if r.first_month <= month][-1]
        if month_period(month).last < today():
            made.append(_score(recipe, month, rows, goals))
        month = months_before(month, 1)
    counted = list(reversed(made))
    first = next((i for i, one in enumerate(counted) if one.counted), len(counted))
    return counted[first:]


def _rows(pairs: set[tuple[str, str]], since: str) -> Rows:
    found = Result.objects.filter(
        by=ALL, group=ALL, period__gte=since, measure__in={m for m, _s in pairs}
    )
    by_pair: dict[tuple[str, str], list[Result]] = {}
    for row in found.defer("detail").order_by("period", "definition"):
        by_pair.setdefault((row.measure, row.statistic), []).append(row)
    in_force = {}
    for pair in pairs:
        about = subject_of(*pair)
        if about is not None:
            in_force[pair] = in_force_by_month(by_pair.get(pair, []), versions_of(about))
    return in_force


def _goals(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], list[Target]]:
    """The city's targets of the parts, the shortest period first."""
    found: dict[tuple[str, str], list[Target]] = {}
    rows = Target.objects.filter(by=ALL, group=ALL, measure__in={m for m, _s in pairs})
    for target in rows.order_by("-first", "last"):
        found.setdefault((target.measure, target.statistic), []).append(target)
    return found


def _goal(mine: Sequence[Target], month: str, *, is_total: bool) -> Target | None:
    """The target of the month itself, or of the shortest longer period around it.

    A total is only held against a target of that very month.
    """
    period = month_period(month)
    around = [t for t in mine if t.first <= period.first and t.last >= period.last]
    if is_total:
        around = [t for t in around if t.kind == "month"]
    return min(around, key=lambda t: t.last - t.first, default=None)


def _score(
    recipe: Recipe, month: str, rows: Rows, goals: dict[tuple[str, str], list[Target]]
) -> Score:
    parts = [_part(part, month, rows, goals) for part in recipe.parts]
    figures = [Scored(_name(p), p["value"], p["target"], p["better"], p["weight"]) for p in parts]
    whole = cityscore(figures, most=MOST, at_least=AT_LEAST)
    known = dict(whole.parts)
    for part in parts:
        part["score"] = known.get(_name(part))
        part["score_low"], part["score_high"] = _ends(part)
    low, high = _interval(parts, whole.value)
    return Score(
        month=month, recipe=recipe, value=whole.value, low=low, high=high, parts=parts,
        why="few" if whole.value is None else "", made_at=clock.now(),
    )  # fmt: skip


def _name(part: Mapping[str, Any]) -> str:
    return f"{part['measure']}/{part['statistic']}"


def _part(
    part: Mapping[str, Any],
    month: str,
    rows: Rows,
    goals: dict[tuple[str, str], list[Target]],
) -> dict[str, Any]:
    pair = (part["measure"], part["statistic"])
    row = rows.get(pair, {}).get(month)
    about = subject_of(*pair)
    is_total = about is not None and about.counted is not None and about.counted.kind in TOTALS
    goal = _goal(goals.get(pair, []), month, is_total=is_total)
    fits = row is not None and row.value is not None and row.value >= 0
    return {
        "measure": part["measure"], "statistic": part["statistic"], "weight": part["weight"],
        "definition": row.definition if row else None,
        "value": row.value if row and fits else None,
        "low": row.low if row and fits else None, "high": row.high if row and fits else None,
        "n": row.n if row else None,
        "target": goal.value if goal and goal.value >= 0 else None,
        "better": "lower" if goal and goal.direction == "down" else "higher",
        "is_total": is_total,
    }  # fmt: skip


def one_score(value: float, target: float, better: Literal["higher", "lower"]) -> float:
    """The score of one figure alone."""
    found = cityscore([Scored("one", max(value, 0.0), target, better)], most=MOST, at_least=0.0)
    assert found.value is not None
    return found.value


def _ends(part: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """The score at both ends of a figure's interval; the score itself where there is none.

    A count is what it is: its interval tells of other months that might have been, not of this.
    """
    if part["score"] is None:
        return None, None
    if part["low"] is None or part["high"] is None or part["is_total"]:
        return part["score"], part["score"]
    ends = [one_score(part[end], part["target"], part["better"]) for end in ("low", "high")]
    return min(*ends, part["score"]), max(*ends, part["score"])


def _interval(
    parts: Sequence[Mapping[str, Any]], value: float | None
) -> tuple[float | None, float | None]:
    counted = [p for p in parts if p["score"] is not None]
    if value is None:
        return None, None
    total = sum(p["weight"] for p in counted)
    down = math.hypot(*(p["weight"] * (p["score"] - p["score_low"]) for p in counted)) / total
    up = math.hypot(*(p["weight"] * (p["score_high"] - p["score"]) for p in counted)) / total
    return max(0.0, value - down), min(MOST, value + up)
