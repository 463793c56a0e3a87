"""The shapes of the demo city: what it consists of, and everything needed to load one case.

All moments are aware and in UTC, whole seconds. Staff and customers are named by their index in
``CityPlan.staff`` and ``CityPlan.customers``; everything else by its code.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Language = Literal["en", "es"]
Channel = Literal["web", "phone", "counter", "email", "sms", "app", "social"]
Role = Literal["administrator", "cx_lead", "manager", "agent", "field_worker"]
PlaceRule = Literal["none", "optional", "required"]
QuestionKind = Literal["text", "long_text", "choice", "yes_no", "number", "date"]
State = Literal[
    "received", "understood", "in_progress", "waiting", "resolved", "closed", "reopened",
    "declined", "handed_over",
]  # fmt: skip
Outcome = Literal[
    "", "done", "nothing_found", "already_known", "referred", "not_possible", "withdrawn"
]
Answers = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and Spanish."""

    en: str
    es: str

    def said(self, language: Language) -> str:
        """The words in one language."""
        return self.en if language == "en" else self.es


@dataclass(frozen=True, slots=True)
class Department:
    """A department, which holds divisions."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Division:
    """A division; ``enforces`` where it holds people to a rule."""

    code: str
    department: str
    name: Text
    about: Text
    enforces: bool
    office: str
    email: str


@dataclass(frozen=True, slots=True)
class Office:
    """A place where customers meet staff; ``hours`` as OpenStreetMap writes opening_hours."""

    code: str
    name: Text
    address: str
    phone: str
    hours: str
    lat: float
    lon: float
    note: Text


@dataclass(frozen=True, slots=True)
class District:
    """A council district: a closed ring of (longitude, latitude) points, WGS 84."""

    code: str
    name: str
    ring: tuple[tuple[float, float], ...]

    def geometry(self) -> dict[str, object]:
        """The ring as a GeoJSON geometry."""
        return {"type": "Polygon", "coordinates": [[list(point) for point in self.ring]]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a question offers."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a service asks; ``hint`` is empty where none is needed."""

    code: str
    kind: QuestionKind
    label: Text
    hint: Text
    required: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """How soon: so many hours of elapsed time, or days of the city's calendar."""

    amount: int
    unit: Literal["hours", "days"]


@dataclass(frozen=True, slots=True)
class Service:
    """Something a customer can ask for. ``keywords`` are by language."""

    code: str
    group: str
    division: str
    name: Text
    instructions: Text
    keywords: dict[Language, tuple[str, ...]]
    anonymous: bool
    place: PlaceRule
    questions: tuple[Question, ...]
    respond: Promise
    resolve: Promise


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A colleague; ``shown`` marks the one account of each role that the sign-in list prints."""

    index: int
    name: str
    role: Role
    division: str
    title: Text
    languages: tuple[Language, ...]
    email: str
    shown: bool

    @property
    def first_name(self) -> str:
        """What customers call them."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Customer:
    """A resident or business; has an email address, a phone number, or both."""

    index: int
    name: str
    email: str
    phone: str
    language: Language
    prefers: Literal["email", "sms", "phone"]
    is_business: bool
    address: str
    lat: float
    lon: float
    district: str


@dataclass(frozen=True, slots=True)
class RushDay:
    """A day (and some after it) on which many people report the same thing."""

    code: str
    name: Text
    month: int
    day: int
    days: int
    at: tuple[float, float]
    spread: float
    cases: dict[str, int]
    about: dict[str, tuple[str, ...]]
    one_problem: bool


@dataclass(frozen=True, slots=True)
class Turnaround:
    """A division that struggles until a change, and what the change was.

    The share kept in time is ``low`` until ``share`` of the year has passed and climbs to ``high``
    within ``weeks``.
    """

    division: str
    name: Text
    low: float
    high: float
    share: float
    weeks: int


