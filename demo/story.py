"""A case while it is being told: what was asked, and what has happened so far."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from demo.ground import Spot
from demo.seasons import Arrival
from demo.shapes import (
    ChangePlan,
    Customer,
    Language,
    MessagePlan,
    Outcome,
    ReopenPlan,
    Service,
    StaffMember,
    State,
    SurveyPlan,
    Text,
    UnderstandingPlan,
)
from demo.voices import Fill
from demo.writing import Request


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a case on the day it comes in, and how it is going to be treated.

    ``respond_at`` and ``finish_at`` are when staff first answer and when the work ends; ``fresh``
    says whether the division works as it does after its turnaround.
    """

    number: int
    arrival: Arrival
    service: Service
    customer: Customer | None
    language: Language
    spot: Spot | None
    request: Request
    first_response_due: datetime
    due_at: datetime
    respond_at: datetime
    finish_at: datetime
    agent: StaffMember
    worker: StaffMember
    same_as: int | None
    fresh: bool

    @property
    def is_spoken(self) -> bool:
        """Whether the customer talks with a person while asking."""
        return self.arrival.channel in ("phone", "counter")

    @property
    def is_late(self) -> bool:
        """Whether the work will end after its promise."""
        return self.finish_at > self.due_at


@dataclass(slots=True)
class Story:
    """What happens in a case, added in order of time; ``now`` is when the last thing happened."""

    asked: Asked
    rng: Random
    now: datetime
    state: State = "received"
    outcome: Outcome = ""
    outcome_words: str = ""
    earlier_outcome: tuple[Outcome, str] = ("", "")
    changes: list[ChangePlan] = field(default_factory=list)
    messages: list[MessagePlan] = field(default_factory=list)
    understandings: list[UnderstandingPlan] = field(default_factory=list)
    reopenings: list[ReopenPlan] = field(default_factory=list)
    survey: SurveyPlan | None = None
    chased: bool = False
    waited: bool = False

    @classmethod
    def begin(cls, asked: Asked, rng: Random) -> "Story":
        """The story with its first change: received."""
        story = cls(asked, rng, asked.arrival.at)
        by: Literal["staff", "customer"] = "staff" if asked.is_spoken else "customer"
        first = asked.agent.index if asked.is_spoken else None
        story.changes.append(ChangePlan(asked.arrival.at, "", "received", by, first))
        return story

    def fill(self, staff: StaffMember | None = None, *, ahead: bool = False) -> Fill:
        """Fills the slots of a sentence written now."""
        asked = self.asked
        waited = max(1, (self.now - asked.arrival.at).days)
        return Fill(
            self.rng, asked.language, asked.spot, self.now,
            staff.first_name if staff else "", ahead, waited,
        )  # fmt: skip

    def later(self, until: datetime, low: float, high: float) -> datetime:
        """Move on by a part of the time that is left until a moment; at least a second."""
        left = max(0.0, (until - self.now).total_seconds())
        seconds = max(1, int(left * (low + (high - low) * self.rng.random())))
        return self.move_to(self.now + timedelta(seconds=seconds))

    def move_to(self, at: datetime) -> datetime:
        """Move on to a moment, never back."""
        self.now = max(self.now, at)
        return self.now

    def change(
        self,
        new: State,
        by: Literal["customer", "staff", "system"],
        staff: StaffMember | None = None,
        reason: str = "",
    ) -> None:
        """Change the state now."""
        index = staff.index if staff else None
        self.changes.append(ChangePlan(self.now, self.state, new, by, index, reason))
        self.state = new

    def write(self, staff: StaffMember, words: str) -> None:
        """Staff write to the customer now."""
        self.messages.append(MessagePlan(self.now, "out", words, staff.index))

    def hear(self, words: str) -> None:
        """The customer writes now."""
        self.messages.append(MessagePlan(self.now, "in", words))


def hours(amount: float) -> timedelta:
    """Whole seconds of so many hours."""
    return timedelta(seconds=int(amount * 3600))


def place_words(spot: Spot | None) -> str:
    """How a place is written on the case."""
    name = spot.name if spot else Text("", "")
    return name.en.removeprefix("the ")
