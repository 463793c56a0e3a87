"""Facts of small tables: rows streamed, those that changed, and how far a reader got."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

CHUNK = 2000  # rows held in memory at a time


@dataclass(frozen=True)
class Rows:
    """What a room's facts offer, from one query.

    ``found`` gives the rows, those of services that are not public included; ``public`` says which
    may be in the lake. ``changed`` names the moments that are set when a row is made or changed,
    ``received`` the first of them. ``key`` is the field that tells rows apart, ``fact`` makes the
    plain row of one.
    """

    found: Callable[[], QuerySet[Any, Any]]
    public: Callable[[], Q]
    changed: tuple[str, ...]
    received: str
    fact: Callable[[Any], Any]
    key: str = "reference"

    def rows(
        self, *, changed_since: datetime | None = None, received_since: datetime | None = None
    ) -> Iterator[Any]:
        """Facts, streamed; all, or those changed or made since."""
        chosen = self._chosen(changed_since).filter(self.public())
        if received_since is not None:
            chosen = chosen.filter(**{f"{self.received}__gte": received_since})
        for row in chosen.order_by(self.received, "pk").iterator(chunk_size=CHUNK):
            yield self.fact(row)

    def hidden_keys(self, *, changed_since: datetime) -> Iterator[str]:
        """Keys of changed rows that may not be in the lake."""
        hidden = self._chosen(changed_since).exclude(self.public())
        for key in hidden.values_list(self.key, flat=True).iterator(chunk_size=CHUNK):
            yield str(key)

    def mark(self, *, changed_since: datetime | None = None) -> tuple[int, datetime | None]:
        """How many moments of change there are since, and the last of them."""
        wanted: dict[str, Any] = {}
        for name in self.changed:
            since = Q() if changed_since is None else Q(**{f"{name}__gte": changed_since})
            wanted[f"n_{name}"] = Count(name, filter=since)
            wanted[f"last_{name}"] = Max(name)
        seen = self._chosen(changed_since).order_by().aggregate(**wanted)
        moments = [seen[f"last_{name}"] for name in self.changed]
        last = max((moment for moment in moments if moment), default=None)
        return sum(seen[f"n_{name}"] for name in self.changed), last

    def count(self) -> int:
        """How many rows the lake should hold."""
        return self.found().filter(self.public()).count()

    def _chosen(self, changed_since: datetime | None) -> QuerySet[Any, Any]:
        if changed_since is None:
            return self.found()
        since = Q()
        for name in self.changed:
            since |= Q(**{f"{name}__gte": changed_since})
        return self.found().filter(since)
