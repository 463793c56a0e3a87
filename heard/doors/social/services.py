"""Opening a case from a mention, and bringing mentions in from a file."""

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from heard.cases.models import Case, Channel
from heard.cases.services import Request, receive
from heard.catalogue.models import Service
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, write
from heard.mentions.models import Mention
from heard.mentions.services import Found, belongs_to, keep
from heard.people.roles import require

MOST_ROWS = 5000
NEEDED = ("id", "at", "text")
KNOWN = (*NEEDED, "network", "author", "handle", "url", "language")


@write
def open_case(
    row: Mention, service: Service, words: str, *, place: str, actor: Actor, key: str | None = None
) -> Case:
    """Open a case from a mention, in the words of staff.

    The post itself is not copied: it stands beside the case while its author leaves it standing.
    """
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "answer mentions")
    if not words.strip():
        raise Refused(_("Say in your own words what is needed."), field="words")
    request = Request(
        service=service, words=words, channel=Channel.SOCIAL, language=row.language, place=place
    )
    case = receive(request, actor=actor, key=key)
    belongs_to(row, f"case:{case.pk}", actor=actor)
    return case


@dataclass(slots=True)
class Brought:
    """What became of a file's rows. ``rejected`` is the line in the file and the reason."""

    kept: int = 0
    known: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)


def bring_in(content: bytes, *, source: str, actor: Actor) -> Brought:
    """Keep the mentions of a CSV file; each row stands for itself, and a rejected one says why.

    Columns: id, at, text; also network, author, handle, url, language.
    """
    require(actor, "answer mentions")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_("Save the file as UTF-8 text (CSV), then try again."), field="file") from (
            error
        )
    rows = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""))
    names = [(name or "").strip().lower() for name in rows.fieldnames or []]
    if missing := [name for name in NEEDED if name not in names]:
        raise Refused(
            _("The first line names the columns. Missing: {names}.").format(
                names=", ".join(missing)
            ),
            field="file",
        )
    rows.fieldnames = names
    done = Brought()
    try:
        for number, row in enumerate(rows):
            if number >= MOST_ROWS:
                done.rejected.append((rows.line_num, _("A file has at most 5,000 rows.")))
                break
            _bring(row, rows.line_num, done, source, actor)
    except csv.Error as error:
        done.rejected.append((rows.line_num, str(error)))
    return done


def _bring(row: dict[str, str | None], line: int, done: Brought, source: str, actor: Actor) -> None:
    told = {name: (row.get(name) or "").strip() for name in KNOWN}
    at = _moment(told["at"])
    fault = _fault(told, at)
    if fault or at is None:
        done.rejected.append((line, fault))
        return
    try:
        _row, made = keep(
            Found(
                source, told["id"], told["network"] or _("file"), told["text"], at, told["url"],
                told["author"], told["handle"], told["language"],
            ),
            actor=actor,
        )  # fmt: skip
    except Refused as error:
        done.rejected.append((line, str(error)))
        return
    done.kept, done.known = done.kept + made, done.known + (not made)


def _fault(told: dict[str, str], at: datetime | None) -> str:
    for name in NEEDED:
        if not told[name]:
            return _("“{name}” is empty.").format(name=name)
    if at is None:
        return _("“{given}” is no time such as 2026-03-04 10:00.").format(given=told["at"][:40])
    return ""


def _moment(said: str) -> datetime | None:
    """A moment; in UTC where it names no zone."""
    try:
        moment = parse_datetime(said)
        day = None if moment else parse_date(said)
    except ValueError:
        return None
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - its zone is set below
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
