"""Divisions, services and staff by their keys: few, rarely changed, and needed on every page."""

import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils.translation import get_language

from heard.catalogue.models import Service
from heard.core.gather import Part, gather
from heard.core.words import said
from heard.people.models import Division, Staff
from heard.people.roles import may, staff_of

KEEP_SECONDS = 30.0
MOST = 10_000

_kept: "tuple[float, Known] | None" = None


@dataclass(frozen=True, slots=True)
class Known:
    """Rows with what lists and forms show of them, in no order. Staff who left are among them."""

    divisions: dict[int, Division]
    services: dict[int, Service]
    people: dict[int, Staff]

    _lists: dict[tuple[str, Any], Any] = field(default_factory=dict)

    def colleagues(self, viewer: Staff) -> list[Staff]:
        """Staff who work on cases, those of the viewer's division first."""
        kept = ("colleagues", viewer.division_id)
        if kept not in self._lists:
            people = [p for p in self.people.values() if p.is_active and may(p, "work cases")]
            people.sort(key=lambda p: (p.division_id != viewer.division_id, p.name))
            self._lists[kept] = people
        return list(self._lists[kept])

    def named(self, kind: Literal["divisions", "services"]) -> list[tuple[str, str]]:
        """Code and name of each, by name, in the language of the page."""
        kept = (kind, get_language())
        if kept not in self._lists:
            rows: Any = getattr(self, kind).values()
            named = [(row.code, said(row.name) or row.code) for row in rows]
            self._lists[kept] = sorted(named, key=lambda pair: pair[1].casefold())
        return list(self._lists[kept])

    def division(self, code: str) -> Division | None:
        """The division with this code."""
        return next((d for d in self.divisions.values() if d.code == code), None)

    def service(self, code: str) -> Service | None:
        """The service with this code."""
        return next((s for s in self.services.values() if s.code == code), None)


def known() -> Known:
    """All of them, in one query, kept for half a minute in this process."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEEP_SECONDS:
        _kept = (time.monotonic(), _read())
    return _kept[1]


def forget(**_signal: Any) -> None:
    """Read anew next time: one of them was saved or deleted in this process."""
    global _kept
    _kept = None


def watch() -> None:
    """Forget at once what this process itself changes."""
    for model in (Division, Service, Staff):
        post_save.connect(forget, sender=model, dispatch_uid=f"desk-{model.__name__}")
        post_delete.connect(forget, sender=model, dispatch_uid=f"desk-{model.__name__}")


def viewer_of(request: HttpRequest) -> Staff:
    """The signed-in person, with their division at hand."""
    viewer = staff_of(request)
    division = known().divisions.get(viewer.division_id or 0)
    if division is not None:
        viewer.division = division
    return viewer


def _read() -> Known:
    staff = ("name", "email", "role", "division_id", "is_active", "language")
    found = gather({
        "divisions": Part(Division.objects.order_by("pk"), "", ("code", "name"), MOST),
        "services": Part(Service.objects.order_by("pk"), "", ("code", "name"), MOST),
        "people": Part(Staff.objects.order_by("pk"), "", staff, MOST),
    })  # fmt: skip
    return Known(
        divisions={r.pk: Division(pk=r.pk, **_named(r.texts)) for r in found["divisions"]},
        services={r.pk: Service(pk=r.pk, **_named(r.texts)) for r in found["services"]},
        people={r.pk: _person(r.pk, *r.texts) for r in found["people"]},
    )


def _named(texts: tuple[str | None, ...]) -> dict[str, Any]:
    return {"code": texts[0], "name": json.loads(texts[1] or "{}")}


def _person(
    pk: int, name: Any, email: Any, role: Any, division: Any, active: Any, language: Any
) -> Staff:
    return Staff(
        pk=pk, name=name, email=email, role=role, division_id=int(division) if division else None,
        is_active=active in ("1", "true"), language=language,
    )  # fmt: skip
