"""Figures others published: from a CSV file, by one person; shown once another has looked."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from heard.boards.models import Outside, OutsideFile
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.writes import about_of_earlier, record, write
from heard.measures.definitions import measures
from heard.people.roles import require
from heard.targets.importing import Row, rows_of
from heard.targets.models import OwnMeasure
from heard.targets.program import touch
from heard.targets.values import check_within, number
from heard_stats import share

MOST_ROWS, MOST_REPORTED = 5000, 200
NEEDED = ("publisher", "title", "measure", "unit", "definition", "source")
COLUMNS = (
    "publisher", "title", "measure", "period", "unit", "value", "numerator", "denominator",
    "low", "high", "n", "definition", "source", "link", "same_version",
)  # fmt: skip
_PERIOD = re.compile(r"(FY)?(19|20|21)\d{2}(-(0[1-9]|1[0-2])|-Q[1-4])?")
_web = URLValidator(schemes=["https", "http"])


@dataclass
class Checked:
    """A file looked at: figures that may be kept, and each line that may not, with its reason."""

    figures: list[Outside] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)


def check(data: bytes) -> Checked:
    """Look at every line, storing nothing. Raises ``Refused`` where the whole file is bad."""
    found = Checked()
    shown = {_place(row): row for row in published()}
    seen: dict[tuple[str, ...], int] = {}
    for line, row in rows_of(data):
        if not any(row.values()):
            continue
        if line > MOST_ROWS:
            raise Refused(_("The file has more than 5,000 lines. Split it."), field="file")
        try:
            one = _figure(row)
            if (place := _place(one)) in seen:
                raise Refused(_("The same figure is already on line {n}.").format(n=seen[place]))
        except Refused as refused:
            found.rejected.append({"line": line, "reason": str(refused)})
            continue
        seen[place] = line
        if _same(shown.get(place), one):
            found.unchanged += 1
        else:
            found.figures.append(one)
    return found


def _place(row: Outside) -> tuple[str, ...]:
    return (row.publisher, row.title, row.measure, row.period)


def _same(old: Outside | None, new: Outside) -> bool:
    names = ("value", "low", "high", "n", "unit", "definition", "source", "link", "same_version")
    return old is not None and all(getattr(old, n) == getattr(new, n) for n in names)


def _figure(row: Row) -> Outside:
    for name in NEEDED:
        if not row.get(name):
            raise Refused(_("“{name}” is empty. Every figure needs it.").format(name=name))
        most = getattr(Outside._meta.get_field(name), "max_length", None) or 0
        if len(row[name]) > most:
            raise Refused(_("“{name}” is longer than {n} letters.").format(name=name, n=most))
    if not _PERIOD.fullmatch(row["period"]):
        raise Refused(_("“{text}” is not a period. Write 2024, 2024-Q2, FY2024 or 2024-05.").format(
            text=row["period"][:40]))  # fmt: skip
    card = measures().get(row["measure"])
    if card is None:
        raise Refused(_("There is no measure “{key}”.").format(key=row["measure"]))
    if row["unit"] not in OwnMeasure.Unit.values:
        raise Refused(_("The unit must be one of {units}.").format(
            units=", ".join(OwnMeasure.Unit.values)))  # fmt: skip
    version = _version(row, card.version, card.statistic().unit)
    made = Outside(
        publisher=row["publisher"], title=row["title"], measure=card.key, period=row["period"],
        unit=row["unit"], definition=row["definition"], source=row["source"], link=_link(row),
        same_version=version,
    )  # fmt: skip
    _value(made, row)
    return made


def _link(row: Row) -> str:
    link = row.get("link", "")
    if link:
        try:
            _web(link)
        except ValidationError:
            raise Refused(_("The link is not an address that begins with https://.")) from None
    return link


def _version(row: Row, ours: int, unit: str) -> int | None:
    text = row.get("same_version", "")
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= ours:
        raise Refused(_("“same_version” must be a version of our definition, 1 to {n}.").format(
            n=ours))  # fmt: skip
    if row["unit"] != unit:
        raise Refused(_("A figure in another unit cannot have the same definition as ours."))
    return int(text)


def _value(made: Outside, row: Row) -> None:
    unit = made.unit
    given = {n: number(row.get(n), unit=unit) for n in ("value", "low", "high")}
    x, base = (number(row.get(n), field=n) for n in ("numerator", "denominator"))
    n = number(row.get("n"), field="n")
    if (x is None) != (base is None):
        raise Refused(_("Give both the numerator and the denominator."))
    if x is not None and base is not None:
        if not base or not 0 <= x <= base or x != int(x) or base != int(base) or unit != "share":
            raise Refused(_("Numerator and denominator must be whole, and a part of a whole."))
        made_of = share(int(x), int(base))
        given, n = {"value": made_of.value, "low": made_of.low, "high": made_of.high}, base
    value = given["value"]
    if value is None:
        raise Refused(_("Give the figure, or its numerator and denominator."))
    for end in given.values():
        if end is not None:
            check_within(made.unit, end)
    if (given["low"] is None) != (given["high"] is None):
        raise Refused(_("Give both ends of the interval, or none."))
    if given["low"] is not None and not given["low"] <= value <= (given["high"] or value):
        raise Refused(_("The figure does not lie within its interval."))
    if n is not None and (n < 0 or n != int(n)):
        raise Refused(_("“n” must be a whole number."))
    made.value, made.low, made.high = value, given["low"], given["high"]
    made.n = None if n is None else int(n)


@write
def take(data: bytes, *, name: str, actor: Actor, key: str | None = None) -> OutsideFile:
    """Keep what can be kept, for somebody else's eyes, with the report. Raises ``Refused``."""
    require(actor, "keep comparisons")
    if earlier := about_of_earlier(OutsideFile, key):
        return earlier  # type: ignore[no-any-return]
    checked = check(data)
    if not (checked.figures or checked.unchanged or checked.rejected):
        raise Refused(_("The file has no lines below its first."), field="file")
    row = OutsideFile.objects.create(
        name=name[:200], digest=hashlib.sha256(data).hexdigest(), taken=len(checked.figures),
        unchanged=checked.unchanged, rejected=checked.rejected[:MOST_REPORTED],
        made_by_id=actor.id, made_at=clock.now(),
    )  # fmt: skip
    for one in checked.figures:
        one.file = row
    Outside.objects.bulk_create(checked.figures, batch_size=500)
    changes = {"taken": row.taken, "rejected": len(checked.rejected), "file": row.digest}
    record("outside.taken", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def decide(file: OutsideFile, *, publish: bool, actor: Actor) -> OutsideFile:
    """Publish a file's figures, or not; not for who brought it. Raises ``Refused``."""
    require(actor, "keep comparisons")
    fresh = OutsideFile.objects.select_for_update().get(pk=file.pk)
    if fresh.state != OutsideFile.State.DRAFT:
        raise Refused(_("Somebody decided about this file already. Look again."))
    if fresh.made_by_id == actor.id:
        raise NotAllowed(_("Who brought in a file cannot approve it. Ask a colleague."))
    states = OutsideFile.State
    fresh.state = states.PUBLISHED if publish else states.REFUSED
    fresh.decided_by_id, fresh.decided_at = actor.id, clock.now()
    fresh.save()
    touch()
    record("outside.decided", about=fresh, actor=actor, changes={"state": ["draft", fresh.state]})
    return fresh


def published() -> list[Outside]:
    """What is published, the later file's figure where two give the same one; one query."""
    rows = Outside.objects.filter(file__state=OutsideFile.State.PUBLISHED)
    latest = {_place(row): row for row in rows.order_by("id")}
    return sorted(latest.values(), key=lambda r: (r.measure, r.publisher, r.title, r.period))
