"""Plain sentences about a forecast: which way was used, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.forecast.models import Forecast, Method
from heard.ui.telling import day_told, number, share

NARROW = 0.7  # intervals are meant to hold 80 of 100


@dataclass(frozen=True, slots=True)
class Busiest:
    """The day of the next seven that brings most."""

    day: str
    mean: float
    low: float
    high: float


def week(row: Forecast) -> float | None:
    """Cases expected in the first seven days."""
    return sum(mean for mean, _low, _high in row.days[:7]) if row.days else None


def busiest(row: Forecast) -> Busiest | None:
    """The busiest of the first seven days."""
    if not row.days:
        return None
    place = max(range(min(7, len(row.days))), key=lambda ahead: row.days[ahead][0])
    mean, low, high = row.days[place]
    return Busiest(day_told(row.day(place), "short"), mean, low, high)


def small(value: float | None) -> str:
    """A number of cases: a decimal where it is below 20."""
    return number(value, 0 if value is None or value >= 20 else 1)


def why(row: Forecast) -> str:
    """Why this way is used, in one or two sentences."""
    if row.method == Method.POOLED:
        return _(
            "Too few cases for a pattern of its own. It gets its share of what is expected of all "
            "such services together."
        )
    if row.method == Method.NONE:
        return _("Fewer than four whole days are known: too few to say anything.")
    errors = {"model": small_error(row.mae_model), "naive": small_error(row.mae_naive)}
    if row.mae_model is None:
        return _(
            "The model could not be tested on so short or so uneven a past; last week is repeated."
        )
    if row.method == Method.MODEL:
        return _("The model was off by {model} a day, last week repeated by {naive}.").format(
            **errors
        )
    if row.method == Method.NAIVE:
        return _(
            "The model was off by {model} a day and did not beat last week repeated ({naive}), so "
            "it is not used."
        ).format(**errors)
    if row.method == Method.EARLY_MODEL:
        return _(
            "The model was off by {model} an hour, the day before repeated by {naive}."
        ).format(**errors)
    return _(
        "The model was off by {model} an hour and did not beat the day before repeated ({naive}), "
        "so it is not used."
    ).format(**errors)


def held(row: Forecast) -> str:
    """How often the interval held what came, and whether that is less than it should be."""
    if row.coverage is None:
        return ""
    said = _("The interval held what came {share} of the time; 80 of 100 is the aim.").format(
        share=share(row.coverage)
    )
    if row.coverage < NARROW:
        said += " " + _("It has been too narrow: expect surprises.")
    return said


def tested_on(row: Forecast) -> str:
    """On what it was tested."""
    if not row.tested or row.tested_from is None or row.tested_to is None:
        return _("not tested")
    n = row.tested
    words = (
        ngettext("{n} hour", "{n} hours", n) if row.is_early else ngettext("{n} day", "{n} days", n)
    )
    return _("{steps} from {origins} starts, {first} to {last}").format(
        steps=words.format(n=number(n)),
        origins=row.origins,
        first=day_told(row.tested_from, "short"),
        last=day_told(row.tested_to, "short"),
    )


def small_error(value: float | None) -> str:
    """A mean error, with as many decimals as tell small ones apart."""
    return number(value, 1 if value is not None and value >= 10 else 2)
