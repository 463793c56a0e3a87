"""How a customer writes: greeting, request, details, mood, and the slips of a hurried hand."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from demo.hours import to_local
from demo.reading import services
from demo.shapes import Answers, Channel, Language, Question
from demo.voices import Fill, Line, facts, fitting, lines, said_by, samples

HURRIED: dict[Channel, float] = {
    "sms": 0.45, "social": 0.35, "app": 0.22, "web": 0.12, "email": 0.07,
}  # fmt: skip
CALM = frozenset({
    "access-help", "animal", "bulky-item", "business-license", "cart", "event-permit",
    "hazardous-waste", "inspection", "records-request", "sewer-backup", "shelter-booking",
    "unsafe-building",
})  # fmt: skip
GREETINGS = ("Hello", "Hi", "Good", "Buen", "Hola")
QUESTIONS = {service.code: service.questions for service in services()}


@dataclass(frozen=True, slots=True)
class Request:
    """What was written: the words, what they are about, and the answers to the form."""

    words: str
    topic: str
    answers: Answers


def request(
    service: str, channel: Channel, fill: Fill, cross: float, topics: tuple[str, ...] = (),
    again: bool = False,
) -> Request:  # fmt: skip
    """A request in the customer's words; ``cross`` is how likely it is to be an angry one."""
    rng, language = fill.rng, fill.language
    is_spoken = channel in ("phone", "counter")
    found = lines(service, "", language)
    if is_spoken:  # taken down by a colleague, who writes whole sentences
        found = tuple(line for line in found if not line.words[0].islower())
    body = rng.choice([line for line in found if set(line.topics) & set(topics)] or found)
    topic = rng.choice(body.topics) if body.topics else ""
    words = fill(body.words)
    if rng.random() < 0.38 and (more := fitting(rng, lines(service, "more", language), topic)):
        words = f"{words if words[-1] in '.!?' else words + '.'} {fill(more)}"
    is_cross = service not in CALM and rng.random() < cross
    if is_cross or again or not is_spoken:
        words = _with_manners(words, body, fill, is_cross, again)
    return Request(
        _by_channel(words, channel, rng, language), topic, _answers(service, channel, fill, topic)
    )


def _with_manners(words: str, body: Line, fill: Fill, is_cross: bool, again: bool) -> str:
    rng, language = fill.rng, fill.language
    is_short = body.words[0].islower()  # written without capitals: no greeting either
    greets = not body.words.startswith(GREETINGS) and rng.random() < 0.34
    if greets and not is_short and not is_cross and not again:
        words = _greeted(rng.choice(said_by("openers", "greet", language)), words, body)
    ending = ""
    if again:
        ending = rng.choice(said_by("endings", "again", language))
    elif is_cross:
        ending = rng.choice(said_by("endings", "cross", language))
    elif not is_short and rng.random() < 0.34:
        ending = rng.choice(said_by("endings", "polite", language))
    if not ending or "hank" in words or "racias" in words:
        return f"{words} {fill(ending)}" if again else words
    return f"{words if words[-1] in '.!?' else words + '.'} {fill(ending)}"


def _greeted(opener: str, words: str, body: Line) -> str:
    keeps = not opener.endswith(",") or body.words.startswith(("{", "I ", "I'", "RV"))
    at = 1 if words[0] in "¿¡" else 0
    lowered = words[:at] + words[at].lower() + words[at + 1 :]
    return f"{opener} {words if keeps else lowered}"


def _by_channel(words: str, channel: Channel, rng: Random, language: Language) -> str:
    if rng.random() < HURRIED.get(channel, 0.0):
        words = slip(words, rng, language)
    if channel in ("sms", "social") and rng.random() < 0.4:
        words = words[0].lower() + words[1:].rstrip(".")
    if channel == "social":
        words = f"@CityOfSagebrook {words}"
    return words


def slip(words: str, rng: Random, language: Language) -> str:
    """One or two slips: accents left out, letters swapped or dropped; names of places are kept."""
    if language == "es":
        words = words.replace("¿", "").replace("¡", "")
        return words.translate(str.maketrans("áéíóú", "aeiou")) if rng.random() < 0.7 else words
    parts = words.split(" ")
    plain = [i for i, part in enumerate(parts) if part.isalpha() and part.islower()]
    for index in rng.sample(plain, min(len(plain), 1 + rng.randrange(2))):
        parts[index] = _misspelled(parts[index], rng)
    words = " ".join(parts)
    return words.replace("'t", "t").replace("'s ", "s ") if rng.random() < 0.4 else words


def _misspelled(word: str, rng: Random) -> str:
    usual = {"there": "their", "their": "there", "your": "you're", "through": "thru"}
    if word in usual:
        return usual[word]
    if len(word) < 5:
        return word
    at = rng.randrange(1, len(word) - 2)
    if rng.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :]


def _answers(service: str, channel: Channel, fill: Fill, topic: str) -> Answers:
    """Answers to the form; by message there is no form, so there are none."""
    if channel in ("email", "sms", "social"):
        return {}
    known = facts(service).get(topic, {})
    given: Answers = {}
    for question in QUESTIONS[service]:
        if not question.required and fill.rng.random() < 0.3:
            continue
        value = known.get(question.code)
        if isinstance(value, dict):
            value = value[fill.language]
        given[question.code] = _answer(service, question, fill) if value is None else value
    return {code: value for code, value in given.items() if value != ""}


def _answer(service: str, question: Question, fill: Fill) -> str | int:
    rng = fill.rng
    match question.kind:
        case "choice":
            return rng.choice(question.choices).key
        case "yes_no":
            return "yes" if rng.random() < 0.3 else "no"
        case "number":
            return _number(question.code, rng)
        case "date":
            # What has begun lies behind; what is wished for lies ahead.
            behind = question.code in ("since", "from")
            days = -rng.randrange(1, 30) if behind else rng.randrange(3, 40)
            return (to_local(fill.at).date() + timedelta(days=days)).isoformat()
    known = samples(service).get(question.code)
    return str(rng.choice(known[fill.language])) if known else ""


def _number(code: str, rng: Random) -> int:
    if code == "people":
        return rng.randrange(15, 160, 5)
    return rng.randrange(1, 5)
