"""What strangers may read: services, their questions, and requests as far as each is public."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from heard.attachments.models import Attachment
from heard.cases.models import Case, Outcome
from heard.cases.states import OPEN, State
from heard.catalogue.asking import asked_in_talk, options
from heard.catalogue.models import Question, Service
from heard.catalogue.reads import offered
from heard.core.city import city, city_zone
from heard.core.references import clean_reference
from heard.core.words import said
from heard.doors.open311.models import Publishing, Shown
from heard.joining.reads import rough_place

SPAN = timedelta(days=90)
MOST = 1000
ROUGH = 3  # decimals of a degree: about 110 metres
TYPES = {
    "text": "string",
    "long_text": "text",
    "choice": "singlevaluelist",
    "yes_no": "singlevaluelist",
    "number": "number",
    "date": "datetime",
    "many": "multivaluelist",
}


def services() -> list[dict[str, Any]]:
    """Every service that is offered. Two queries."""
    found = offered().prefetch_related("questions")
    return [
        {
            "service_code": service.code,
            "service_name": said(service.name) or service.code,
            "description": said(service.instructions),
            "metadata": any(q.kind in TYPES for q in service.questions.all()),
            "type": "realtime",
            "keywords": ", ".join(said(service.keywords).replace(",", " ").split()),
            "group": said(service.group),
        }
        for service in found
    ]


def offered_service(code: str) -> Service | None:
    """The service with this code, where residents can ask for it."""
    return offered().filter(code=code.replace("\x00", "")[:200]).first()


def asked(service: Service) -> list[Question]:
    """The questions that can be answered through this door: photos and files cannot.

    One that is asked only after another answer is never a must, since a client knows no conditions.
    """
    return [q for q in asked_in_talk(service) if q.kind in TYPES]


def definition(service: Service) -> dict[str, Any]:
    """The questions of a service as attributes. One query."""
    return {
        "service_code": service.code,
        "attributes": [_attribute(n, q) for n, q in enumerate(asked(service), start=1)],
    }


def _attribute(order: int, question: Question) -> dict[str, Any]:
    kind = TYPES[question.kind]
    values = options(question) if kind.endswith("list") else []
    return {
        "variable": True,
        "code": question.code,
        "datatype": kind,
        "required": question.required,
        "datatype_description": said(question.hint),
        "order": order,
        "description": said(question.label),
        "values": [{"key": key, "name": name} for key, name in values],
    }


# --- requests -----------------------------------------------------------------------------------


def shown_by_default(service: Service) -> Shown:
    """Progress; but nothing where a division enforces rules: such requests are about neighbours."""
    return Shown.NOTHING if service.division.enforces else Shown.PROGRESS


@dataclass(frozen=True, slots=True)
class Levels:
    """What each public service shows, by its key."""

    of: dict[int, str]

    @classmethod
    def read(cls) -> "Levels":
        """Two queries."""
        said_so = dict(Publishing.objects.values_list("service_id", "shows"))
        public = Service.objects.filter(is_public=True).select_related("division")
        return cls({s.pk: said_so.get(s.pk) or shown_by_default(s) for s in public})

    def showing(self, *levels: str) -> list[int]:
        """The services that show so much."""
        return [pk for pk, level in self.of.items() if level in levels]


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees; west to east and south to north."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests. ``ids`` stands before all else, as the specification has it."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    box: Box | None = None
    page: int = 1
    page_size: int = MOST


def requests(wanted: Wanted) -> list[dict[str, Any]]:
    """The requests as strangers see them. Four queries at most, however many they are."""
    levels = Levels.read()
    found = Case.objects.select_related("service", "division", "district", "merged_into")
    if wanted.ids:
        references = [clean_reference(given)[:20] for given in wanted.ids[:MOST]]
        rows = found.filter(
            reference__in=references, service__in=list(levels.of), parent=None
        ).order_by("-received_at", "-id")
        return _told(rows[:MOST], levels)
    rows = _fitting(found, wanted, levels)
    first = (wanted.page - 1) * wanted.page_size
    return _told(rows[first : first + wanted.page_size], levels)


def _told(rows: QuerySet[Case], levels: Levels) -> list[dict[str, Any]]:
    cases = list(rows)
    open_ones = [case.pk for case in cases if levels.of.get(case.service_id) == Shown.ALL]
    photos = _photos(open_ones) if open_ones else {}
    return [told(case, levels) | {"media_url": photos.get(case.pk)} for case in cases]


def public_photos() -> QuerySet[Attachment]:
    """The photos that came with requests themselves; whose request is public is for the caller."""
    return Attachment.objects.filter(
        kind=Attachment.Kind.PHOTO, is_internal=False, part="", about__startswith="case:"
    )


def _photos(cases: list[int]) -> dict[int, str]:
    """The address of the first photo of each of these cases. One query."""
    found: dict[int, str] = {}
    abouts = [f"case:{pk}" for pk in cases]
    for row in public_photos().filter(about__in=abouts).order_by("at", "id"):
        path = reverse("open311:photo", args=[row.reference])
        found.setdefault(int(row.about.partition(":")[2]), f"{settings.HEARD_URL}{path}")
    return found


def public_photo(reference: str) -> Attachment | None:
    """A photo of a request whose service publishes everything."""
    row = public_photos().filter(reference=reference[:40]).first()
    if row is None:
        return None
    case = Case.objects.filter(pk=int(row.about.partition(":")[2]), parent=None).first()
    shown = case is not None and Levels.read().of.get(case.service_id) == Shown.ALL
    return row if shown else None


def _fitting(found: QuerySet[Case], wanted: Wanted, levels: Levels) -> QuerySet[Case]:
    listed = levels.showing(Shown.PROGRESS, Shown.ALL)
    found = found.filter(service__in=listed, parent=None, merged_into=None)
    if wanted.codes:
        found = found.filter(service__code__in=wanted.codes)
    if wanted.start is not None:
        found = found.filter(received_at__gte=wanted.start)
    if wanted.end is not None:
        found = found.filter(received_at__lte=wanted.end)
    if len(set(wanted.statuses)) == 1:
        is_open = Q(state__in=OPEN)
        found = found.filter(is_open if wanted.statuses[0] == "open" else ~is_open)
    if wanted.box is not None:
        found = found.filter(_inside(wanted.box, levels))
    if wanted.updated_after is not None:
        return found.filter(changed_at__gte=wanted.updated_after).order_by("changed_at", "id")
    return found.order_by("-received_at", "-id")


def _inside(box: Box, levels: Levels) -> Q:
    """In the box by the place that is shown, so that small boxes do not find out the exact one."""
    half = 0.5 * 10**-ROUGH
    exact = Q(lat__range=(box.south, box.north), lon__range=(box.west, box.east))
    south, north = _grid(box.south, up=True) - half, _grid(box.north, up=False) + half
    west, east = _grid(box.west, up=True) - half, _grid(box.east, up=False) + half
    rough = Q(lat__gte=south, lat__lt=north, lon__gte=west, lon__lt=east)
    everything = levels.showing(Shown.ALL)
    return (Q(service__in=everything) & exact) | (~Q(service__in=everything) & rough)


def _grid(degrees: float, *, up: bool) -> float:
    """The next place a rounded coordinate can be, inside the box."""
    near = round(degrees, ROUGH)
    step: float = 10.0**-ROUGH
    if up and near < degrees:
        return near + step
    if not up and near > degrees:
        return near - step
    return near


def one(reference: str) -> dict[str, Any] | None:
    """One request by its number."""
    found = requests(Wanted(ids=(reference,)))
    return found[0] if found else None


def told(case: Case, levels: Levels) -> dict[str, Any]:
    """A request with what may be known of it. Every field is always there, empty where unknown."""
    level = levels.of.get(case.service_id, Shown.NOTHING)
    listed, everything = level != Shown.NOTHING, level == Shown.ALL
    lives_on = case.merged_into or case
    return {
        "service_request_id": case.reference,
        "status": "open" if lives_on.state in OPEN else "closed",
        "status_notes": _notes(case, everything),
        "service_name": said(case.service.name) or case.service.code,
        "service_code": case.service.code,
        "description": case.words if everything else None,
        "agency_responsible": said(case.division.name) or case.division.code,
        "service_notice": None,
        "requested_datetime": moment(case.received_at),
        "updated_datetime": moment(case.changed_at),
        "expected_datetime": moment(case.due_at),
        "address": _address(case, everything) if listed else None,
        "address_id": None,
        "zipcode": None,
        "lat": _degrees(case.lat, everything) if listed else None,
        "long": _degrees(case.lon, everything) if listed else None,
        "media_url": None,
    }


def _address(case: Case, everything: bool) -> str | None:
    return (case.place if everything else rough_place(case)) or None


def _degrees(value: float | None, everything: bool) -> float | None:
    return value if value is None or everything else round(value, ROUGH)


def _notes(case: Case, everything: bool) -> str:
    """How it stands, in our own words; what staff told the customer only where all is public."""
    if case.merged_into is not None:
        return f"{State(case.merged_into.state).label} ({case.merged_into.reference})"
    words = str(State(case.state).label)
    if case.outcome:
        words += f": {Outcome(case.outcome).label}"
    if everything and case.outcome_words:
        words += f". {case.outcome_words}"
    return words


def moment(value: datetime | None) -> str | None:
    """A moment as the protocol writes it, with the city's zone."""
    if value is None:
        return None
    return value.astimezone(city_zone()).isoformat(timespec="seconds")


def contact() -> str:
    """How a person of the city is reached."""
    parts = [city().name, city().email, city().phone]
    return ", ".join(part for part in parts if part)
