"""The catalogues: one shared, and one of its own for each room that has a folder ``locale``.

What the shared catalogue translates is not asked of a room again.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from heard.ui.words.found import Found, files, marked

SHARED = Path("heard") / "locale"
FOLDERS = ("heard", "demo")
HEADER = (
    "# Translations of Heard's screens. Collected by `heard messages`; write the msgstr lines.\n"
)
_holes = re.compile(r"%\(\w+\)s|\{\w*\}")


@dataclass
class Book:
    """A catalogue's folder and the strings its part of the house marks."""

    folder: Path
    found: list[Found] = field(default_factory=list)

    def path(self, language: str) -> Path:
        """The file of a language."""
        return self.folder / language / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """The languages to translate into: all but the one the code is written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def books(base: Path) -> list[Book]:
    """Every catalogue below ``base``, the shared one first, with the strings that belong to it."""
    shared = Book(base / SHARED)
    rooms = {
        path: Book(path)
        for part in FOLDERS
        for path in sorted((base / part).rglob("locale"))
        if path.is_dir() and path != shared.folder
    }
    for part in FOLDERS:
        for found in marked(files(base / part), base):
            book = _book_of(base / found.file, base, rooms) or shared
            book.found.append(found)
    known = {found.key for found in shared.found}
    for book in rooms.values():
        book.found = [found for found in book.found if found.key not in known]
    return [shared, *rooms.values()]


def _book_of(path: Path, base: Path, rooms: dict[Path, Book]) -> Book | None:
    for parent in path.parents:
        if parent == base:
            return None
        if parent / "locale" in rooms:
            return rooms[parent / "locale"]
    return None


def load(path: Path, language: str) -> Catalog:
    """The catalogue in a file; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


class _Catalog(Catalog):
    """A catalogue whose head says only what a reader of the file needs."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The head without dates and names, which would differ with every run."""
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def merge(book: Book, language: str, others: Iterable[Book] = ()) -> Catalog:
    """The catalogue brought up to date: translations kept, new ones empty, others dropped.

    A string that moved here from another book brings its translation along.
    """
    olds = [load(known.path(language), language) for known in (book, *others)]
    new = _Catalog(locale=language, header_comment=HEADER, fuzzy=False)
    for found in book.found:
        key = (found.words, found.plural) if found.plural else found.words
        befores = (old.get(found.words, context=found.context or None) for old in olds)
        said = next((b.string for b in befores if b and _fits(b, found) and not b.fuzzy), "")
        new.add(key, said, locations=[(found.file, 0)], context=found.context or None)
    return new


def _fits(message: Message, found: Found) -> bool:
    return bool(message.pluralizable) == bool(found.plural)


def save(catalogue: Catalog, path: Path) -> None:
    """Write the catalogue so that two people's additions seldom meet in one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=False, sort_by_file=True,
                 include_lineno=False, ignore_obsolete=True)  # fmt: skip


def compile_all(base: Path) -> list[Path]:
    """Build the ``.mo`` files that are older than their ``.po``; say which."""
    built = []
    for part in FOLDERS:
        for path in sorted((base / part).rglob("locale/*/LC_MESSAGES/django.po")):
            target = path.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
                continue
            with target.open("wb") as file:
                write_mo(file, load(path, path.parent.parent.name))
            built.append(target)
    return built


def faults(base: Path) -> Iterator[str]:
    """What is wrong with the catalogues, one line each: missing, empty, stale, ill-fitting."""
    for book in books(base):
        wanted = {found.key: found for found in book.found}
        for language in languages():
            path = book.path(language)
            where = path.relative_to(base).as_posix()
            has = {(m.context or "", _words(m)): m for m in load(path, language) if m.id}
            for key in wanted.keys() - has.keys():
                yield f"{where}: missing “{key[1]}” ({wanted[key].file})"
            for key in has.keys() - wanted.keys():
                yield f"{where}: no longer used “{key[1]}”"
            for key in wanted.keys() & has.keys():
                fault = _fault(has[key], wanted[key])
                if fault:
                    yield f"{where}: {fault} “{key[1]}” ({wanted[key].file})"


def _words(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _fault(message: Message, found: Found) -> str:
    string = message.string or ""
    said = [string] if isinstance(string, str) else [*string]
    if message.fuzzy:
        return "unsure"
    if not _fits(message, found):
        return "has no plural" if found.plural else "has a plural too many"
    if not all(said):
        return "not translated"
    holes = set(_holes.findall(found.words + found.plural))
    if any(set(_holes.findall(part)) - holes for part in said):
        return "fills another hole in"
    if set(_holes.findall("".join(said))) != holes:
        return "leaves a hole out of"
    return ""
