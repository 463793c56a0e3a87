"""A mapping: the small TOML file that says which column means what, checked before any row."""

import codecs
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from heard.core.city import zone_is_known
from heard.core.errors import Refused
from heard.core.imports.dates import DateReader
from heard.core.imports.registry import Kind

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
ANY = "*"
DELIMITERS = {",": ",", ";": ";", "\t": "\t", "tab": "\t", "|": "|"}
LARGEST = 1_000_000  # bytes of a mapping file

TEXTS = {"title", "kind", "source", "zone", "language"}
SECTIONS = {
    "file": {"encoding", "delimiter", "null", "optional_columns"},
    "dates": {"formats", "midnight_is_day"},
}
BY_FIELD = {"columns", "values", "names", "null", "fallback", "remove"}


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says, checked. Fields are those of its kind."""

    name: str
    kind: str
    version: int
    source: str
    zone: str
    digest: str
    language: str = "en"
    title: str = ""
    encoding: str = "utf-8"
    delimiter: str = ""
    nulls: frozenset[str] = frozenset()
    optional_columns: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ("iso",)
    midnight_is_day: frozenset[str] = frozenset()
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    field_nulls: dict[str, frozenset[str]] = field(default_factory=dict)
    fallback: dict[str, str] = field(default_factory=dict)
    remove: dict[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)

    def name_for(self, field: str, *codes: str) -> dict[str, str]:
        """The readable name, by language, of the first code that has one; else the last code."""
        table = self.names.get(field, {})
        for code in codes:
            if code in table:
                return table[code]
        pattern = table.get(ANY, {"en": "{}"})
        return {language: text.replace("{}", codes[-1]) for language, text in pattern.items()}


def available(kind: Kind) -> list[str]:
    """The names of the mappings that come with Heard and those of this house."""
    folders = (kind.mappings, house_folder())
    return sorted({path.stem for folder in folders for path in folder.glob("*.toml")})


def house_folder() -> Path:
    """Where a house keeps mappings of its own."""
    return Path(settings.HEARD_DATA) / "mappings"


def find(kind: Kind, said: str) -> Mapping:
    """The mapping of this name, or in this ``.toml`` file; refused with what there is."""
    if said.endswith(".toml"):
        path = Path(said)
    elif NAME.fullmatch(said):
        own = house_folder() / f"{said}.toml"
        path = own if own.is_file() else kind.mappings / f"{said}.toml"
    else:
        path = Path(said + ".toml")
    if not path.is_file():
        raise Refused(
            f"There is no mapping “{said}”. Say one of {', '.join(available(kind))}, or the path "
            "of a .toml file of your own (docs/user/import.md)."
        )
    return load(path, kind)


def load(path: Path, kind: Kind) -> Mapping:
    """Read and check a mapping file. Every fault is named at once."""
    try:
        content = path.read_bytes()[: LARGEST + 1]
        if len(content) > LARGEST:
            raise Refused(f"{path.name} is too large for a mapping.")
        said = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{path.name} is not a TOML file: {error}.") from error
    reading = _Reading(said, kind)
    made = reading.mapping(path.stem, sha256(content).hexdigest())
    if reading.faults:
        faults = "\n  - ".join(reading.faults)
        raise Refused(f"The mapping {path.name} has faults:\n  - {faults}")
    return made


class _Reading:
    """Collects the faults of a mapping while its parts are read."""

    def __init__(self, said: dict[str, Any], kind: Kind) -> None:
        self.said = said
        self.kind = kind
        self.fields = {f.name for f in kind.fields}
        self.faults: list[str] = []

    def mapping(self, name: str, digest: str) -> Mapping:
        """The mapping, right only when no faults were found."""
        self._check_keys()
        file, dates = self._table("file"), self._table("dates")
        made = Mapping(
            name=name,
            kind=self._text("kind", self.kind.name),
            version=self._version(),
            source=self._text("source", name),
            zone=self._text("zone", ""),
            language=self._text("language", "en"),
            title=self._text("title", ""),
            digest=digest,
            encoding=self._encoding(file.get("encoding", "utf-8")),
            delimiter=self._delimiter(file.get("delimiter", "")),
            nulls=self._cells(file.get("null", []), "file.null"),
            optional_columns=frozenset(self._texts(file.get("optional_columns", []), "file")),
            formats=tuple(self._texts(dates.get("formats", ["iso"]), "dates.formats")),
            midnight_is_day=frozenset(self._texts(dates.get("midnight_is_day", []), "dates")),
            columns={f: tuple(texts) for f, texts in self._lists("columns").items()},
            values=self._values(),
            names=self._names(),
            field_nulls={f: self._cells(t, "null") for f, t in self._lists("null").items()},
            fallback=self._fallbacks(),
            remove=self._patterns(),
        )
        self._check_whole(made)
        return made

    def _check_keys(self) -> None:
        known = TEXTS | {"version"} | set(SECTIONS) | BY_FIELD
        for key in self.said.keys() - known:
            self.faults.append(f"“{key}” is not known; known are {', '.join(sorted(known))}")
        for section, keys in SECTIONS.items():
            for key in self._table(section).keys() - keys:
                self.faults.append(f"[{section}] has no “{key}”; it has {', '.join(sorted(keys))}")
        for section in BY_FIELD:
            for key in self._table(section).keys() - self.fields:
                self.faults.append(
                    f"[{section}] names “{key}”; the fields are {', '.join(sorted(self.fields))}"
                )

    def _check_whole(self, made: Mapping) -> None:
        if made.kind != self.kind.name:
            self.faults.append(f"it is for {made.kind}, not for {self.kind.name}")
        if not zone_is_known(made.zone):
            self.faults.append(f"zone “{made.zone}” is not a time zone such as America/Denver")
        if not is_source(made.source):
            self.faults.append("source: at most 40 letters, digits, - and _")
        if made.language not in dict(settings.LANGUAGES):
            self.faults.append(f"language: one of {', '.join(dict(settings.LANGUAGES))}")
        said = made.columns.keys() | made.fallback.keys()
        for known in self.kind.fields:
            if known.required and known.name not in said:
                self.faults.append(f"[columns] must say which column is “{known.name}”")
        self._check_choices(made)
        if not self.faults:
            try:
                DateReader(made.formats, made.zone)
            except Refused as error:
                self.faults.append(str(error))

    def _check_choices(self, made: Mapping) -> None:
        for known in self.kind.fields:
            given = [*made.values.get(known.name, {}).values(), made.fallback.get(known.name, "")]
            for value in given:
                if known.choices and value and value not in known.choices:
                    self.faults.append(
                        f"{known.name}: “{value}” is none of {', '.join(known.choices)}"
                    )

    def _table(self, key: str) -> dict[str, Any]:
        found = self.said.get(key, {})
        if isinstance(found, dict):
            return found
        self.faults.append(f"[{key}] must be a table")
        return {}

    def _text(self, key: str, default: str) -> str:
        found = self.said.get(key, default)
        if isinstance(found, str):
            return found.strip()
        self.faults.append(f"{key} must be a text in quotes")
        return default

    def _texts(self, value: Any, where: str) -> list[str]:
        found = [value] if isinstance(value, str) else value
        if isinstance(found, list) and all(isinstance(text, str) for text in found):
            return list(found)
        self.faults.append(f"{where} must be a text or a list of texts")
        return []

    def _lists(self, section: str) -> dict[str, list[str]]:
        table = self._table(section)
        return {name: self._texts(value, f"{section}.{name}") for name, value in table.items()}

    def _cells(self, value: Any, where: str) -> frozenset[str]:
        return frozenset(text.casefold().strip() for text in self._texts(value, where))

    def _version(self) -> int:
        found = self.said.get("version", 1)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        self.faults.append("version must be a whole number")
        return 1

    def _encoding(self, said: Any) -> str:
        try:
            return encoding_named(said if isinstance(said, str) else "")
        except Refused as error:
            self.faults.append(str(error))
            return "utf-8"

    def _delimiter(self, said: Any) -> str:
        if said in ("", "auto"):
            return ""
        if said not in DELIMITERS:
            self.faults.append('[file] delimiter: one of "," ";" "tab" "|", or leave it out')
            return ""
        return DELIMITERS[said]

    def _tables(self, section: str, read: Callable[[Any, str], Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, table in self._table(section).items():
            if not isinstance(table, dict):
                self.faults.append(f"[{section}.{name}] must be a table")
                continue
            made[name] = {key: read(value, f"{section}.{name}") for key, value in table.items()}
        return made

    def _values(self) -> dict[str, dict[str, str]]:
        made = self._tables("values", self._one)
        return {
            name: {key.casefold().strip(): value for key, value in table.items()}
            for name, table in made.items()
        }

    def _names(self) -> dict[str, dict[str, dict[str, str]]]:
        made: dict[str, dict[str, dict[str, str]]] = self._tables("names", self._words)
        return made

    def _words(self, value: Any, where: str) -> dict[str, str]:
        words = {"en": value} if isinstance(value, str) else value
        languages = dict(settings.LANGUAGES)
        if isinstance(words, dict) and all(
            key in languages and isinstance(text, str) for key, text in words.items()
        ):
            return words
        self.faults.append(f'{where}: a name, or {{ en = "…", es = "…" }}')
        return {}

    def _one(self, value: Any, where: str) -> str:
        if isinstance(value, str):
            return value
        self.faults.append(f"{where}: values must be texts in quotes")
        return ""

    def _fallbacks(self) -> dict[str, str]:
        table = self._table("fallback")
        return {name: self._one(value, f"fallback.{name}") for name, value in table.items()}

    def _patterns(self) -> dict[str, tuple[re.Pattern[str], ...]]:
        made = {}
        for name, texts in self._lists("remove").items():
            patterns = []
            for text in texts:
                try:
                    patterns.append(re.compile(text))
                except re.error as error:
                    self.faults.append(f"remove.{name}: “{text}” is not a pattern ({error})")
            made[name] = tuple(patterns)
        return made


def is_source(said: str) -> bool:
    """Whether this can name the system ids come from."""
    return len(said) <= 40 and NAME.fullmatch(said) is not None


def encoding_named(said: str) -> str:
    """The name of a text encoding as Python knows it; refused where there is none."""
    try:
        found = codecs.lookup(said)
        "a".encode(found.name)
    except (LookupError, ValueError) as error:
        raise Refused(
            f"“{said}” is not an encoding; say for example utf-8, windows-1252 or utf-16."
        ) from error
    return found.name
