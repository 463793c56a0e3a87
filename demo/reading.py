"""Reads the city's content (``content/*.toml``) into the shapes. The files are trusted: ours."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from demo.shapes import (
    Choice,
    Department,
    District,
    Division,
    Office,
    Promise,
    Question,
    RushDay,
    Service,
    StaffMember,
    Text,
    Turnaround,
)

CONTENT = Path(__file__).resolve().parent / "content"
Table = dict[str, Any]


@cache
def table(name: str) -> Table:
    """One content file, parsed once: ``table("city")``, ``table("voices/streets")``."""
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def text(row: Table, stem: str = "") -> Text:
    """The words under ``en`` and ``es``, or under ``<stem>_en`` and ``<stem>_es``; else empty."""
    prefix = f"{stem}_" if stem else ""
    return Text(row.get(f"{prefix}en", ""), row.get(f"{prefix}es", ""))


def departments() -> tuple[Department, ...]:
    """The departments, in the order of the file."""
    return tuple(Department(row["code"], text(row)) for row in table("divisions")["department"])


def divisions() -> tuple[Division, ...]:
    """The divisions, in the order of the file."""
    return tuple(
        Division(
            code=row["code"],
            department=row["department"],
            name=text(row),
            about=text(row, "about"),
            enforces=row["enforces"],
            office=row["office"],
            email=row["email"],
        )
        for row in table("divisions")["division"]
    )


def groups() -> dict[str, Text]:
    """Names of the groups under which residents browse services, by code."""
    return {row["code"]: text(row) for row in table("divisions")["group"]}


def offices() -> tuple[Office, ...]:
    """The offices that customers can visit."""
    return tuple(
        Office(
            code=row["code"],
            name=text(row),
            address=row["address"],
            phone=row["phone"],
            hours=row["hours"],
            lat=row["lat"],
            lon=row["lon"],
            note=text(row, "note"),
        )
        for row in table("city")["office"]
    )


def districts() -> tuple[District, ...]:
    """The council districts with their outlines."""
    return tuple(
        District(row["code"], row["name"], tuple((lon, lat) for lon, lat in row["polygon"]))
        for row in table("city")["district"]
    )


def services() -> tuple[Service, ...]:
    """All services, division by division; a file of services is named after its division."""
    return tuple(
        _service(row, division.code)
        for division in divisions()
        for row in table(f"services/{division.code}")["service"]
    )


def _service(row: Table, division: str) -> Service:
    return Service(
        code=row["code"],
        group=row["group"],
        division=division,
        name=text(row),
        instructions=Text(*(row[f"instructions_{code}"].strip() for code in ("en", "es"))),
        keywords={"en": tuple(row["keywords_en"]), "es": tuple(row["keywords_es"])},
        anonymous=row["anonymous"],
        place=row["place"],
        questions=tuple(_question(question) for question in row["question"]),
        respond=Promise(*row["respond"]),
        resolve=Promise(*row["resolve"]),
    )


def _question(row: Table) -> Question:
    return Question(
        code=row["code"],
        kind=row["kind"],
        label=text(row),
        hint=text(row, "hint"),
        required=row["required"],
        choices=tuple(Choice(choice["key"], text(choice)) for choice in row.get("choices", ())),
    )


def staff() -> tuple[StaffMember, ...]:
    """All colleagues; the address of each is first.last at the city's mail domain."""
    domain = table("city")["mail_domain"]
    return tuple(
        StaffMember(
            index=index,
            name=row["name"],
            role=row["role"],
            division=row["division"],
            title=text(row, "title"),
            languages=tuple(row["speaks"]),
            email=f"{'.'.join(row['name'].lower().split())}@{domain}",
            shown=row.get("demo", False),
        )
        for index, row in enumerate(table("divisions")["staff"])
    )


def rushes() -> tuple[RushDay, ...]:
    """The days on which many people report the same thing."""
    return tuple(
        RushDay(
            code=row["code"],
            name=text(row),
            month=row["month"],
            day=row["day"],
            days=row["days"],
            at=(row["at"][0], row["at"][1]),
            spread=row["spread"],
            cases=row["cases"],
            about={service: tuple(tags) for service, tags in row.get("about", {}).items()},
            one_problem=row.get("one_problem", False),
        )
        for row in table("rhythm")["rush"]
    )


def turnaround() -> Turnaround:
    """The division that struggled, and what changed it."""
    row = table("rhythm")["turnaround"]
    return Turnaround(
        division=row["division"],
        name=text(row),
        low=row["from"],
        high=row["to"],
        share=row["at"],
        weeks=row["weeks"],
    )
