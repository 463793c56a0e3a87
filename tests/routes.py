"""Every address of the house, found by walking the URL configuration."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Rooms whose routes are ours to answer for; the libraries' own (admin, sign-in) have their tests.
OURS = {
    "boards",
    "boards_public",
    "targets",
    "microdata",
    "voice",
    "rate",
    "said",
    "web",
    "desk",
    "operate",
    "contacts",
    "public",
    "places",
    "ui",
    "answers",
    "answers_desk",
    "forecast",
    "routing",
    "remedies",
    "promises",
    "joining",
    "hours",
    "nearby",
    "keys",
    "webhooks",
    "developers",
    "outside",
    "mail",
    "sms",
    "sms_hook",
    "social",
    "social_hook",
    "people",
    "files",
    "files_desk",
    "held",
    "forms",
    "widget_desk",
}
STAFF_ONLY = {
    "boards",
    "targets",
    "microdata",
    "keys",
    "webhooks",
    "mail",
    "sms",
    "social",
    "people",
    "voice",
    "desk",
    "contacts",
    "operate",
    "answers_desk",
    "forecast",
    "routing",
    "remedies",
    "promises",
    "joining",
    "hours",
    "files_desk",
    "held",
    "forms",
    "widget_desk",
}


@dataclass(frozen=True)
class Route:
    """One named address: its namespace, name, view, and the names of its arguments."""

    namespace: str
    name: str
    view: Callable[..., Any]
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.namespace}:{self.name}"

    @property
    def ability(self) -> str | None:
        """What a role must hold to see it; None for public pages."""
        return getattr(self.view, "needs", None)

    def path(self, values: dict[str, Any]) -> str:
        """The address with the values filled in; a missing one fails the test by name."""
        found = {}
        for argument in self.arguments:
            for key in (f"{self}.{argument}", f"{self.namespace}.{argument}", argument):
                if key in values:
                    found[argument] = values[key]
                    break
            else:
                raise AssertionError(f"Say in tests/routes which {argument} reaches {self}.")
        return reverse(str(self), kwargs=found)


def routes() -> list[Route]:
    """All named routes of our rooms."""
    return sorted(set(_walk(get_resolver().url_patterns, ())), key=str)


def _walk(patterns: list[Any], spaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and spaces and spaces[0] in OURS and pattern.name:
            yield Route(
                ":".join(spaces), pattern.name, pattern.callback,
                tuple(pattern.pattern.converters),
            )  # fmt: skip
