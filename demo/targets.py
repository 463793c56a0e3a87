"""The demo's program: targets of the year, library figures in two definitions, and one restated."""

from datetime import date, datetime, timedelta

from demo.hours import to_local
from heard.core import clock
from heard.core.actors import Actor
from heard.measures.definitions import measure
from heard.people.models import Role, Staff
from heard.targets.entering import Draft, enter, pass_batch, publish, restate, review
from heard.targets.importing import take
from heard.targets.models import Entry, OwnMeasure
from heard.targets.periods import Period, containing, previous
from heard.targets.services import Goal, declare, redefine, set_owner, set_program, set_target
from heard.targets.values import Given

GOALS = (
    ("on_time", "closed", 0.9),
    ("satisfaction", "index", 75.0),
    ("days_to_close", "p90", 14.0),
)
VISITS = (1840, 1795, 1910, 1882, 1720, 1655, 2240, 2310, 2195, 2280, 2345, 2402)
HELPED = (0.71, 0.72, 0.70, 0.73, 0.74, 0.72, 0.62, 0.63, 0.64, 0.66, 0.65, 0.67)


def load_targets(end: datetime) -> None:
    """Set the year's targets and enter a year of the library's figures, by two people."""
    people = {p.role: p for p in Staff.objects.filter(is_active=True).order_by("-pk")}
    lead, other = people.get(Role.CX_LEAD), people.get(Role.ADMINISTRATOR)
    if lead is None or other is None or OwnMeasure.objects.filter(key="library-help").exists():
        return
    with clock.at(end):
        _targets(end, lead.as_actor())
        _library(end, lead, other.as_actor())


def _targets(end: datetime, actor: Actor) -> None:
    set_program(fiscal_start=7, stale_after=2, actor=actor)
    today = to_local(end).date()
    periods = (containing(today, "month", 7), containing(today, "year", 7))
    for key, statistic, value in GOALS:
        direction = measure(key).direction
        for period in periods:
            set_target(Goal(key, statistic, period.code, direction, value), actor=actor)


def _library(end: datetime, lead: Staff, other: Actor) -> None:
    actor, months = lead.as_actor(), _months(to_local(end).date())
    own = OwnMeasure(
        key="library-help", unit="share", source="Sagebrook Library, visit tally",
        name={"en": "Library visitors helped", "es": "Visitantes atendidos en la biblioteca"},
        definition={"en": "The share of visitors with a question who left with an answer.",
                    "es": "La proporción de visitantes con una pregunta que se fueron con "
                    "respuesta."},
    )  # fmt: skip
    declare(own, actor=actor)
    set_owner(own.key, staff=lead, actor=actor)
    _take(own, months[:6], 0, actor, other)
    redefine(
        own, effective_from=months[6].first, actor=actor,
        definition={"en": "The share of visitors who left with an answer within ten minutes.",
                    "es": "La proporción de visitantes que se fueron con respuesta en diez "
                    "minutos."},
        what={"en": "Help counts within ten minutes, and every visitor counts.",
              "es": "Solo cuenta la ayuda en diez minutos, y cuentan todos los visitantes."},
        why={"en": "Visitors told us that waiting is not being helped.",
             "es": "Los visitantes nos dijeron que esperar no es recibir ayuda."},
    )  # fmt: skip
    _take(own, months[6:], 6, actor, other)
    _restate(own, months[-2], actor, other)


def _months(today: date) -> list[Period]:
    period, found = containing(today.replace(day=1) - timedelta(days=1), "month", 7), []
    for _step in VISITS:
        found.append(period)
        period = previous(period, 7)
    return found[::-1]


def _take(own: OwnMeasure, months: list[Period], at: int, actor: Actor, other: Actor) -> None:
    lines = ["period,numerator,denominator,evidence"]
    for place, period in enumerate(months, at):
        helped = round(VISITS[place] * HELPED[place])
        lines.append(f"{period.code},{helped},{VISITS[place]},Visit tally {period.code}")
    name = f"library-{months[0].code}.csv"
    batch = take(own, "\n".join(lines).encode(), name=name, actor=actor)
    for step in (False, True):
        pass_batch(batch, publish=step, actor=other)


def _restate(own: OwnMeasure, period: Period, actor: Actor, other: Actor) -> None:
    """A branch sent its tally late; and a figure of the next month waits for a second person."""
    shown = Entry.objects.get(measure=own.key, period=period.code, state="published")
    draft = Draft(
        own.key, period.code, given=Given(round(2345 * 0.64), 2345), evidence="Visit tally, mended",
        narrative={"en": "The branch on Mesa Street sent its tally late.",
                   "es": "La sucursal de la calle Mesa envió tarde su conteo."},
    )  # fmt: skip
    why = {"en": "One branch was missing.", "es": "Faltaba una sucursal."}
    new = restate(shown, draft, reason=why, actor=actor)
    new = review(new, seen=new.version, actor=other)
    publish(new, seen=new.version, actor=other)
    running = containing(period.last + timedelta(days=32), "month", 7)
    enter(
        Draft(own.key, running.code, given=Given(812, 1204), evidence="Visit tally, half a month"),
        actor=actor,
    )
