"""The ways a dispatch leaves the building, one module each.

Each has ``is_open()``: whether it is set up, and ``send(row)``: sends it, and returns what the
other side calls it (or ""). ``send`` raises ``OSError`` where trying again later may help, and
``Undeliverable`` where it cannot.
"""

from typing import Protocol

from heard.post.models import Dispatch


class Undeliverable(Exception):
    """The other side will never take this message; ``str()`` is its reason."""


class Transport(Protocol):
    """What each module here is."""

    def is_open(self) -> bool:
        """Whether it is set up; what it cannot send is kept in the outbox."""
        ...

    def send(self, row: Dispatch) -> str:
        """Send one dispatch."""
        ...