@dataclass(frozen=True, slots=True)
class CityPlan:
    """The whole city, before anything happens in it."""

    name: str
    full_name: str
    state: str
    zone: str
    population: int
    motto: Text
    website: str
    social: str
    color: str
    color_dark: str
    accent: str
    person_note: Text
    center: tuple[float, float]
    phone: str
    sms: str
    email: str
    departments: tuple[Department, ...]
    divisions: tuple[Division, ...]
    groups: dict[str, Text]
    offices: tuple[Office, ...]
    districts: tuple[District, ...]
    services: tuple[Service, ...]
    staff: tuple[StaffMember, ...]
    customers: tuple[Customer, ...]
    rushes: tuple[RushDay, ...]
    turnaround: Turnaround

    def districts_geojson(self) -> dict[str, object]:
        """All districts as one GeoJSON feature collection."""
        features = [
            {
                "type": "Feature",
                "properties": {"code": district.code, "name": district.name},
                "geometry": district.geometry(),
            }
            for district in self.districts
        ]
        return {"type": "FeatureCollection", "features": features}


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """One change of state, and the reason the customer reads."""

    at: datetime
    old: State | Literal[""]
    new: State
    by: Literal["customer", "staff", "system"]
    staff: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MessagePlan:
    """Something said: in = by the customer, out = to the customer, note = among staff."""

    at: datetime
    direction: Literal["in", "out", "note"]
    words: str
    staff: int | None = None


@dataclass(frozen=True, slots=True)
class UnderstandingPlan:
    """What staff understood, in one sentence, and what the customer said to it."""

    at: datetime
    staff: int
    words: str
    answer: Literal["", "confirmed", "corrected"] = ""
    answered_at: datetime | None = None
    correction: str = ""


@dataclass(frozen=True, slots=True)
class ReopenPlan:
    """A customer says it is not solved; staff decide (``decision`` is empty until then)."""

    at: datetime
    reason: str
    decision: Literal["", "reopened", "refused"] = ""
    decided_at: datetime | None = None
    staff: int | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """The one invitation after a case is closed, and the answer where there is one.

    ``names`` is the colleague whom the comment thanks or blames by first name.
    """

    asked_at: datetime
    answered_at: datetime | None = None
    satisfaction: int | None = None
    ease: int | None = None
    solved: Literal["", "yes", "partly", "no"] = ""
    comment: str = ""
    may_share: bool = False
    names: int | None = None


@dataclass(frozen=True, slots=True)
class CasePlan:
    """One case from the first word to where it stands when the year ends.

    ``same_as`` is the number of an earlier case about the same problem; ``rush`` the code of the
    rush day it belongs to, or empty. ``waits_since``: since when the customer has waited for us.
    """

    number: int
    service: str
    division: str
    district: str | None
    lat: float | None
    lon: float | None
    place: str
    language: Language
    channel: Channel
    customer: int | None
    words: str
    answers: Answers
    received_at: datetime
    first_response_due: datetime
    due_at: datetime
    contact: int | None
    assignee: int | None
    state: State
    outcome: Outcome
    outcome_words: str
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    waits_since: datetime | None
    changed_at: datetime
    times_reopened: int
    changes: tuple[ChangePlan, ...]
    messages: tuple[MessagePlan, ...]
    understandings: tuple[UnderstandingPlan, ...]
    reopenings: tuple[ReopenPlan, ...]
    survey: SurveyPlan | None
    same_as: int | None
    rush: str

    @property
    def on_time(self) -> bool | None:
        """Whether it was finished by its due time; None while open, or where it ended otherwise."""
        finished = self.resolved_at or self.closed_at
        if self.state not in ("resolved", "closed") or self.outcome == "withdrawn":
            return None
        return finished is not None and finished <= self.due_at


@dataclass(frozen=True, slots=True)
class Window:
    """The local days in which everything happens: from ``first`` to the day before ``until``."""

    first: date
    until: date
    begin: datetime
    end: datetime
