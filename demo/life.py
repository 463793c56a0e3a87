"""What happens in a case between the first word and the end of the work."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from demo.endings import finish
from demo.hours import by_day, next_work
from demo.shapes import StaffMember, UnderstandingPlan
from demo.story import Asked, Story, hours
from demo.surveys import ask_how_it_went
from demo.voices import Fill, exchange, fitting, lines, said_by, said_for

ASKS_BACK = 0.84  # how often staff write what they understood, where the customer can be reached
ASKS_BACK_SPOKEN, ASKS_BACK_ANONYMOUS = 0.9, 0.10
CONFIRMS, CORRECTS = 0.66, 0.09
STARTS, WAITS, NEVER_ANSWERS = 0.86, 0.10, 0.10
WRITES_PROGRESS, THANKS = 0.28, 0.25
CHASES, SAYS_SORRY = 0.42, 0.8


def tell(asked: Asked, rng: Random) -> Story:
    """The whole life of a case, as if time went on for ever; ``settling`` cuts it at the end."""
    story = Story.begin(asked, rng)
    _answer_first(story)
    _start(story)
    if not _wait_for_customer(story):
        return story
    _write_progress(story)
    _run_late(story)
    finish(story)
    ask_how_it_went(story)
    return story


def _answer_first(story: Story) -> None:
    """The first answer: what we understood, or a plain reply."""
    asked, rng = story.asked, story.rng
    story.move_to(asked.respond_at)
    asks_back = ASKS_BACK_SPOKEN if asked.is_spoken else ASKS_BACK
    if asked.customer is None and not asked.is_spoken:
        asks_back = ASKS_BACK_ANONYMOUS
    if rng.random() < asks_back:
        found = fitting(
            rng, lines(asked.service.code, "understood", asked.language), asked.request.topic
        )
        assert found is not None, (asked.service.code, asked.request.topic)
        _understand(story, found)
    else:
        words = rng.choice(said_by("staff", "received", asked.language))
        story.write(asked.agent, story.fill(asked.agent)(words))


def _understand(story: Story, sentence: str) -> None:
    """Write what was understood, and let the customer confirm or correct it, or stay silent."""
    asked, rng = story.asked, story.rng
    fill = story.fill()
    draw = rng.random()
    wrong = exchange(asked.service.code, "wrong", asked.language)
    correction = fitting(rng, [wrong[0]], asked.request.topic)
    corrects = CORRECTS / 3 if asked.is_spoken else CORRECTS
    if asked.customer is not None and draw < corrects and correction:
        _corrected(story, fill, sentence, fill(correction), fill(wrong[1]))
        return
    confirms = 0.9 if asked.is_spoken else CONFIRMS if asked.customer else 0.2
    _state(story, asked.agent, fill(sentence), confirms=draw < corrects + confirms)


def _state(story: Story, staff: StaffMember, words: str, *, confirms: bool) -> None:
    story.change("understood", "staff", staff)
    wait = hours(0.02) if story.asked.is_spoken else hours(0.1 + 26 * story.rng.random() ** 3)
    row = UnderstandingPlan(story.now, staff.index, words)
    if confirms:
        row = replace(row, answer="confirmed", answered_at=story.now + wait)
    story.understandings.append(row)


def _corrected(story: Story, fill: Fill, first: str, correction: str, second: str) -> None:
    """The customer says it is not quite so; the case is understood anew."""
    asked = story.asked
    story.change("understood", "staff", asked.agent)
    stated_at, words = story.now, fill(first)
    at = story.later(asked.finish_at, 0.02, 0.2)
    story.understandings.append(
        UnderstandingPlan(stated_at, asked.agent.index, words, "corrected", at, correction)
    )
    story.hear(correction)
    story.change("received", "customer")
    story.later(asked.finish_at, 0.02, 0.2)
    _state(story, asked.agent, second, confirms=story.rng.random() < 0.8)


def _start(story: Story) -> None:
    """The division begins, in its working hours unless the service never sleeps."""
    asked, rng = story.asked, story.rng
    if rng.random() > STARTS:
        return
    _later_at_work(story, 0.05, 0.45)
    story.change("in_progress", "staff", asked.worker)


def _later_at_work(story: Story, low: float, high: float) -> None:
    """Move on, to working hours unless the service never sleeps."""
    asked = story.asked
    at = story.later(asked.finish_at, low, high)
    if asked.service.respond.unit == "days":
        snapped = next_work(at, asked.service.division, story.rng.randrange(5, 90))
        if snapped >= asked.finish_at:
            snapped = by_day(at)
        if snapped < asked.finish_at:
            story.move_to(snapped)


def _either(story: Story) -> str:
    """The division half of the time: its own sentences else crowd out those for any."""
    return story.asked.service.division if story.rng.random() < 0.6 else ""


def _wait_for_customer(story: Story) -> bool:
    """Staff may need to know more. False where no answer came and the case was closed for it."""
    asked, rng = story.asked, story.rng
    question, reply = exchange(asked.service.code, "ask", asked.language)
    words = fitting(rng, [question], asked.request.topic)
    has_time = asked.finish_at - story.now > timedelta(hours=6)
    if asked.customer is None or not words or not has_time or rng.random() > WAITS:
        return True
    _later_at_work(story, 0.05, 0.25)
    story.change("waiting", "staff", asked.worker)
    story.write(asked.worker, story.fill(asked.worker)(words))
    story.waited = True
    if rng.random() < NEVER_ANSWERS:
        story.move_to(
            story.now + timedelta(days=10 + rng.randrange(4), seconds=rng.randrange(9000))
        )
        told = rng.choice(said_by("closing", "silent", asked.language))
        story.outcome, story.outcome_words = "not_possible", told
        story.change("closed", "staff", asked.agent, told)
        ask_how_it_went(story)
        return False
    story.later(asked.finish_at, 0.05, 0.5)
    story.hear(story.fill()(reply))
    story.change("in_progress", "customer")
    return True


def _write_progress(story: Story) -> None:
    """A line on how it goes, and sometimes a thank-you for it."""
    asked, rng = story.asked, story.rng
    has_time = asked.finish_at - story.now > timedelta(hours=20)
    if asked.customer is None or not has_time or rng.random() > WRITES_PROGRESS:
        return
    _later_at_work(story, 0.1, 0.5)
    writer = rng.choice((asked.agent, asked.worker))
    words = fitting(rng, said_for("staff", "progress", asked.language), _either(story))
    assert words is not None
    story.write(writer, story.fill(writer, ahead=True)(words))
    if rng.random() < THANKS:
        story.later(asked.finish_at, 0.02, 0.3)
        thanks = rng.choice(said_by("customer", "thanks", asked.language))
        story.hear(story.fill(writer)(thanks))


def _run_late(story: Story) -> None:
    """Past the promise: the customer asks, and staff say sorry with a new day."""
    asked, rng = story.asked, story.rng
    if asked.customer is None or not asked.is_late or rng.random() > CHASES:
        return
    story.move_to(asked.due_at)
    story.later(asked.finish_at, 0.05, 0.5)
    story.hear(story.fill()(rng.choice(said_by("customer", "chase", asked.language))))
    story.chased = True
    if rng.random() < SAYS_SORRY:
        story.later(asked.finish_at, 0.05, 0.4)
        words = rng.choice(said_by("staff", "sorry", asked.language))
        story.write(asked.agent, story.fill(asked.agent, ahead=True)(words))
