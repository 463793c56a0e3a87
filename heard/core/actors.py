"""Who does a thing: staff, a customer, or the system itself. Named in every write."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["staff", "customer", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person as the audit trail keeps them: kind, id in their room, name as it was."""

    kind: Kind
    id: int | None = None
    name: str = ""
    role: str = ""


SYSTEM = Actor("system", name="Heard")


def importer(source: str) -> Actor:
    """The actor of rows brought in from a file."""
    return Actor("system", name=f"import {source}")
