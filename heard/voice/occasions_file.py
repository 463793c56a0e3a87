"""People to be asked after a visit, a class, an inspection or a permit: rows of a CSV file.

Columns: ``id`` (of the visit or permit in its own system), ``email`` or ``phone``, and as known
``name``, ``language``, ``service``, ``division``, ``district``, ``date``. Sending a file twice asks
nobody twice: a row is known by its kind and id.
"""

import csv
import io
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.text import clean_line
from heard.people.models import Customer, Division
from heard.people.roles import require
from heard.people.services import know_customer
from heard.voice.models import Instrument, Invitation, Occasion
from heard.voice.services import Subject, Way, invite

MOST_ROWS = 5000
LARGEST = 2 * 1024 * 1024
NEEDED = ("id",)
KINDS = ("visit", "class", "inspection", "permit")


@dataclass
class Report:
    """What came of a file: invited, not asked (with reasons), known before, and faulty rows."""

    invited: int = 0
    known: int = 0
    not_asked: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows; each is in one of the four."""
        return self.invited + self.known + sum(self.not_asked.values()) + len(self.faults)


def take_file(content: bytes, *, kind: str, instrument: Instrument, actor: Actor) -> Report:
    """Ask everybody in the file who may be asked. Raises ``Refused`` where it is no such file."""
    require(actor, "write surveys")
    if kind not in KINDS:
        raise Refused(_("Choose what the rows are."), field="kind")
    if len(content) > LARGEST:
        raise Refused(_("The file is larger than 2 MB; send it in parts."), field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("Save the file as CSV in UTF-8 first."), field="file") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = {(name or "").strip().lower() for name in reader.fieldnames or ()}
    if "id" not in columns or not columns & {"email", "phone"}:
        raise Refused(
            _("The first line must name the columns; “id” and “email” or “phone” are needed."),
            field="file",
        )
    divisions = {d.code: d for d in Division.objects.select_related("department")}
    report = Report()
    for number, raw in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise Refused(_("No more than {n} rows at a time.").format(n=MOST_ROWS), field="file")
        row = {
            (key or "").strip().lower(): clean_line(value or "", limit=254)
            for key, value in raw.items()
            if isinstance(value, str)
        }
        try:
            _ask(row, kind, instrument, divisions, actor, report)
        except Refused as refused:
            report.faults.append(_("Line {n}: {why}").format(n=number, why=refused))
    return report


def _ask(
    row: dict[str, str],
    kind: str,
    instrument: Instrument,
    divisions: dict[str, Division],
    actor: Actor,
    report: Report,
) -> None:
    about = f"{kind}:{row.get('id', '')}"
    division = divisions.get(row.get("division", ""))
    if not row.get("id") or len(about) > 60:
        raise Refused(_("it has no id, or one too long."))
    if row.get("division") and division is None:
        raise Refused(_("there is no division “{code}”.").format(code=row["division"]))
    if "@" not in row.get("email", "") and not row.get("phone"):
        raise Refused(_("it has neither an email address nor a number."))
    if Occasion.objects.filter(about=about).exists():
        report.known += 1
        return
    language = "es" if row.get("language", "").lower().startswith(("es", "sp")) else "en"
    customer: Customer | None = know_customer(
        name=row.get("name", "")[:120],
        email=row.get("email", ""),
        phone=row.get("phone", ""),
        language=language,
        actor=actor,
    )
    subject = _subject(about, kind, row, division)
    made: Invitation | None = invite(
        subject, customer=customer, language=language, actor=actor, way=Way(instrument.code)
    )
    if made is not None:
        report.invited += 1
        return
    why = Occasion.objects.filter(about=about).first()
    reason = str(why.get_excluded_display()) if why else _("the survey is not being asked")
    report.not_asked[reason] = report.not_asked.get(reason, 0) + 1


def _subject(about: str, kind: str, row: dict[str, str], division: Division | None) -> Subject:
    return Subject(
        about=about,
        service=row.get("service", "")[:200],
        division=division.code if division else "",
        department=division.department.code if division else "",
        district=row.get("district", "")[:80],
        channel="counter" if kind == "visit" else "",
    )
