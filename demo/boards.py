"""The demo's boards: another city (as fictional as ours), a yearbook's figures, one score, alerts.

Juniper Flats' address is of nobody: its file was read last night and cannot be read again, which is
how a city whose server is down looks.
"""

from datetime import datetime, timedelta
from typing import Any

from demo.hours import to_local
from heard.boards.alerts import answer
from heard.boards.composing import keep_scores
from heard.boards.looking import look
from heard.boards.models import Composite, Outside, OutsideFile, Peer, Recipe, Signal
from heard.boards.series import months_before
from heard.core import clock
from heard.measures.definitions import measure
from heard.people.models import Role, Staff
from heard_stats import share

THEIRS = (
    ("on_time", (0.83, 0.84, 0.82, 0.85), 1450),
    ("satisfaction", (71.5, 72.0, 70.8, 73.1), 212),
)
PARTS = (("on_time", 3.0), ("satisfaction", 2.0), ("days_to_close", 1.0))
WHY = {
    "en": "Kept promises weigh most, then what customers say of them.",
    "es": "Lo que más pesa son los compromisos cumplidos; después, lo que dicen los clientes.",
}
DONE = {
    "en": "Looked at it with the divisions on Monday; we say here by Friday what we change.",
    "es": "Lo vimos el lunes con las divisiones; el viernes decimos aquí qué cambiamos.",
}


def load_boards(end: datetime) -> None:
    """Write the other city, the yearbook and what the score is made of."""
    people = {p.role: p for p in Staff.objects.filter(is_active=True).order_by("-pk")}
    lead, other = people.get(Role.CX_LEAD), people.get(Role.ADMINISTRATOR)
    if lead is None or other is None or Peer.objects.exists():
        return
    with clock.at(end):
        months = [months_before(f"{to_local(end):%Y-%m}", back) for back in (4, 3, 2, 1)]
    Peer.objects.create(
        url="https://heard.juniperflats.example/results/open-data/measures.json",
        name="Juniper Flats", added_by=lead, added_at=end - timedelta(days=90),
        good_at=end - timedelta(hours=9), tried_at=end,
        document={"city": "Juniper Flats", "as_of": "", "measures": [_theirs(*one, months)
                                                                     for one in THEIRS]},
    )  # fmt: skip
    _yearbook(end, lead, other, months[-1])
    Recipe.objects.create(
        number=1, first_month=months_before(months[-1], 11), why=WHY, made_by=lead, made_at=end,
        parts=[
            {"measure": key, "statistic": measure(key).default, "weight": weight}
            for key, weight in PARTS
        ],
    )  # fmt: skip
    Composite.objects.create(pk=1, is_on=True, changed_at=end)


def _theirs(key: str, values: tuple[float, ...], n: int, months: list[str]) -> dict[str, Any]:
    """One measure as another city's file gives it, by the same definition as ours."""
    card = measure(key)
    statistic = card.statistic()
    series = []
    for month, value in zip(months, values, strict=True):
        low, high = value - 4, value + 4
        if statistic.unit == "share":
            made = share(round(value * n), n)
            value, low, high = made.value or 0.0, made.low or 0.0, made.high or 0.0
        series.append({"period": month, "definition": card.version, "n": n, "value": value,
                       "low": low, "high": high, "suppressed": False})  # fmt: skip
    return {
        "key": key, "statistic": statistic.key, "version": card.version, "name": card.name,
        "definition": card.definition, "unit": statistic.unit, "page": "", "series": series,
    }  # fmt: skip


def _yearbook(end: datetime, lead: Staff, other: Staff, month: str) -> None:
    file = OutsideFile.objects.create(
        name="mesa-counties-yearbook.csv", digest="0" * 64, taken=1, made_by=lead, made_at=end,
        rejected=[{"line": 3, "reason": "“source” is empty. Every figure needs it."}],
        state=OutsideFile.State.PUBLISHED, decided_by=other, decided_at=end,
    )  # fmt: skip
    Outside.objects.create(
        file=file, publisher="Association of Mesa Counties (fictional)", unit="share", value=0.71,
        title="Very satisfied residents", measure="satisfaction", period=month[:4], n=1208,
        definition="The share of residents asked by phone who call themselves very satisfied.",
        source=f"Yearbook {month[:4]}, table 12",
    )  # fmt: skip


def show_boards() -> None:
    """Look at the computed figures, make the score, and answer one alert."""
    look()
    keep_scores()
    lead = Staff.objects.filter(role=Role.CX_LEAD, is_active=True).order_by("-pk").first()
    first = Signal.objects.filter(by="all", answered_at=None).order_by("measure").first()
    if lead is not None and first is not None:
        answer(first, words=DONE[lead.language], actor=lead.as_actor(), key="demo-answer")
