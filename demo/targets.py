"""The demo's program: targets of the year, library figures in two definitions, and one restated.

Rows are written straight, as an import does; what people would have done leaves no event here.
"""

from datetime import date, datetime, timedelta

from demo.hours import to_local
from heard.core import clock
from heard.measures.definitions import measure
from heard.people.models import Role, Staff
from heard.targets.entering import Draft, prepared
from heard.targets.models import (
    DefinitionVersion,
    Entry,
    Owner,
    OwnMeasure,
    Program,
    Restatement,
    Target,
)
from heard.targets.periods import Period, containing, previous
from heard.targets.subjects import of_own
from heard.targets.values import Given
from heard.targets.versions import versions_of

YEAR = 7  # the first month of the fiscal year
GOALS = (
    ("on_time", "closed", 0.9),
    ("satisfaction", "index", 75.0),
    ("days_to_close", "p90", 14.0),
)
VISITS = (1840, 1795, 1910, 1882, 1720, 1655, 2240, 2310, 2195, 2280, 2345, 2402)
HELPED = (0.71, 0.72, 0.70, 0.73, 0.74, 0.72, 0.62, 0.63, 0.64, 0.66, 0.65, 0.67)
WHAT = {
    "en": "Help counts within ten minutes, and every visitor counts.",
    "es": "Solo cuenta la ayuda en diez minutos, y cuentan todos los visitantes.",
}
WHY = {
    "en": "Visitors told us that waiting is not being helped.",
    "es": "Los visitantes nos dijeron que esperar no es recibir ayuda.",
}
MENDED = {"en": "One branch was missing.", "es": "Faltaba una sucursal."}
LATE = {
    "en": "The branch on Mesa Street sent its tally late.",
    "es": "La sucursal de la calle Mesa envió tarde su conteo.",
}


def load_targets(end: datetime) -> None:
    """Set the year's targets and write a year of the library's figures, by two people."""
    people = {p.role: p for p in Staff.objects.filter(is_active=True).order_by("-pk")}
    lead, other = people.get(Role.CX_LEAD), people.get(Role.ADMINISTRATOR)
    if lead is None or other is None or OwnMeasure.objects.filter(key="library-help").exists():
        return
    with clock.at(end):
        _targets(end, lead)
        _library(end, lead, other)


def _targets(end: datetime, lead: Staff) -> None:
    Program.objects.get_or_create(pk=1, defaults={"fiscal_start": YEAR, "changed_at": end})
    today = to_local(end).date()
    months = [*_months(today)[-6:], containing(today, "month", YEAR)]
    Target.objects.bulk_create(
        Target(
            measure=key, statistic=statistic, kind=period.kind, period=period.code,
            first=period.first, last=period.last, direction=measure(key).direction, value=value,
            set_by=lead, set_at=end - timedelta(days=300),
        )
        for key, statistic, value in GOALS
        for period in (*months, containing(months[-2].first, "year", YEAR))
    )  # fmt: skip


def _library(end: datetime, lead: Staff, other: Staff) -> None:
    months = _months(to_local(end).date())
    own = OwnMeasure.objects.create(
        key="library-help", unit="share", source="Sagebrook Library, visit tally", created_at=end,
        name={"en": "Library visitors helped", "es": "Visitantes atendidos en la biblioteca"},
        definition={"en": "The share of visitors who left with an answer within ten minutes.",
                    "es": "La proporción de visitantes que se fueron con respuesta en diez "
                    "minutos."},
    )  # fmt: skip
    Owner.objects.create(measure=own.key, staff=lead)
    DefinitionVersion.objects.create(
        measure=own, number=2, effective_from=months[6].first, what=WHAT, why=WHY, made_at=end
    )
    figures = zip(months, VISITS, HELPED, strict=True)
    rows = [_figure(own, month, round(n * share), n) for month, n, share in figures]
    rows[-2].narrative = LATE
    for row in rows:
        row.state, row.entered_by, row.entered_at = Entry.State.PUBLISHED, lead, end
        row.reviewed_by = row.published_by = other
        row.reviewed_at = row.published_at = end
    running = containing(to_local(end).date(), "month", YEAR)
    waiting = _figure(own, running, 812, 1204)
    waiting.entered_by, waiting.entered_at = lead, end
    Entry.objects.bulk_create([*rows, waiting])
    Restatement.objects.create(
        what="figure", measure=own.key, period=rows[-2].period, unit="share", old=0.64,
        new=rows[-2].value, why=MENDED, at=end,
    )  # fmt: skip


def _figure(own: OwnMeasure, month: Period, helped: int, visits: int) -> Entry:
    about = of_own(own)
    draft = Draft(
        own.key, month.code, given=Given(helped, visits), evidence=f"Visit tally {month.code}"
    )
    return prepared(draft, YEAR, about, versions_of(about))


def _months(today: date) -> list[Period]:
    """The months that are over, oldest first, as many as there are figures."""
    period, found = containing(today.replace(day=1) - timedelta(days=1), "month", YEAR), []
    for _step in VISITS:
        found.append(period)
        period = previous(period, YEAR)
    return found[::-1]
