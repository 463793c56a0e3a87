"""Where rooms above say what they make of results, so that one command makes all of it.

The results site draws, sets and writes files from figures; ``heard measures`` asks it to by name.
"""

from typing import Any

from django.utils.module_loading import import_string

_offers: dict[str, str] = {}


def offer(**paths: str) -> None:
    """Say which functions there are, by dotted path: they are loaded when they are asked for."""
    _offers.update(paths)


def ask(name: str, *args: Any, **options: Any) -> Any:
    """Call a function that was offered; None where nobody offered it."""
    path = _offers.get(name)
    return import_string(path)(*args, **options) if path else None
