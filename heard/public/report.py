"""The report of a month as PDF/UA: the city page by area, with charts, targets and definitions.

Made ahead by the worker (typst sets the type); web processes hand out the file.
"""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.city import city, city_zone
from heard.core.words import said
from heard.measures.definitions import ALL, measures
from heard.measures.models import Chart, Snapshot
from heard.measures.periods import headline, span
from heard.measures.reads import group_results, latest, months_received
from heard.public.areas import Area, Row, areas_of, headline_of, own_rows
from heard.public.panels import Panel, panels
from heard.public.published import own_published
from heard.public.sentences import likely, month_told, value_told
from heard.public.views.city import divisions_of
from heard.public.views.report import place
from heard.targets.reads import city_judgements, restatements
from heard.targets.telling import figure_told
from heard.ui.telling import day_told, number

SHEET = Path(__file__).with_name("report.typ")
RESTATED = 20  # the latest ones; the page has all
LOOK = 1  # raised whenever the sheet changes


class NothingToReport(ValueError):
    """There are no figures of that month; the message says which months there are."""


def make(period: str | None = None, *, again: bool = False) -> list[Path]:
    """The reports of a month, one per language; the latest full month where none is named.

    Gives the files that were made: none where nothing changed since. Raises ``NothingToReport``.
    """
    received, snapshot = months_received(), latest()
    month = period or headline(received)
    if month is None or snapshot is None:
        if period is None:
            return []
        raise NothingToReport(_("There are no figures yet."))
    if month not in received:
        known = f"{received[0]} … {received[-1]}" if received else "–"
        raise NothingToReport(_("There are no figures of {month}; there are of {known}.").format(
            month=month, known=known
        ))  # fmt: skip
    made = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language), timezone.override(city_zone()):
            data = report_data(month, language, received)
        final = place(month, language)
        digest = hashlib.sha256(json.dumps([LOOK, data], sort_keys=True).encode()).hexdigest()
        if again or not final.exists() or _noted(final) != digest:
            _set_type(data, snapshot, final, language)
            final.with_suffix(".digest").write_text(digest)
            made.append(final)
    return made


def _noted(final: Path) -> str:
    note = final.with_suffix(".digest")
    return note.read_text() if note.exists() else ""


def report_data(period: str, language: str, received: list[str]) -> dict[str, Any]:
    """All that the sheet lays out, in the language that is active."""
    rows = list(group_results(ALL, ALL))
    found = panels(
        rows, period=period, months=span(received, period), judged=city_judgements(rows, period)
    )
    own = own_published()
    areas = areas_of(found, own_rows(own), {one.key: one.area for one in own})
    pictures = _pictures(language)
    return {
        "language": language,
        "city": city().name,
        "colour": city().primary_dark,
        "title": _("How well we serve you"),
        "month": month_told(period),
        "address": f"{settings.HEARD_URL}/results/?period={period}",
        "words": _words(),
        "headline": [_figure(panel) for panel in headline_of(found)],
        "areas": [_area(area, pictures) for area in areas],
        "divisions": _divisions(period),
        "restated": _restated(),
        "definitions": _definitions(areas),
    }


def _words() -> dict[str, str]:
    return {
        "measure": _("Measure"), "figure": _("Figure"), "likely": _("Likely between"),
        "target": _("Target"), "areas": _("Every measure, by area"),
        "charts": _("Over time"), "divisions": _("Every division"), "division": _("Division"),
        "definitions": _("How each measure is defined"), "why": _("Why we measure it"),
        "limits": _("What it cannot tell"), "origin": _("Where the definition comes from"),
        "restated": _("What we restated, and why"), "old": _("Old"), "new": _("New"),
        "reason": _("Why"), "what": _("What"), "none": "–",
        "how": _(
            "n is the number of requests or answers behind a figure. The figure is likely between "
            "the two numbers beside it (95% intervals). A share, score or length of time of fewer "
            "than 10 is not shown. A target is met when all of the interval is as good as the "
            "target, and too close to call when the target lies within."
        ),
        "again": _("Every figure can be made again from the downloads:"),
        "page": _("page"),
    }  # fmt: skip


def _figure(panel: Panel) -> dict[str, Any]:
    row = panel.row
    shows = row is not None and row.value is not None
    return {
        "name": said(panel.card.name),
        "told": panel.told if shows else "–",
        "sentence": panel.sentence,
        "sure": likely(row, panel.unit) if panel.shows_interval else "",
        "basis": " · ".join(
            [*([f"n = {number(row.n)}"] if row and panel.shows_interval else []), *panel.notes]
        ),
        "target": _target(panel),
    }


