"""From the cells of a row to what its fields say: blanks, value lists and fallbacks resolved."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from heard.core.errors import Refused
from heard.core.imports.dates import DateReader, Moment
from heard.core.imports.mapping import ANY, Mapping
from heard.core.imports.registry import Field, Kind, RowRejected


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """Where a field is found in this file, and how its cell is read."""

    field: Field
    column: str
    places: tuple[int, ...]
    nulls: frozenset[str]
    values: dict[str, str]
    beginnings: tuple[tuple[str, str], ...]
    catch_all: str | None
    remove: tuple[re.Pattern[str], ...]
    fallback: str
    midnight_is_day: bool
    lists: bool


class Plan:
    """How the rows of one file are read: its header matched with the mapping."""

    def __init__(self, kind: Kind, mapping: Mapping, header: Sequence[str], order: str) -> None:
        self.kind = kind
        self.mapping = mapping
        self.header = list(header)
        self.dates = DateReader(mapping.formats, mapping.zone, order)
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(header):
            self._places.setdefault(_plain(name), []).append(place)
        self._check_columns()
        self.fields = {field.name: self._field(field) for field in kind.fields}

    def _check_columns(self) -> None:
        wanted = {name for names in self.mapping.columns.values() for name in names}
        optional = {_plain(name) for name in self.mapping.optional_columns}
        missing = sorted(
            n for n in wanted if _plain(n) not in self._places and _plain(n) not in optional
        )
        if missing:
            there = ", ".join(printable(name) or "(no name)" for name in self.header[:60])
            raise Refused(
                f"The file lacks {len(missing)} of the columns the mapping {self.mapping.name} "
                f"needs: {', '.join(missing)}.\nIt has {len(self.header)}: {there}.\n"
                "Use the mapping that fits the file, or change the column names in a mapping of "
                f"your own.{_encoding_hint(self.header)}"
            )
        twice = sorted(n for n in wanted if len(self._places.get(_plain(n), ())) > 1)
        if twice:
            raise Refused(
                f"These columns stand twice in the header, so their meaning is open: "
                f"{', '.join(twice)}. Rename or remove one of each."
            )

    def _field(self, field: Field) -> FieldPlan:
        mapping = self.mapping
        names = mapping.columns.get(field.name, ())
        found = [n for n in names if _plain(n) in self._places]
        values = mapping.values.get(field.name, {})
        return FieldPlan(
            field=field,
            column=" / ".join(found) or field.name,
            places=tuple(self._places[_plain(n)][0] for n in found),
            nulls=mapping.nulls | mapping.field_nulls.get(field.name, frozenset()),
            values={k: v for k, v in values.items() if not k.endswith(ANY)},
            beginnings=tuple(
                (k[:-1], v) for k, v in values.items() if k.endswith(ANY) and k != ANY
            ),
            catch_all=values.get(ANY),
            remove=mapping.remove.get(field.name, ()),
            fallback=mapping.fallback.get(field.name, ""),
            midnight_is_day=field.name in mapping.midnight_is_day,
            lists=bool(values),
        )


class Row:
    """One row: ask it for a field. Raises ``RowRejected`` where the cell makes no sense."""

    __slots__ = ("cells", "line", "plan")

    def __init__(self, plan: Plan, cells: Sequence[str], line: int) -> None:
        self.plan = plan
        self.cells = cells
        self.line = line

    def raw(self, field: str) -> str:
        """What the cell says, before any list of values; empty where it says nothing."""
        plan = self.plan.fields[field]
        for place in plan.places:
            said = self.cells[place].strip()
            if said and (not plan.nulls or said.casefold() not in plan.nulls):
                return said
        return ""

    def text(self, field: str) -> str:
        """The text of a field, after its list of values, removals and fallback."""
        return self.listed(field)[0]

    def listed(self, field: str) -> tuple[str, bool]:
        """The text of a field, and whether it comes from the mapping instead of the cell."""
        plan = self.plan.fields[field]
        said = self.raw(field)
        if said:
            found = _look_up(plan, said) if plan.lists else None
            if found is not None:
                return found or plan.fallback, True
            for pattern in plan.remove:
                said = pattern.sub("", said).strip()
        return (said, False) if said else (plan.fallback, True)

    def choice(self, field: str) -> str:
        """One of the choices of a field, or empty."""
        plan = self.plan.fields[field]
        said, listed = self.listed(field)
        if not said or listed or said in plan.field.choices:
            return said
        raise RowRejected(
            f"“{printable(said)[:60]}” in column {plan.column} is not known. Add it to "
            f"[values.{field}] in the mapping as one of {', '.join(plan.field.choices)}."
        )

    def moment(self, field: str) -> Moment | None:
        """The date of a field, or None."""
        plan = self.plan.fields[field]
        said = self.raw(field)
        if not said:
            return None
        try:
            return self.plan.dates.read(said, midnight_is_day=plan.midnight_is_day)
        except RowRejected as error:
            raise RowRejected(f"Column {plan.column}: {error}") from None

    def number(self, field: str) -> float | None:
        """The number of a field, or None."""
        said = self.text(field)
        if not said:
            return None
        try:
            found = float(said)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            column = self.plan.fields[field].column
            raise RowRejected(
                f"“{printable(said)[:40]}” in column {column} is not a number. Mend or empty it."
            )
        return found


def _look_up(plan: FieldPlan, said: str) -> str | None:
    key = said.casefold()
    if key in plan.values:
        return plan.values[key]
    for beginning, value in plan.beginnings:
        if key.startswith(beginning):
            return value
    return plan.catch_all


def _plain(name: str) -> str:
    return name.strip().casefold()


def printable(text: str) -> str:
    """The text with bytes that could not be read, and control characters, made visible."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(c) for c in text)


def _shown(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02X}"
    if code < 32 and char not in "\t\n\r":
        return f"\\x{code:02X}"
    return char


def _encoding_hint(header: Sequence[str]) -> str:
    if any("\0" in name for name in header):
        return "\nThe file looks like UTF-16: try --encoding utf-16."
    return ""
