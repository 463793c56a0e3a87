"""Panels: what one room shows on another room's page, without either knowing the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.safestring import SafeString

Place = Literal["case", "case-side", "intake", "person", "desk-home"]
# Given the request and what the page is about (a case, a customer, or None): its HTML, or "".
Render = Callable[[HttpRequest, Any], SafeString | str]


@dataclass(frozen=True)
class Panel:
    """A piece of a page: its name, what draws it, and where it stands among the others.

    ``render`` asks at most a constant number of queries and checks itself whether this person may
    see it; "" leaves the panel out.
    """

    name: str
    render: Render
    order: int = 50


_panels: dict[str, list[Panel]] = {}


def add(place: Place, panel: Panel) -> None:
    """Add a panel to a place; a room does this when it starts."""
    known = _panels.setdefault(place, [])
    if all(panel.name != other.name for other in known):
        known.append(panel)
        known.sort(key=lambda other: other.order)


def of(place: Place) -> tuple[Panel, ...]:
    """The panels of a place in their order, for a page that shows each by itself."""
    return tuple(_panels.get(place, ()))


def shown(place: Place, request: HttpRequest, about: Any = None) -> list[SafeString | str]:
    """The panels of a place as this person sees them, without the empty ones."""
    drawn = (panel.render(request, about) for panel in _panels.get(place, []))
    return [html for html in drawn if html]