def _target(found: Panel | Row) -> str:
    judged = found.judged
    return f"{judged.word}: {judged.goal}" if judged else ""


def _area(area: Area, pictures: dict[str, str]) -> dict[str, Any]:
    return {
        "name": area.name,
        "rows": [
            {
                "name": row.name,
                "what": row.what,
                "told": row.told or row.why,
                "sure": row.ends,
                "n": number(row.n) if row.n is not None else "",
                "target": _target(row),
            }
            for row in area.rows
        ],
        "charts": [
            {"file": pictures[row.key], "name": row.name, "alt": _alt(row)}
            for row in area.rows
            if row.key in pictures
        ],
    }


def _alt(row: Row) -> str:
    text = _("{name} over the months; the latest figure is {figure}.")
    return text.format(name=row.name, figure=row.told or row.why)


def _pictures(language: str) -> dict[str, str]:
    """The chart of each measure in its usual statistic, drawn for the city."""
    usual = {card.key: card.default for card in measures().values()}
    found = Chart.objects.filter(by=ALL, group=ALL, language=language, size="narrow")
    return {
        row.measure: f"{row.digest}.svg"
        for row in found
        if usual.get(row.measure) == row.statistic
        and (Path(settings.HEARD_DATA) / "charts" / f"{row.digest}.svg").exists()
    }


def _divisions(period: str) -> dict[str, Any]:
    keys = {"cases_received": "count", "on_time": "share", "days_to_close": "days"}
    keys["satisfaction"] = "score"
    cards = measures()
    return {
        "heads": [said(cards[key].name) for key in keys if key in cards],
        "rows": [
            [
                f"{one['name']}",
                *(_cell(one.get(key), unit) for key, unit in keys.items() if key in cards),
            ]
            for one in divisions_of(period)
        ],
    }


def _cell(row: Any, unit: str) -> str:
    if row is None:
        return "–"
    if row.suppressed:
        return _("not shown") if row.is_companion else _("too few")
    return value_told(row, unit)


def _restated() -> list[list[str]]:
    names = {key: said(card.name) for key, card in measures().items()}
    return [
        [
            f"{names.get(row.measure, row.measure)}, {row.period}",
            figure_told(row.old, row.unit),
            figure_told(row.new, row.unit),
            f"{said(row.why)} ({day_told(timezone.localdate(row.at), 'day')})",
        ]
        for row in restatements()[:RESTATED]
    ]


def _definitions(areas: list[Area]) -> list[dict[str, str]]:
    shown = [row.key for area in areas for row in area.rows]
    return [
        {
            "name": said(card.name),
            "version": _("version {version}").format(version=card.version),
            "definition": said(card.definition),
            "says": said(card.statistic().says),
            "why": said(card.why),
            "limits": said(card.limits),
            "origin": said(getattr(card, "origin", {})),
        }
        for key, card in measures().items()
        if key in shown
    ]


def _set_type(data: dict[str, Any], snapshot: Snapshot, final: Path, language: str) -> None:
    """Lay the report out in a folder of its own and put it in its place at once."""
    charts = Path(settings.HEARD_DATA) / "charts"
    with timezone.override(city_zone()), translation.override(language):
        as_of = _("Figures computed {moment}").format(
            moment=day_told(timezone.localdate(snapshot.as_of), "day")
        )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for area in data["areas"]:
            for chart in area["charts"]:
                shutil.copy(charts / chart["file"], folder / chart["file"])
        (folder / "data.json").write_text(json.dumps({**data, "as_of": as_of}), encoding="utf-8")
        shutil.copy(SHEET, folder / SHEET.name)
        (folder / "report.pdf").write_bytes(compiled(folder))
        final.parent.mkdir(parents=True, exist_ok=True)
        new = final.with_suffix(".new")
        shutil.copy(folder / "report.pdf", new)
        new.replace(final)


def compiled(folder: Path) -> bytes:
    """The PDF of a folder with the sheet, its data and its charts."""
    fonts = [settings.USWDS / "fonts" / name for name in ("public-sans", "source-sans-pro")]
    made = typst.compile(
        str(folder / SHEET.name),
        root=str(folder),
        format="pdf",
        font_paths=[str(path) for path in fonts if path.is_dir()],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(clock.now().timestamp()),
    )
    assert isinstance(made, bytes)
    return made
