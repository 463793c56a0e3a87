"""Cuts a story where the year ends and works out how the case then stands."""

from dataclasses import dataclass, replace
from datetime import datetime

from demo.ground import Spot
from demo.shapes import (
    CasePlan,
    ChangePlan,
    MessagePlan,
    Outcome,
    ReopenPlan,
    State,
    SurveyPlan,
    UnderstandingPlan,
)
from demo.story import Story, place_words

WORKING: frozenset[State] = frozenset({"received", "understood", "in_progress", "waiting"})


@dataclass(slots=True)
class Standing:
    """How a case stands; kept in step while its story is read from the beginning."""

    state: State = "received"
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    waits_since: datetime | None = None
    contact: int | None = None
    assignee: int | None = None
    times_reopened: int = 0

    def answered(self, at: datetime, staff: int | None) -> None:
        """The customer heard from us."""
        self.first_response_at = self.first_response_at or at
        self.waits_since = None
        if self.contact is None:
            self.contact = staff

    def changed(self, change: ChangePlan) -> None:
        """The state changed."""
        old, self.state = self.state, change.new
        if change.new == "in_progress" and change.by == "staff":
            self.assignee = change.staff
        elif change.new == "reopened":
            self.resolved_at = self.closed_at = None
            self.times_reopened += 1
        elif change.new not in WORKING:
            self._ended(change, old)

    def _ended(self, change: ChangePlan, old: State) -> None:
        if change.by != "staff":
            self.closed_at = change.at
            self.waits_since = None if old != "resolved" else self.waits_since
            return
        self.resolved_at = self.resolved_at or change.at
        self.closed_at = None if change.new == "resolved" else change.at
        if self.assignee is None:
            self.assignee = change.staff
        self.answered(change.at, change.staff)


Step = ChangePlan | MessagePlan | UnderstandingPlan


@dataclass(frozen=True, slots=True)
class Cut:
    """What of a story happened before the year ended."""

    changes: list[ChangePlan]
    messages: list[MessagePlan]
    understandings: list[UnderstandingPlan]
    reopenings: list[ReopenPlan]

    @property
    def steps(self) -> list[Step]:
        """All that moves the case, in order; of one moment, what was said before what changed."""
        steps: list[Step] = [*self.messages, *self.understandings, *self.changes]
        return sorted(steps, key=lambda step: step.at)


def settle(story: Story, end: datetime) -> CasePlan:
    """The case as it stands when the year ends: what would happen later is left out."""
    asked, cut, spot = story.asked, _cut(story, end), _placed(story)
    standing = _read(asked.arrival.at, cut.steps)
    outcome, words = _outcome(story, cut.changes, standing.state)
    return CasePlan(
        number=asked.number,
        service=asked.service.code,
        division=asked.service.division,
        district=spot.district if spot else None,
        lat=spot.lat if spot else None,
        lon=spot.lon if spot else None,
        place=place_words(asked.spot),
        language=asked.language,
        channel=asked.arrival.channel,
        customer=asked.customer.index if asked.customer else None,
        words=asked.request.words,
        answers=asked.request.answers,
        received_at=asked.arrival.at,
        first_response_due=asked.first_response_due,
        due_at=asked.due_at,
        contact=standing.contact,
        assignee=standing.assignee,
        state=standing.state,
        outcome=outcome,
        outcome_words=words,
        first_response_at=standing.first_response_at,
        resolved_at=standing.resolved_at,
        closed_at=standing.closed_at,
        waits_since=standing.waits_since,
        changed_at=_changed_at(cut),
        times_reopened=standing.times_reopened,
        changes=tuple(cut.changes),
        messages=tuple(cut.messages),
        understandings=tuple(cut.understandings),
        reopenings=tuple(cut.reopenings),
        survey=_survey(story.survey, end),
        same_as=asked.same_as,
        rush=asked.arrival.rush.code if asked.arrival.rush else "",
    )


def _cut(story: Story, end: datetime) -> Cut:
    return Cut(
        [change for change in story.changes if change.at < end],
        [message for message in story.messages if message.at < end],
        [_understanding(row, end) for row in story.understandings if row.at < end],
        [_reopening(row, end) for row in story.reopenings if row.at < end],
    )


def _read(received_at: datetime, steps: list[Step]) -> Standing:
    standing = Standing(waits_since=received_at)
    for step in steps:
        match step:
            case ChangePlan():
                standing.changed(step)
            case UnderstandingPlan():
                standing.answered(step.at, step.staff)
            case MessagePlan(direction="out"):
                standing.answered(step.at, step.staff)
            case MessagePlan(direction="in"):
                standing.waits_since = standing.waits_since or step.at
    return standing


def _placed(story: Story) -> Spot | None:
    """The place on the map; a message may name one that nobody has yet put there."""
    written = story.asked.arrival.channel in ("email", "sms", "social")
    return None if written and story.asked.number % 3 == 0 else story.asked.spot


def _outcome(story: Story, changes: list[ChangePlan], state: State) -> tuple[Outcome, str]:
    """The outcome that stands: of the last ending, where it has come about."""
    if state not in ("resolved", "closed", "declined", "handed_over"):
        return "", ""
    if len(changes) == len(story.changes) or not story.reopenings:
        return story.outcome, story.outcome_words
    return story.earlier_outcome


def _understanding(row: UnderstandingPlan, end: datetime) -> UnderstandingPlan:
    if row.answered_at is None or row.answered_at < end:
        return row
    return replace(row, answer="", answered_at=None, correction="")


def _reopening(row: ReopenPlan, end: datetime) -> ReopenPlan:
    if row.decided_at is None or row.decided_at < end:
        return row
    return ReopenPlan(row.at, row.reason)


def _survey(survey: SurveyPlan | None, end: datetime) -> SurveyPlan | None:
    if survey is None or survey.asked_at >= end:
        return None
    if survey.answered_at is None or survey.answered_at < end:
        return survey
    return SurveyPlan(survey.asked_at)


def _changed_at(cut: Cut) -> datetime:
    moments = [step.at for step in cut.steps]
    moments += [row.answered_at for row in cut.understandings if row.answered_at]
    return max(moments)
