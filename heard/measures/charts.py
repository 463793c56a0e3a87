"""Pictures of a measure over time, made ahead by the worker as SVG files.

Shares start at 0 and end at 100%, scores at 0 and 100, the rest at 0: a small change looks small.
The band is the interval. A month without a figure that may be shown is a gap, and the month that
still runs is a hollow point no line leads to.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import altair as alt
import vl_convert
from django.conf import settings
from django.db import transaction

from heard.core import clock
from heard.core.city import city
from heard.facts import lake
from heard.measures.definitions import ALL, Definition, Statistic, measures
from heard.measures.models import Chart, Result
from heard.measures.periods import first_day, headline, span, this_month
from heard.measures.reads import current, months_received
from heard.ui import theme

DRAWN = (ALL, "department", "division")
SIZES = {"wide": (760, 300, 14), "narrow": (300, 230, 13)}  # width, height, type size in pixels
LANGUAGES: dict[str, Literal["en-US", "es-MX"]] = {"en": "en-US", "es": "es-MX"}
LOOK = 4  # raised whenever the drawing changes
INK, QUIET, RULE = "#1b1b1b", "#565c65", "#dcdee0"
FONT = "Public Sans, Segoe UI, Helvetica Neue, Arial, sans-serif"
AXES = {
    "share": ("%", [0, 1]),
    "score": (",d", [0, 100]),
    "days": (",~g", None),
    "count": (",d", None),
    "dollars": ("$,d", None),
}


@dataclass(frozen=True)
class Wanted:
    """A chart that should be: what it shows, in which language and size."""

    row: Chart
    statistic: Statistic
    points: tuple[dict[str, Any], ...]
    colours: tuple[str, str]


def folder() -> Path:
    """Where the pictures are."""
    return Path(settings.HEARD_DATA) / "charts"


def draw(*, at_most: int | None = None) -> tuple[int, int]:
    """Draw the charts whose data changed, the city's first. Returns how many, and how many wait.

    ``at_most`` keeps one run of a regular job short.
    """
    known = {_key(row): row for row in Chart.objects.all()}
    wanted = list(_wanted())
    stale = [
        one
        for one in wanted
        if (old := known.get(_key(one.row))) is None
        or old.digest != one.row.digest
        or not _place(one.row.digest).exists()
    ]
    now = stale if at_most is None else stale[:at_most]
    for one in now:
        _make(one)
    _remember(now, known, {_key(one.row) for one in wanted})
    if len(now) == len(stale):
        _sweep({one.row.digest for one in wanted})
    return len(now), len(stale) - len(now)


def _key(row: Chart) -> tuple[str, ...]:
    return row.measure, row.statistic, row.by, row.group, row.language, row.size


def _place(digest: str) -> Path:
    return folder() / f"{digest}.svg"


def _wanted() -> Iterator[Wanted]:
    received = months_received()
    last = headline(received)
    if last is None:
        return
    months = span(received, max(last, this_month() if this_month() in received else last))
    tokens = theme.tokens(city())
    colours = (tokens["link"], tokens["tint-strong"])
    cards = measures()
    order = {by: place for place, by in enumerate(DRAWN)}
    found = Result.objects.filter(current(), by__in=DRAWN, period__in=months)
    rows = sorted(found, key=lambda r: (order[r.by], r.group, r.measure, r.statistic, r.period))
    for key, series in groupby(rows, lambda r: (r.by, r.group, r.measure, r.statistic)):
        card = cards[key[2]]
        points = tuple(_points(list(series), months, is_count=key[3] == "count"))
        if any(point["value"] is not None for point in points):
            yield from _variants(key, card, points, colours)


def _variants(
    key: tuple[str, str, str, str],
    card: Definition,
    points: tuple[dict[str, Any], ...],
    colours: tuple[str, str],
) -> Iterator[Wanted]:
    by, group, measure, statistic_key = key
    statistic = card.statistic(statistic_key)
    for language in LANGUAGES:
        for size in SIZES:
            about = [LOOK, points, colours, language, size, statistic.unit]
            digest = hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]
            row = Chart(
                measure=measure, statistic=statistic_key, by=by, group=group,
                language=language, size=size, digest=digest,
            )  # fmt: skip
            yield Wanted(row, statistic, points, colours)


def _points(
    rows: Sequence[Result], months: Sequence[str], *, is_count: bool
) -> Iterator[dict[str, Any]]:
    """A point per month; ``run`` tells apart the stretches that a gap divides.

    A month without a count is a nought, from the first counted month on.
    """
    since = rows[0].period
    by_month = {row.period: row for row in rows}
    running, run = this_month(), 0
    for month in months:
        row = by_month.get(month)
        value = row.value if row else 0.0 if is_count and month > since else None
        if value is None:
            run += 1
        yield {
            "month": first_day(month).isoformat(),
            "value": value,
            "low": row.low if row and row.low is not None else value,
            "high": row.high if row and row.high is not None else value,
            "run": run,
            "running": month == running,
        }


def _make(wanted: Wanted) -> None:
    few = len(wanted.points) <= (12 if wanted.row.size == "wide" else 5)
    look = _look(wanted.row.size, wanted.statistic.unit, few, wanted.colours)
    spec = {**look, "data": {"values": list(wanted.points)}}
    locale = LANGUAGES[wanted.row.language]
    svg = vl_convert.vegalite_to_svg(spec, format_locale="en-US", time_format_locale=locale)
    final = _place(wanted.row.digest)
    final.parent.mkdir(parents=True, exist_ok=True)
    made = final.with_suffix(f".{os.getpid()}.new")
    made.write_text(svg, encoding="utf-8")
    lake.put(made, final)


def _months(few: bool) -> alt.X:
    """The axis of months, each named where there are few."""
    return alt.X(
        "month:T", timeUnit="utcyearmonth", scale=alt.Scale(type="utc"), title=None,
        axis=alt.Axis(
            format="%b %Y", grid=False, labelAngle=0, labelOverlap=True, labelFlush=True,
            labelSeparation=12,
            tickCount={"interval": "month", "step": 1} if few else 6,
        ),
    )  # fmt: skip


@cache
def _look(size: str, unit: str, few: bool, colours: tuple[str, str]) -> dict[str, Any]:
    """The chart without its data. Kept, since checking it takes longer than drawing it."""
    width, height, letters = SIZES[size]
    form, domain = AXES[unit]
    line_colour, band_colour = colours
    x = _months(few)
    scale = alt.Scale(domain=domain or alt.Undefined, zero=True, nice=domain is None)
    y = alt.Y(
        "value:Q", title=None, scale=scale,
        axis=alt.Axis(format=form, tickCount=5, domain=False, ticks=False),
    )  # fmt: skip
    nothing = alt.Data(values=[])  # type: ignore[no-untyped-call]
    base = alt.Chart(nothing).encode(x=x).transform_filter("datum.value !== null")
    over = base.transform_filter("!datum.running")
    band = over.mark_area(color=band_colour).encode(
        y=alt.Y("low:Q", scale=scale), y2="high:Q", detail="run:N"
    )
    line = over.mark_line(color=line_colour, strokeWidth=2.5).encode(y=y, detail="run:N")
    # A month alone between gaps has no band, so every point carries its interval as a stroke too.
    reach = base.mark_rule(color=line_colour, opacity=0.45).encode(y="low:Q", y2="high:Q")
    dots = over.mark_point(color=line_colour, filled=True, size=55, opacity=1).encode(y=y)
    hollow = base.transform_filter("datum.running").mark_point(
        color=line_colour, fill="white", filled=False, size=70, strokeWidth=2
    )
    layers = [band, reach, line, dots, hollow.encode(y=y)]
    made = (
        alt.layer(*layers)
        .properties(width=width - 70, height=height - 50, background="white", padding=6)
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=QUIET, labelFontSize=letters, gridColor=RULE, domainColor=QUIET,
            tickColor=RULE, labelPadding=8,
        )
    )  # fmt: skip
    return dict(made.to_dict(validate=False))


def _remember(
    made: Sequence[Wanted], known: dict[tuple[str, ...], Chart], wanted: set[tuple[str, ...]]
) -> None:
    """Note the new pictures, and forget those of groups that are no more."""
    gone = [row.pk for key, row in known.items() if key not in wanted]
    altered, new = [], []
    for one in made:
        old = known.get(_key(one.row))
        if old is None:
            new.append(one.row)
        else:
            old.digest = one.row.digest
            altered.append(old)
    if not (gone or altered or new):
        return
    with transaction.atomic():
        Chart.objects.filter(pk__in=gone).delete()
        Chart.objects.bulk_update(altered, ["digest"], batch_size=200)
        Chart.objects.bulk_create(new, batch_size=500)


def _sweep(digests: set[str]) -> None:
    """Remove pictures nothing shows any more, once a day old: an open page may still ask."""
    limit = clock.now().timestamp() - 86_400
    for path in folder().glob("*.svg"):
        if path.stem not in digests and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
