"""What the pages ask: stored rows only, a constant number of queries."""

from dataclasses import dataclass

from heard.cases.models import Channel
from heard.catalogue.models import Service
from heard.forecast.models import Forecast, Kind, Method, Run

HEAVY = ("hours_low", "hours_high", "profile")


@dataclass(frozen=True, slots=True)
class Named:
    """A forecast with the name its series goes by, and the division of its service."""

    row: Forecast
    name: str
    division: str = ""


def latest_run() -> Run | None:
    """The latest making; None before the first."""
    return Run.objects.first()


def one(kind: str, code: str) -> Forecast | None:
    """One forecast, whole."""
    return Forecast.objects.filter(kind=kind, code=code).first()


def city() -> Forecast | None:
    """The whole city's forecast, without its hours."""
    return Forecast.objects.filter(kind=Kind.CITY).defer(*HEAVY).first()


def services(*, q: str = "", division: str = "") -> list[Named]:
    """The services that fit, those with most cases first. Two queries."""
    known = _services()
    rows = Forecast.objects.filter(kind=Kind.SERVICE).defer(*HEAVY, "recent").order_by("-n", "code")
    found = [_named(row, known) for row in rows]
    wanted = q.casefold().strip()
    return [
        named
        for named in found
        if wanted in named.name.casefold() and division in {"", named.division}
    ]


def tested() -> list[Named]:
    """Every series that was forecast by itself: the city, channels, services, the pool."""
    known = _services()
    order = {Kind.CITY: 0, Kind.CHANNEL: 1, Kind.SERVICE: 2, Kind.FEW: 3}
    rows = Forecast.objects.exclude(method=Method.POOLED).defer(*HEAVY, "recent", "days")
    ordered = sorted(rows, key=lambda row: (order[Kind(row.kind)], -row.n, row.code))
    return [_named(row, known) for row in ordered]


def name_of(row: Forecast) -> str:
    """The name of one series. One query for a service, else none."""
    services = Service.objects.filter(code=row.code) if row.kind == Kind.SERVICE else []
    return _named(row, {service.code: (str(service), "") for service in services}).name


def _services() -> dict[str, tuple[str, str]]:
    rows = Service.objects.select_related("division").only("code", "name", "division__code")
    return {row.code: (str(row), row.division.code) for row in rows}


def _named(row: Forecast, known: dict[str, tuple[str, str]]) -> Named:
    match row.kind:
        case Kind.SERVICE:
            name, division = known.get(row.code, (row.code, ""))
            return Named(row, name, division)
        case Kind.CHANNEL:
            labels = dict(Channel.choices)
            return Named(row, str(labels.get(row.code, row.code)))
        case _:
            return Named(row, str(Kind(row.kind).label))
