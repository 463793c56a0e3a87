"""Figures from a file: what was taken, and each line that was not, with its reason."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.measures.definitions import ALL
from heard.people.roles import require
from heard.targets import silent
from heard.targets.entering import Draft, prepared
from heard.targets.models import Batch, Entry, OwnMeasure
from heard.targets.program import fiscal_start, touch
from heard.targets.subjects import of_own
from heard.targets.values import Given, number
from heard.targets.versions import versions_of

LARGEST_FILE = 5_000_000
MOST_ROWS, MOST_GROUPS, MOST_REPORTED = 50_000, 500, 200
COLUMNS = ("period", "group", "value", "numerator", "denominator", "evidence", *silent.NAMES)

Row = dict[str, str]


@dataclass
class Checked:
    """A file looked at: rows that may be stored, those already there, and those that may not."""

    entries: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, line: int, reason: str) -> None:
        """Note a line that is not taken."""
        self.rejected.append({"line": line, "reason": reason})


def rows_of(data: bytes) -> Iterator[tuple[int, Row]]:
    """The lines of a CSV file with their numbers, the header's names tidied. Raises ``Refused``."""
    if len(data) > LARGEST_FILE:
        raise Refused(_("The file is larger than 5 MB. Split it by year."), field="file")
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused(
            _("This is a spreadsheet. Save it as CSV (in the menu: Save as, CSV UTF-8)."),
            field="file",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise Refused(_("This is not a text file. Save the table as CSV."), field="file")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
        _check_names(names)
        for cells in reader:
            if reader.line_num > MOST_ROWS:
                raise Refused(_("The file has more than 50,000 lines. Split it."), field="file")
            padded = cells + [""] * (len(names) - len(cells))
            yield reader.line_num, dict(zip(names, (c.strip() for c in padded), strict=False))
    except csv.Error as fault:
        raise Refused(
            _("The file cannot be read as CSV: {fault}.").format(fault=fault), field="file"
        ) from None


def _check_names(names: list[str]) -> None:
    if "period" not in names or not {"value", "numerator"} & set(names):
        raise Refused(
            _(
                "The first line must name the columns: period, and value or numerator and "
                "denominator."
            ),
            field="file",
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Refused(_("The column “{name}” is there twice.").format(name=twice[0]), field="file")


def check(measure: OwnMeasure, data: bytes, *, source: str) -> Checked:
    """Look at every line, storing nothing. Raises ``Refused`` where the whole file is bad."""
    if measure.kind == OwnMeasure.Kind.RATIO:
        raise Refused(_("This measure is made of two others; import those."), field="file")
    found, groups = Checked(), set()
    seen: dict[tuple[str, str], int] = {}
    start, about = fiscal_start(), of_own(measure)
    current, latest = _stored(measure)
    versions = versions_of(about)
    for line, row in rows_of(data):
        if not any(row.values()):
            continue  # an empty line is no fault
        group = row.get("group", "") or ALL
        groups.add(group)
        if len(groups) > MOST_GROUPS:
            raise Refused(
                _("The file has more than 500 groups. Add them up to groups people know."),
                field="file",
            )
        try:
            entry = prepared(_draft(measure, row, group, source), start, about, versions)
        except Refused as refused:
            found.reject(line, str(refused))
            continue
        place = (entry.period, entry.group)
        if place in seen:
            reason = _("This period and group are already on line {line}.").format(line=seen[place])
            found.reject(line, reason)
            continue
        seen[place] = line
        _place(entry, current.get(place), latest.get(place, 0), line, found)
    return found


def _stored(
    measure: OwnMeasure,
) -> tuple[dict[tuple[str, str], Entry], dict[tuple[str, str], int]]:
    """The current figure of each period and group, and the last revision there; two queries."""
    mine = Entry.objects.filter(measure=measure.key)
    rows = mine.exclude(state=Entry.State.REPLACED).order_by("revision")
    current = {(row.period, row.group): row for row in rows}
    last = mine.order_by().values_list("period", "group").annotate(last=Max("revision"))
    return current, {(period, group): revision for period, group, revision in last}


def _place(entry: Entry, old: Entry | None, last: int, line: int, found: Checked) -> None:
    """Take a new figure; leave one that is as it was; send a correction of a draft away."""
    if old is None:
        entry.revision = last + 1
        found.entries.append(entry)
    elif (old.value, old.counts) == (entry.value, entry.counts):
        found.unchanged += 1
    elif old.state == Entry.State.PUBLISHED:
        reason = _("{period} is published as another figure. Restate it there, with a reason.")
        found.reject(line, reason.format(period=entry.period))
    else:
        reason = _("{period} is already on its way with another figure.")
        found.reject(line, reason.format(period=entry.period))


def _draft(measure: OwnMeasure, row: Row, group: str, source: str) -> Draft:
    if not row["period"]:
        raise Refused(
            _(
                "The period is empty. If cells were merged in the spreadsheet, unmerge them and "
                "fill every line."
            )
        )
    if len(group) > 200:
        raise Refused(_("The name of the group is longer than 200 letters."))
    given = Given(
        number(row.get("numerator"), field="numerator"),
        number(row.get("denominator"), field="denominator"),
        number(row.get("value"), unit=measure.unit),
    )
    evidence = row.get("evidence") or source
    return Draft(
        measure.key, row["period"], group=group, given=given, counts=_counts(row),
        evidence=evidence[:500],
    )  # fmt: skip


def _counts(row: Row) -> dict[str, Any]:
    """Counts behind the figure, and the figure as it was printed, since its decimals matter."""
    counts: dict[str, Any] = {}
    for name in silent.NAMES:
        if row.get(name):
            found = number(row[name], field=name)
            if found is None or found < 0 or found != int(found):
                raise Refused(_("“{name}” must be a whole number.").format(name=name))
            counts[name] = int(found)
    if counts:
        counts["printed"] = row.get("value", "").removesuffix("%").replace(",", "").strip()
    return counts


@write
def take(
    measure: OwnMeasure, data: bytes, *, name: str, actor: Actor, key: str | None = None
) -> Batch:
    """Store what can be stored as drafts of one batch, and the report. Raises ``Refused``.

    The same file again stores nothing: each of its lines is unchanged.
    """
    require(actor, "enter measures")
    if earlier := about_of_earlier(Batch, key):
        return earlier  # type: ignore[no-any-return]
    checked = check(measure, data, source=name)
    if not (checked.entries or checked.unchanged or checked.rejected):
        raise Refused(_("The file has no lines below its first."), field="file")
    batch = Batch.objects.create(
        measure=measure, name=name[:200], digest=hashlib.sha256(data).hexdigest(),
        taken=len(checked.entries), unchanged=checked.unchanged,
        rejected=checked.rejected[:MOST_REPORTED], made_by_id=actor.id, made_at=clock.now(),
    )  # fmt: skip
    store(checked.entries, batch, actor)
    silent.look(measure)
    touch()
    changes = {"taken": batch.taken, "rejected": len(checked.rejected), "file": batch.digest}
    record("figures.imported", about=batch, actor=actor, changes=changes, key=key)
    return batch


def store(entries: list[Entry], batch: Batch, actor: Actor) -> None:
    """Write prepared figures as drafts of a batch."""
    for entry in entries:
        entry.batch, entry.entered_by_id, entry.entered_at = batch, actor.id, clock.now()
    Entry.objects.bulk_create(entries, batch_size=500)
