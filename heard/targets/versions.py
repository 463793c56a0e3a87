"""Definitions over time: which one a period is counted by, and where one line ends."""

from dataclasses import dataclass
from datetime import date

from heard.core.words import Words
from heard.targets.subjects import Subject


@dataclass(frozen=True, slots=True)
class Version:
    """One definition: from which day it is in force, what changed by it and why."""

    number: int
    effective_from: date | None
    what: Words
    why: Words


def versions_of(about: Subject) -> list[Version]:
    """All definitions of a measure, oldest first; at most one query."""
    if about.own is not None:
        # Through the measure, so that many measures' versions can be read ahead at once.
        rows = about.own.versions.all()
        later = [Version(row.number, row.effective_from, row.what, row.why) for row in rows]
        return [Version(1, None, {}, {}), *later]
    assert about.card is not None
    told = {change["version"]: change for change in about.card.changes}
    numbers = sorted({1, *told, about.card.version})
    return [
        Version(
            number,
            told.get(number, {}).get("effective_from")
            or (about.card.effective_from if number == about.card.version > 1 else None),
            told.get(number, {}).get("what", {}),
            told.get(number, {}).get("why", {}),
        )
        for number in numbers
    ]


def in_force(versions: list[Version], day: date) -> int:
    """The definition in force on a day. The period in which it changed is the new one's."""
    begun = [v.number for v in versions if v.effective_from is None or v.effective_from <= day]
    return max(begun, default=1)
