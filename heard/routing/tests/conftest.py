from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.core.actors import SYSTEM
from heard.people.models import Division, Staff
from heard.routing.models import Rule
from heard.routing.services import Said, switch_on, write_rule

# A Wednesday in Denver: 10:00 in the morning and 22:00 at night.
MORNING = datetime(2026, 7, 15, 16, tzinfo=UTC)
NIGHT = datetime(2026, 7, 16, 4, tzinfo=UTC)


@pytest.fixture
def parks(division: Division) -> Division:
    return Division.objects.create(
        department=division.department, code="parks", name={"en": "Parks", "es": "Parques"}
    )


@pytest.fixture
def person(division: Division) -> Callable[..., Staff]:
    """``person("Ann")``: an agent of Streets."""

    def made(name: str, **more: Any) -> Staff:
        values = {"division": division, "role": "agent", "name": name} | more
        return Staff.objects.create_user(f"{name.lower()}@city.example", "let me in 42", **values)

    return made


@pytest.fixture
def rule(staff: Any) -> Callable[..., Rule]:
    """``rule("Trees", words=("tree",), division=parks)``: written, and switched on."""

    def made(name: str, *, on: bool = True, **said: Any) -> Rule:
        admin = staff("administrator").as_actor()
        version = write_rule(Said(name, **said), actor=admin)
        return switch_on(version, actor=admin) if on else version.rule

    return made


@pytest.fixture
def call(service: Any) -> Callable[..., Case]:
    """``call("A tree fell")``: somebody reports it."""

    def made(words: str = "A hole in the road", **more: Any) -> Case:
        return receive(Request(service=service, words=words, **more), actor=SYSTEM)

    return made
