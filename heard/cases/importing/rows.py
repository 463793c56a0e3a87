"""What one row says of a case, checked: nothing impossible, nothing cut off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from heard.cases.models import WORDS_LIMIT, Channel
from heard.cases.states import OPEN, State
from heard.core import clock
from heard.core.imports.cells import Row
from heard.core.imports.dates import Moment
from heard.core.imports.registry import ID, RowRejected
from heard.core.text import clean, clean_line

TITLE_LIMIT, PLACE_LIMIT, ID_LIMIT = 200, 300, 120
CLOCKS_DIFFER = timedelta(days=1)  # a file may come from a city whose day has begun before ours

# The columns of a case a row sets; the rest (reference, assignee, conversation) is left alone.
SETS = (
    "state", "channel", "language", "title", "words", "place", "lat", "lon", "received_at",
    "due_at", "first_response_at", "resolved_at", "closed_at", "outcome", "outcome_words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as a row tells it. Codes may not be known yet; names are for what is created."""

    external_id: str
    row_hash: str
    values: tuple[object, ...]  # in the order of SETS
    service: str
    service_name: str
    department: str
    division: str
    division_name: str
    district: str
    times_reopened: int


def read_case(row: Row) -> CaseRow:
    """The case a row tells of. Raises ``RowRejected`` where it cannot be so."""
    identity = clean_line(row.text(ID))
    if not identity:
        raise RowRejected(f"The row has no id (column {row.plan.fields[ID].column}). Give it one.")
    _fits(identity, ID_LIMIT, "id")
    department, division, division_name = _whose(row)
    state, times = _times(row)
    title, words = _words(row)
    values = (
        state,
        row.choice("channel") or Channel.WEB.value,
        row.choice("language") or row.plan.mapping.language,
        title,
        words,
        _fits(clean_line(row.text("place")), PLACE_LIMIT, "place"),
        *_point(row),
        times.received,
        times.due,
        times.first_response,
        times.finished,
        None if state == State.RESOLVED else times.finished,
        row.choice("outcome") if times.finished else "",
        _fits(clean(row.text("outcome_words")), WORDS_LIMIT, "outcome"),
    )
    codes = (
        _service(row),
        clean_line(row.text("service_name"), limit=200),
        department,
        division,
        division_name,
        _fits(clean_line(row.text("district")), 80, "district"),
        times.reopened,
    )
    return CaseRow(identity, _hash(row.plan.mapping.version, values, codes), values, *codes)


@dataclass(frozen=True, slots=True)
class _Times:
    received: datetime
    due: datetime | None
    first_response: datetime | None
    finished: datetime | None
    reopened: int


def _times(row: Row) -> tuple[str, _Times]:
    """The state and moments of a row, checked against each other.

    A day without a time: received when it began, due when it ended, and closed when it began but
    never before the case was received. So a case is on time when its day is not after the due day,
    and the days to close are whole days.
    """
    received = row.moment("received")
    if received is None:
        raise RowRejected(
            f"The row does not say when the case was received (column "
            f"{row.plan.fields['received'].column}). Fill it in."
        )
    start = received.start()
    due = row.moment("due")
    finished = _after(row.moment("closed"), received, "closed")
    answered = _after(row.moment("first_response"), received, "answered")
    for moment, what in ((start, "received"), (finished, "closed"), (answered, "answered")):
        if moment is not None and moment > clock.now() + CLOCKS_DIFFER:
            raise RowRejected(f"It says it was {what} in the future ({moment.date()}). Mend it.")
    state = row.choice("state")
    reopened = 0
    if not state:
        state = State.CLOSED if finished else State.RECEIVED
    if state in OPEN and finished is not None:
        # Closed once and open now: it was opened again.
        state, finished, reopened = State.REOPENED, None, 1
    elif state not in OPEN and finished is None:
        raise RowRejected(
            f"The row says {State(state).label} but not when (column "
            f"{row.plan.fields['closed'].column}). Fill in the date, or mend the state."
        )
    end = None if due is None else due.end()
    return str(state), _Times(start, end, answered, finished, reopened)


def _after(moment: Moment | None, received: Moment, what: str) -> datetime | None:
    """The moment in UTC, not before the receipt; rejected where it is."""
    if moment is None:
        return None
    start, found = received.start(), moment.start()
    if found >= start:
        return found
    if moment.day_only and moment.day == received.day:
        return start
    # In the night summer time ends, 1:50 may come before 1:10.
    if (second := moment.start(fold=1)) >= start:
        return second
    raise RowRejected(
        f"It was {what} on {moment.said:%Y-%m-%d %H:%M:%S}, before it was received on "
        f"{received.said:%Y-%m-%d %H:%M:%S}. Mend one of the dates."
    )


def _service(row: Row) -> str:
    service = clean_line(row.text("service"))
    if not service:
        raise RowRejected(
            f"The row names no service (column {row.plan.fields['service'].column}). Fill it in, "
            "or let the mapping give a [fallback]."
        )
    return _fits(service, 200, "service")


def _whose(row: Row) -> tuple[str, str, str]:
    """Codes of department and division, and the division's own name.

    A division's code is department/division, since two departments may each have a "Graffiti"; a
    code the mapping gives is taken as it is. Without a division the department's own stands in.
    """
    department = _fits(clean_line(row.text("department")), 80, "department")
    said, listed = row.listed("division")
    division = clean_line(said)
    if not division:
        return department, department, ""
    code = division if listed or not department else f"{department}/{division}"
    return department, _fits(code, 120, "division"), division


def _words(row: Row) -> tuple[str, str]:
    """Title and words. A title too long for its place is kept whole at the top of the words."""
    title = clean_line(row.text("title"))
    words = clean(row.text("words"))
    if len(title) > TITLE_LIMIT:
        words = f"{title}\n\n{words}".strip()
        title = f"{title[: TITLE_LIMIT - 1]}…"
    return title, _fits(words, WORDS_LIMIT, "description")


def _point(row: Row) -> tuple[float | None, float | None]:
    lat, lon = row.number("lat"), row.number("lon")
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return None, None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise RowRejected(
            f"There is no place at latitude {lat}, longitude {lon}. Mend or empty it."
        )
    return lat, lon


def _fits(text: str, limit: int, what: str) -> str:
    if len(text) > limit:
        raise RowRejected(
            f"The {what} has {len(text):,} characters; at most {limit:,} can be kept. Shorten it."
        )
    return text


def _hash(version: int, *parts: object) -> str:
    said = repr((version, *parts)).encode("utf-8", "backslashreplace")
    return blake2b(said, digest_size=16).hexdigest()
