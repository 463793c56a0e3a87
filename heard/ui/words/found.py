"""Finding every marked string in the Python files and templates of a folder."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

# Which arguments of each function hold words; "c" marks the context.
MARKS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
LEFT_OUT = {"tests", "migrations", "node_modules", "__pycache__", "locale"}


@dataclass(frozen=True)
class Found:
    """A marked string: its words, its plural (or ""), its context (or ""), and the file."""

    words: str
    plural: str
    context: str
    file: str

    @property
    def key(self) -> tuple[str, str]:
        """What a catalogue knows it by: context and words."""
        return (self.context, self.words)


def files(folder: Path) -> Iterator[Path]:
    """Every Python file and template below the folder, except tests and migrations."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        if LEFT_OUT.intersection(inner[:-1]):
            continue
        if path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in inner):
            yield path


def marked(paths: Iterable[Path], base: Path) -> Iterator[Found]:
    """The marked strings of the files, each named by its path from ``base``."""
    for path in paths:
        name = path.relative_to(base).as_posix()
        text = path.read_text(encoding="utf-8")
        source = text if path.suffix == ".py" else as_python(text, name)
        yield from _in_python(source, name)


def as_python(template: str, name: str) -> str:
    """A template as calls of gettext among blanks, by Django's own walk over its tokens."""
    blanked = templatize(template, origin=name)
    # Indents of a template mean nothing, but a Python tokenizer would stumble over them.
    return "\n".join(line.strip() for line in blanked.split("\n"))


def _in_python(source: str, name: str) -> Iterator[Found]:
    calls: Any = extract_python(io.BytesIO(source.encode()), MARKS, [], {"encoding": "utf-8"})
    for _line, function, said, _comments in calls:
        # A call with a variable alone marks nothing: its words are marked where they are written.
        parts: list[Any] = [said] if isinstance(said, str) else [*(said or ())]
        places = MARKS[str(function)] or (1,)
        words, context = [], ""
        for place in places:
            at = place[0] if isinstance(place, tuple) else place
            text = parts[at - 1] if len(parts) >= at else None
            if not text:
                break
            if isinstance(place, tuple):
                context = text
            else:
                words.append(text)
        else:
            yield Found(words[0], words[1] if len(words) > 1 else "", context, name)
