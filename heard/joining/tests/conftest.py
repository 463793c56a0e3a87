"""A small town with several people who report the same hole, and hands to move time on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.events import run_step
from heard.core.models import Step
from heard.people.models import Customer
from heard.people.services import know_customer
from heard.post.models import Dispatch

START = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # a Monday morning in Denver


class Street:
    """People, their reports, and the days that pass."""

    def __init__(self, service: Any, agent: Any) -> None:
        self.service, self.agent = service, agent
        self.by = agent.as_actor()
        self.day = 0.0

    def person(self, name: str, language: str = "en") -> Customer:
        """Somebody with a mailbox of that name."""
        found = know_customer(
            name=name.title(), email=f"{name}@home.example", language=language, actor=SYSTEM
        )
        assert found is not None
        return found

    def on(self, day: float) -> Any:
        """The clock at so many days after the start."""
        self.day = day
        return clock.at(START + timedelta(days=day))

    def report(self, name: str, *, on: float, language: str = "en", **more: Any) -> Case:
        """A report by a person ("" for nobody) on a day."""
        customer = self.person(name, language) if name else None
        request = Request(
            service=self.service, words=f"A hole, says {name or 'somebody'}.", language=language,
            customer=customer, place="1234 Elm Street", lat=39.58, lon=-104.87, **more,
        )  # fmt: skip
        with self.on(on):
            return receive(request, actor=SYSTEM)

    def work(self) -> None:
        """All steps that wait, run at the day it is."""
        with self.on(self.day):
            for _turn in range(12):
                waiting = list(Step.objects.filter(state="waiting").order_by("id"))
                if not waiting:
                    return
                for step in waiting:
                    run_step.call(step.pk)
                faults = list(Step.objects.exclude(fault="").values_list("name", "fault"))
                assert not faults, faults


@pytest.fixture
def street(service: Any, staff: Callable[..., Any]) -> Street:
    service.anonymous_allowed = True
    service.save()
    return Street(service, staff("agent"))


@pytest.fixture
def letters(db: None) -> Callable[..., dict[str, list[str]]]:
    """Templates by mailbox, in order; of this room and of the end of a case."""

    def found(*, since: int = 0) -> dict[str, list[str]]:
        told: dict[str, list[str]] = {}
        for row in Dispatch.objects.filter(pk__gt=since).order_by("id"):
            told.setdefault(row.address.partition("@")[0], []).append(row.template)
        return told

    return found


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English."""
    from django.utils import translation

    with translation.override("en"):
        yield
