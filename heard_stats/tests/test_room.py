"""The room keeps to itself, and says what each of its public functions does."""

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import heard_stats

ROOM = Path(heard_stats.__file__).parent
FRIENDS = {"heard_stats", "numpy", "scipy"}


def imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield (node.module or "").split(".")[0]


def test_imports_nothing_of_the_house_and_no_framework():
    files = sorted(ROOM.glob("*.py"))
    assert len(files) > 10
    for path in files:
        strange = set(imported_by(path)) - FRIENDS - set(sys.stdlib_module_names)
        assert not strange, f"{path.name} imports {strange}"


def test_everything_public_is_there_and_explained():
    for name in heard_stats.__all__:
        thing = getattr(heard_stats, name)
        if callable(thing):
            text = inspect.getdoc(thing) or ""
            assert len(text) > 40, f"{name} has no docstring"
            assert not text.startswith(f"{name}("), f"{name} is not explained"
