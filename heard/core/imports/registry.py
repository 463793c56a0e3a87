"""What can be imported: each room registers its kind of row, the command finds it here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from heard.core.errors import Refused

if TYPE_CHECKING:
    from heard.core.imports.cells import Row
    from heard.core.imports.mapping import Mapping

FieldKind = Literal["text", "choice", "moment", "number"]
Fate = Literal["imported", "updated", "unchanged"]
OnMissing = Literal["create", "refuse"]

ID = "external_id"  # the field every kind has: what a row is called in the system it comes from


class RowRejected(Exception):
    """A row that cannot be taken. ``str(error)`` says why in plain words and what to do."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a row can say. ``choices`` are the values of a choice."""

    name: str
    kind: FieldKind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


class Item(Protocol):
    """A row as the room would keep it. ``row_hash`` tells whether two say the same."""

    @property
    def external_id(self) -> str:
        """What the row is called where it comes from."""

    @property
    def row_hash(self) -> str:
        """Equal for rows that say the same."""


ItemT = TypeVar("ItemT", bound=Item)


class Loader(Protocol[ItemT]):
    """The room's side of one import."""

    def read(self, row: "Row") -> ItemT:
        """What the row says. Raises ``RowRejected``; writes nothing."""

    def write(self, items: Sequence[ItemT]) -> list[Fate]:
        """Keep the items (ids differ), inside the caller's transaction; what became of each.

        In a dry run nothing is written and the answer is the same.
        """

    def notes(self) -> list[str]:
        """Lines for the report, such as what was created on the way."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms rows are taken."""

    source: str
    on_missing: OnMissing = "create"
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row: its fields, the folder of the mappings that come with it, its loader."""

    name: str
    fields: tuple[Field, ...]
    mappings: Path
    loader: Callable[["Mapping", Terms], Loader[Any]]

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((f for f in self.fields if f.name == name), None)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called by a room at start, once per kind."""
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is registered twice")
    field = kind.field(ID)
    if field is None or not field.required:
        raise ValueError(f"{kind.name} needs a required field {ID}")
    _kinds[kind.name] = kind


def kinds() -> list[str]:
    """The names of what can be imported."""
    return sorted(_kinds)


def kind_named(name: str) -> Kind:
    """The kind of this name; refused with the names there are."""
    if name not in _kinds:
        raise Refused(f"Heard cannot import “{name}”. It can import: {', '.join(kinds())}.")
    return _kinds[name]
