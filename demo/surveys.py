"""How customers say it went: once after closing, by about three in ten, depending on the case."""

from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from demo.endings import reopen
from demo.reading import table
from demo.shapes import StaffMember, SurveyPlan
from demo.story import Story, hours
from demo.voices import Line, line
from demo.writing import slip

TIME_TO_ANSWER = timedelta(days=30)
ANSWERS, ANSWERS_ANONYMOUS = 0.295, 0.03
MORE_OFTEN = {1: 1.35, 2: 1.15, 3: 0.85, 4: 0.97, 5: 1.05}  # the cross and the glad write more
COMMENTS = {1: 0.78, 2: 0.62, 3: 0.42, 4: 0.36, 5: 0.45}
ON_PAPER = frozenset({"building", "resident"})  # nothing there breaks again after two days
ON_PAPER_TOO = frozenset({"water-bill", "shelter-booking", "speeding", "crosswalk"})
STANDING = {"code": 0.2, "parks": 0.12, "resident": 0.1, "waste": -0.1}  # beyond what happened
BEFORE_TURNAROUND = -0.35
SOMETHING_ELSE = 0.09  # went wrong that the record does not show: a tone, a mess left behind


def ask_how_it_went(story: Story) -> None:
    """Invite the customer once; the answer, and a wish to reopen, may follow."""
    if story.state != "closed" or story.outcome == "withdrawn":
        return
    asked, rng = story.asked, story.rng
    asked_at = story.now + timedelta(seconds=rng.randrange(5, 60))
    satisfaction = _satisfaction(story)
    chance = ANSWERS * MORE_OFTEN[satisfaction]
    if asked.language == "es":
        chance *= 0.92
    if asked.customer is None:
        chance = ANSWERS_ANONYMOUS
    story.survey = SurveyPlan(asked_at)
    if rng.random() < chance:
        story.survey = _answer(story, asked_at, satisfaction)
    _maybe_reopen(story)


def _satisfaction(story: Story) -> int:
    """1 to 5: lateness and the outcome weigh most, then whether the customer felt understood."""
    asked, rng = story.asked, story.rng
    score = 4.3 + STANDING.get(asked.service.division, 0.0)
    if asked.is_late:
        over = (asked.finish_at - asked.due_at) / (asked.due_at - asked.arrival.at)
        score -= 0.8 + min(1.2, 0.5 * over)
    elif asked.finish_at - asked.arrival.at < 0.4 * (asked.due_at - asked.arrival.at):
        score += 0.2
    score += {"nothing_found": -0.9, "not_possible": -1.2, "already_known": -0.2}.get(
        story.outcome, 0.0
    )
    answers = {row.answer for row in story.understandings}
    score += 0.25 if "confirmed" in answers else -0.1 if not story.understandings else 0.0
    score -= 0.35 * story.chased + 0.15 * story.waited
    if not asked.fresh:
        score += BEFORE_TURNAROUND
    if rng.random() < SOMETHING_ELSE:
        score -= 1 + 2 * rng.random()
    noise = (rng.random() + rng.random() + rng.random() - 1.5) * 2.0
    return min(5, max(1, round(score + noise)))


def _answer(story: Story, asked_at: datetime, satisfaction: int) -> SurveyPlan:
    rng = story.rng
    answered_at = min(asked_at + hours(0.05 + 150 * rng.random() ** 4), asked_at + TIME_TO_ANSWER)
    comment, named = "", None
    if rng.random() < COMMENTS[satisfaction]:
        comment, named = _comment(story, satisfaction)
    return SurveyPlan(
        asked_at=asked_at,
        answered_at=answered_at,
        satisfaction=satisfaction,
        ease=_ease(story, satisfaction),
        solved=_solved(story, satisfaction),
        comment=comment,
        may_share=rng.random() < 0.6,
        names=named.index if named else None,
    )


def _ease(story: Story, satisfaction: int) -> int | None:
    rng = story.rng
    if rng.random() < 0.04:
        return None  # skipped
    corrected = any(row.answer == "corrected" for row in story.understandings)
    hard = 0.5 * story.waited + 0.3 * corrected
    hard += {"counter": 0.4, "phone": 0.0, "app": -0.1}.get(story.asked.arrival.channel, 0.1)
    score = 2.2 + 0.48 * satisfaction - hard + (rng.random() + rng.random() - 1) * 1.3
    return min(5, max(1, round(score)))


def _solved(story: Story, satisfaction: int) -> Literal["", "yes", "partly", "no"]:
    draw = story.rng.random()
    if story.outcome in ("not_possible", "nothing_found"):
        return "no" if draw < 0.6 else "partly" if draw < 0.8 else "yes"
    solved = {1: 0.2, 2: 0.4, 3: 0.68, 4: 0.92, 5: 0.985}[satisfaction]
    return "yes" if draw < solved else "partly" if draw < solved + (1 - solved) * 0.6 else "no"


def _maybe_reopen(story: Story) -> None:
    """Who answered "no" often asks to reopen; some who never answered do as well."""
    survey, rng = story.survey, story.rng
    service = story.asked.service
    on_paper = service.division in ON_PAPER or service.code in ON_PAPER_TOO
    if story.asked.customer is None or on_paper or story.outcome not in ("done", "nothing_found"):
        return
    said_no = survey is not None and survey.solved == "no"
    if rng.random() < (0.55 if said_no else 0.02 if survey and not survey.answered_at else 0.0):
        if survey and survey.answered_at:
            story.move_to(survey.answered_at)
        reopen(story)


def _comment(story: Story, satisfaction: int) -> tuple[str, StaffMember | None]:
    asked, rng = story.asked, story.rng
    language = asked.language
    named: StaffMember | None = None
    name = rng.random()
    kind = "named" if name < (0.2 if satisfaction >= 4 else 0.09) else "plain"
    if kind == "named":
        named = rng.choice((asked.agent, asked.worker))
        words = rng.choice(_said(f"level-{satisfaction}", f"named_{language}")).words
        words = words.format(staff=named.first_name)
    else:
        words = _plain(story, satisfaction)
    if rng.random() < 0.22:
        more = _plain(story, satisfaction)
        words = words if more == words else f"{words} {more}"
    return (slip(words, rng, language) if rng.random() < 0.09 and not named else words), named


def _plain(story: Story, level: int) -> str:
    asked, rng = story.asked, story.rng
    if rng.random() < 0.5:
        kind = "good" if level >= 4 else "bad"
        fits = {asked.service.code} | ({"after"} if asked.fresh else set())
        found = _said(asked.service.division, f"{kind}_{asked.language}")
        if usable := [line for line in found if not line.topics or fits & set(line.topics)]:
            return rng.choice(usable).words
    return rng.choice(_said(f"level-{level}", asked.language)).words


@cache
def _said(section: str, key: str) -> tuple[Line, ...]:
    return tuple(line(words) for words in table("voices/comments")[section][key])
