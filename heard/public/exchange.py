"""``measures.json``: what other programs and other Heard cities read (docs/developer)."""

from typing import Any

from heard.core.city import city
from heard.measures.models import Snapshot
from heard.public.published import Published
from heard.targets.lines import Break, Point

VERSION = 1  # of the format; raised when a field changes its meaning or goes


def measures_json(found: list[Published], snapshot: Snapshot | None, root: str) -> dict[str, Any]:
    """The whole file. ``root`` is the address of the house, without a slash at its end."""
    return {
        "heard": VERSION,
        "city": {"name": city().name, "zone": city().zone, "url": root},
        "as_of": snapshot.as_of.isoformat() if snapshot else None,
        "measures": [_measure(one, root) for one in found],
    }


def _measure(one: Published, root: str) -> dict[str, Any]:
    about, latest = one.about, one.latest
    counted = about.counted
    return {
        "key": about.key,
        **_words(one),
        "area": one.area,
        "kind": one.kind,
        "unit": about.unit,
        "direction": about.direction,
        "statistic": about.statistic,
        "statistic_name": dict(counted.name) if counted else {},
        "period_kind": about.own.period_kind if about.own else "month",
        "page": f"{root}/results/{about.key}/",
        "data": f"{root}/results/{about.key}.csv",
        "breaks": [_break(change) for change in one.course.breaks],
        "period": latest.period.code if latest else None,
        **_figure(one, latest),
        "series": [
            {"period": p.period.code, "definition": p.definition, **_figure(one, p)}
            for p in one.points
        ],
    }


def _words(one: Published) -> dict[str, Any]:
    card = one.about.card or one.about.own
    assert card is not None
    began = getattr(card, "effective_from", None)
    if one.about.own:
        versions = list(one.about.own.versions.all())
        number, began = (
            (versions[-1].number, versions[-1].effective_from) if versions else (1, None)
        )
    else:
        number = one.about.card.version if one.about.card else 1
    return {
        "version": number,
        "effective_from": began.isoformat() if began else None,
        **{
            name: dict(getattr(card, name, None) or {})
            for name in ("name", "definition", "why", "limits", "origin")
        },
    }


def _break(change: Break) -> dict[str, Any]:
    return {
        "version": change.version.number,
        "period": change.first.code,
        "what": dict(change.version.what),
        "why": dict(change.version.why),
    }


def _figure(one: Published, point: Point | None) -> dict[str, Any]:
    if point is None:
        return {"n": None, "value": None, "low": None, "high": None, "suppressed": False}
    return {
        "n": point.n,
        "value": point.value,
        "low": point.low,
        "high": point.high,
        "suppressed": one.hides(point),
    }
