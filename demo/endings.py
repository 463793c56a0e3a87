"""How a case ends: done, nothing found, already known, declined, handed over or withdrawn."""

from datetime import timedelta
from functools import cache
from typing import Literal

from demo.reading import table
from demo.shapes import Language, Outcome, ReopenPlan
from demo.story import Story, hours
from demo.voices import Line, fitting, line, lines, said_by

TIME_TO_OBJECT = timedelta(days=3)  # between resolved and closed, when the customer is silent
MAY_BE_GONE = frozenset({
    "abandoned-vehicle", "animal", "graffiti", "illegal-dumping", "noise", "park-cleaning",
    "road-hazard", "sidewalk-snow", "snow-ice", "storm-drain",
})  # fmt: skip


def finish(story: Story) -> None:
    """End the work at its time, in one of the ways a case can end."""
    asked, rng = story.asked, story.rng
    story.move_to(asked.finish_at)
    draw = rng.random()
    if draw < 0.02 and asked.customer is not None and not asked.is_spoken:
        _withdraw(story)
    elif draw < 0.075 and (words := _reason(story, "declined")):
        story.outcome, story.outcome_words = "not_possible", words
        story.change("declined", "staff", asked.worker, words)
    elif draw < 0.125 and (words := _reason(story, "handed")):
        story.outcome, story.outcome_words = "referred", words
        story.change("handed_over", "staff", asked.agent, words)
    else:
        _resolve(story)


def _withdraw(story: Story) -> None:
    language = story.asked.language
    story.hear(story.fill()(story.rng.choice(said_by("customer", "withdraw", language))))
    (reason,) = said_by("closing", "withdrawn", language)
    story.outcome = "withdrawn"
    story.change("closed", "customer", None, reason)


def _reason(story: Story, kind: str) -> str | None:
    asked = story.asked
    found = _reasons(kind, asked.service.division, asked.language)
    service, topic = asked.service.code, asked.request.topic
    exact = fitting(story.rng, found, f"{service}.{topic}")
    return exact or fitting(story.rng, found, service)


@cache
def _reasons(kind: str, division: str, language: Language) -> tuple[Line, ...]:
    found = table("voices/any_service")[kind][division][language]
    return tuple(line(words) for words in found)


def _resolve(story: Story) -> None:
    asked, rng = story.asked, story.rng
    story.outcome, story.outcome_words = _outcome(story)
    if rng.random() < 0.45:
        story.change("closed", "staff", asked.worker, story.outcome_words)
        return
    story.change("resolved", "staff", asked.worker, story.outcome_words)
    if asked.customer is not None and rng.random() < 0.2:
        story.move_to(story.now + hours(0.3 + 40 * rng.random() ** 2))
        story.change("closed", "customer")
    else:
        story.move_to(story.now + TIME_TO_OBJECT + timedelta(seconds=rng.randrange(30, 600)))
        story.change("closed", "system")


def _outcome(story: Story) -> tuple[Outcome, str]:
    asked, rng = story.asked, story.rng
    if asked.same_as is not None and rng.random() < 0.6:
        return "already_known", rng.choice(said_by("closing", "same", asked.language))
    if asked.service.code in MAY_BE_GONE and rng.random() < 0.11:
        return "nothing_found", rng.choice(said_by("closing", "nothing", asked.language))
    found = fitting(rng, lines(asked.service.code, "done", asked.language), asked.request.topic)
    assert found is not None, (asked.service.code, asked.request.topic)
    return "done", story.fill(asked.worker)(found)


def reopen(story: Story) -> None:
    """The customer says it is not solved; staff decide, and most often go again."""
    asked, rng = story.asked, story.rng
    reason = rng.choice(said_by("customer", "reopen", asked.language))
    story.move_to(story.now + hours(0.05 + 20 * rng.random() ** 2))
    asked_at = story.now
    story.hear(reason)
    story.move_to(story.now + hours(1 + 30 * rng.random()))
    goes_again = rng.random() < 0.82
    decision: Literal["reopened", "refused"] = "reopened" if goes_again else "refused"
    answer = rng.choice(said_by("staff", decision, asked.language))
    agent = asked.agent.index
    story.reopenings.append(ReopenPlan(asked_at, reason, decision, story.now, agent, answer))
    story.write(asked.agent, answer)
    if not goes_again:
        return
    story.change("reopened", "staff", asked.agent, answer)
    story.move_to(story.now + hours(2 + 20 * rng.random()))
    story.change("in_progress", "staff", asked.worker)
    story.move_to(story.now + hours(5 + 100 * rng.random() ** 2))
    words = rng.choice(said_by("closing", "again", asked.language))
    story.earlier_outcome = story.outcome, story.outcome_words
    story.outcome, story.outcome_words = "done", words
    story.change("closed", "staff", asked.worker, words)
