"""What goes in and out, as the OpenAPI document describes it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from heard.cases.models import WORDS_LIMIT

Words = Annotated[str, Field(min_length=1, max_length=WORDS_LIMIT)]
Said = dict[str, str]


class Given(Schema):
    """What comes in: a field we do not know is a mistake, not to be overheard."""

    model_config = ConfigDict(extra="forbid")


class CustomerOut(Schema):
    """Who asked. Only with the scope ``customers:read``."""

    name: str
    email: str
    phone: str
    language: str


class CaseOut(Schema):
    """A case. Times are RFC 3339; codes are those of ``/services`` and of divisions."""

    reference: str
    state: str
    version: int
    service: str
    division: str
    district: str | None
    channel: str
    language: str
    title: str
    words: str
    answers: dict[str, Any]
    place: str
    lat: float | None
    lon: float | None
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    outcome_words: str | None
    assignee: str | None
    contact: str | None
    merged_into: str | None
    customer: CustomerOut | None


class CasePage(Schema):
    """Cases, and the cursor of the next page."""

    items: list[CaseOut]
    next: str | None


class CustomerIn(Given):
    """Who asks: an email or a phone number lets us answer."""

    name: Annotated[str, Field(max_length=120)] = ""
    email: Annotated[str, Field(max_length=200)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class CaseIn(Given):
    """A new case. ``answers`` are by the codes of the service's questions."""

    service: Annotated[str, Field(min_length=1, max_length=200)]
    words: Words
    language: Literal["en", "es"] = "en"
    place: Annotated[str, Field(max_length=300)] = ""
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    lon: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    answers: dict[str, str | int | float | bool | list[str]] = {}
    customer: CustomerIn | None = None


class MessageOut(Schema):
    """Something said in a case: ``in`` by the customer, ``out`` to them, ``note`` among staff."""

    id: int
    direction: Literal["in", "out", "note"]
    channel: str
    staff: str | None
    words: str
    at: datetime


class MessagePage(Schema):
    """Messages, the oldest first, and the cursor of the next page."""

    items: list[MessageOut]
    next: str | None


class MessageIn(Given):
    """``out`` writes to the customer (``waits``: for their answer), ``note`` to staff; ``in`` is
    what the customer said to the other system."""

    direction: Literal["in", "out", "note"]
    words: Words
    waits: bool = False


class StateIn(Given):
    """The state to go to, by the table of the house. ``words`` are what the customer reads."""

    to: Literal[
        "understood", "in_progress", "resolved", "closed", "declined", "handed_over", "reopened"
    ]
    words: Annotated[str, Field(max_length=WORDS_LIMIT)] = ""
    outcome: Literal["", "done", "nothing_found", "already_known", "referred", "not_possible"] = ""
    seen_version: Annotated[int | None, Field(ge=1, le=2_000_000_000)] = None


class ServiceOut(Schema):
    """Something that can be asked for."""

    code: str
    name: Said
    group: Said
    instructions: Said
    division: str
    place: Literal["none", "optional", "required"]
    anonymous_allowed: bool


class QuestionOut(Schema):
    """What a service asks."""

    code: str
    kind: str
    required: bool
    label: Said
    choices: list[str]


class ServiceWithQuestions(ServiceOut):
    """A service with what it asks."""

    questions: list[QuestionOut]


class DayOut(Schema):
    """A day of an office: from and to, in the office's time."""

    date: date
    open: list[list[str]]
    holiday: Any = None
    reasons: list[Any]


class OfficeOut(Schema):
    """An office and its next weeks. ``hours`` as OpenStreetMap writes them."""

    code: str
    name: Said
    address: str
    phone: str
    lat: float | None
    lon: float | None
    zone: str
    hours: str
    open_now: bool | None
    changes_at: datetime | None
    days: list[DayOut]
    closures: list[dict[str, Any]]


class MeasureOut(Schema):
    """What is measured, and how, in the version that holds."""

    key: str
    version: int
    unit: str
    direction: Literal["up", "down", "none"]
    source: str
    name: Said
    definition: Said
    statistics: list[str]


class ResultOut(Schema):
    """One figure. Where ``suppressed``, the number behind it is too small to be told."""

    measure: str
    statistic: str
    definition: str
    period: str
    dimension: str
    group: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    suppressed: bool
    left_out: int
