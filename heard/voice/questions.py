"""The kinds of questions, their scales, and which answers fit. Pure: no database.

A definition is plain data: ``key``, ``kind`` (csat, trust, ...), ``label`` (words by language),
with ``options`` (choice, many, matrix) and ``offers`` (drivers of trust) where they apply.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from heard.core.errors import Refused
from heard.core.text import clean
from heard.core.words import Words, said

COMMENT_LIMIT = 5000
KEY_LIMIT = 40
MOST_QUESTIONS, MOST_OPTIONS = 20, 15

KINDS: dict[str, Promise] = {
    "csat": gettext_lazy("Satisfaction, 1 to 5 (faces)"),
    "ease": gettext_lazy("Ease, 1 to 5"),
    "effort": gettext_lazy("Effort, 1 to 7"),
    "recommend": gettext_lazy("Would recommend, 0 to 10"),
    "thumbs": gettext_lazy("Thumb up or down"),
    "trust": gettext_lazy("Trust, 1 to 5, with its reasons"),
    "choice": gettext_lazy("Choose one"),
    "many": gettext_lazy("Choose several"),
    "matrix": gettext_lazy("Several things rated 1 to 5"),
    "acsi": gettext_lazy("Three ratings of 1 to 10 (ACSI)"),
    "comment": gettext_lazy("In their own words"),
}
SCALES: dict[str, tuple[int, int]] = {
    "csat": (1, 5), "ease": (1, 5), "effort": (1, 7), "recommend": (0, 10), "thumbs": (0, 1),
    "trust": (1, 5),
}  # fmt: skip
MATRIX = (1, 5)
# The three ratings of the American Customer Satisfaction Index, in our words. Source: Fornell et
# al. (1996), Journal of Marketing 60(4), 7-18.
ACSI: dict[str, Promise] = {
    "satisfaction": gettext_lazy("All in all, how satisfied are you? (10: very satisfied)"),
    "expectation": gettext_lazy("Against what you expected? (10: far better)"),
    "ideal": gettext_lazy("Against what would be ideal? (10: as good as can be)"),
}
ACSI_SCALE = (1, 10)
# The reasons for more or less trust: OMB Circular A-11, section 280 (customer experience).
DRIVERS: dict[str, Promise] = {
    "effectiveness": gettext_lazy("My need was met, or my issue was resolved"),
    "ease": gettext_lazy("It was easy to do what I needed to do"),
    "efficiency": gettext_lazy("It took a reasonable time"),
    "transparency": gettext_lazy("I understood what was asked of me, all the way through"),
    "humanity": gettext_lazy("I was treated with respect"),
    "employee": gettext_lazy("The people I met were helpful"),
    "other": pgettext_lazy("reason for trust", "Something else"),
}
# The same in tables, where those stand too who named it because it was missing.
DRIVER_TOPICS: dict[str, Promise] = {
    "effectiveness": gettext_lazy("Whether the need was met"),
    "ease": gettext_lazy("How easy it was"),
    "efficiency": gettext_lazy("The time it took"),
    "transparency": gettext_lazy("Whether it was clear what was asked"),
    "humanity": gettext_lazy("Being treated with respect"),
    "employee": gettext_lazy("How helpful people were"),
    "other": DRIVERS["other"],
}
EFFORT = (
    gettext_lazy("Disagree strongly"), gettext_lazy("Disagree"), gettext_lazy("Disagree a little"),
    gettext_lazy("Neither"), gettext_lazy("Agree a little"), gettext_lazy("Agree"),
    gettext_lazy("Agree strongly"),
)  # fmt: skip
TRUST = (EFFORT[0], EFFORT[1], EFFORT[3], EFFORT[5], EFFORT[6])


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, or one row of a matrix."""

    key: str
    label: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it was published. ``revision`` rises when its own words or scale change."""

    key: str
    kind: str
    label: Words
    hint: Words = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    offers: tuple[str, ...] = ()
    revision: int = 1

    @property
    def series(self) -> str:
        """What a series of its numbers goes by; another series begins when it changes."""
        return f"{self.key}@{self.revision}"

    @property
    def scale(self) -> tuple[int, int] | None:
        """Lowest and highest answer; None where answers are not numbers."""
        return SCALES.get(self.kind)

    def as_data(self) -> dict[str, Any]:
        """The definition as it is kept."""
        data: dict[str, Any] = {"key": self.key, "kind": self.kind, "label": self.label}
        if self.hint:
            data["hint"] = self.hint
        if self.options:
            data["options"] = [{"key": o.key, "label": o.label} for o in self.options]
        if self.offers:
            data["offers"] = list(self.offers)
        return data | {"revision": self.revision}

    def asks_the_same(self, other: "Question") -> bool:
        """Whether answers to both may stand in one series: same words, scale and options."""
        mine, theirs = self.as_data(), other.as_data()
        mine.pop("revision"), theirs.pop("revision")
        return mine == theirs


def question(data: Mapping[str, Any]) -> Question:
    """A question from its definition as kept."""
    return Question(
        key=data["key"],
        kind=data["kind"],
        label=data["label"],
        hint=data.get("hint", {}),
        options=tuple(Option(o["key"], o["label"]) for o in data.get("options", ())),
        offers=tuple(data.get("offers", ())),
        revision=int(data.get("revision", 1)),
    )


def questions_of(data: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """All questions of a version."""
    return tuple(question(one) for one in data)


def check_definition(asked: Sequence[Question]) -> None:
    """Refuse a set of questions that could not be asked, translated or counted."""
    if not asked:
        raise Refused(_("Ask at least one question."))
    if len(asked) > MOST_QUESTIONS:
        raise Refused(_("No more than {n} questions: people stop.").format(n=MOST_QUESTIONS))
    keys = [one.key for one in asked]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise Refused(_("Two questions have the key “{key}”.").format(key=twice))
    for one in asked:
        _check_question(one)


def _check_question(one: Question) -> None:
    name = said(one.label) or one.key
    if one.kind not in KINDS:
        raise Refused(_("“{name}” is of no known kind.").format(name=name))
    for code, language in settings.LANGUAGES:
        texts = [one.label, *(option.label for option in one.options)]
        if not all(text.get(code, "").strip() for text in texts):
            raise Refused(
                _("“{name}” still needs its words in {language}.").format(
                    name=name, language=language
                )
            )
    if one.kind in ("choice", "many", "matrix") and not 2 <= len(one.options) <= MOST_OPTIONS:
        raise Refused(_("“{name}” needs 2 to 15 answers or rows.").format(name=name))
    if one.kind == "comment" and one.key != "comment":
        raise Refused(_("The question in people's own words has the key “comment”."))
    _check_key(one, name)


def _check_key(one: Question, name: str) -> None:
    kept = {"satisfaction": "csat", "ease": "ease", "solved": "choice", "comment": "comment"}
    if one.key in kept and kept[one.key] != one.kind:
        raise Refused(_("The key “{key}” is kept for another kind.").format(key=one.key))
    if one.key == "solved" and {option.key for option in one.options} != {"yes", "partly", "no"}:
        raise Refused(_("“{name}” is answered by yes, partly or no.").format(name=name))


def revised(asked: Sequence[Question], before: Sequence[Question]) -> tuple[Question, ...]:
    """The questions with their revisions, given those of the version in force until now."""
    earlier = {one.key: one for one in before}
    found = []
    for one in asked:
        old = earlier.get(one.key)
        number = 1 if old is None else old.revision + (not one.asks_the_same(old))
        found.append(
            Question(one.key, one.kind, one.label, one.hint, one.options, one.offers, number)
        )
    return tuple(found)


# --- answers ------------------------------------------------------------------------------------


def checked(asked: Sequence[Question], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that fit, by key; what was skipped is left out.

    Keys of ``trust`` come with ``<key>_why``: driver to 1 (chosen), 0 (offered, not chosen) or None
    (not offered). ``many`` is option to 1 or 0, ``matrix`` and ``acsi`` row to number. Raises
    ``Refused`` with the field on anything out of range, and without one where nothing at all was
    answered.
    """
    kept: dict[str, Any] = {}
    for one in asked:
        kept |= _fitting(one, given)
    if not kept:
        raise Refused(_("Answer at least one question."), field=asked[0].key if asked else None)
    return kept


def _fitting(one: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    value = given.get(one.key)
    if one.kind == "many":
        chosen = _chosen(one, value)
        return {one.key: chosen} if chosen is not None else {}
    if value in (None, "", {}, []):
        return {}
    if one.kind == "comment":
        words = clean(str(value))
        if len(words) > COMMENT_LIMIT:
            limit = _("Please keep the comment under {limit} characters.")
            raise Refused(limit.format(limit=COMMENT_LIMIT), field=one.key)
        return {one.key: words} if words else {}
    if one.kind == "choice":
        if value not in {option.key for option in one.options}:
            raise Refused(_("Choose one of the answers."), field=one.key)
        return {one.key: value}
    if one.kind == "matrix":
        return _rated(one, value, {option.key for option in one.options}, MATRIX)
    if one.kind == "acsi":
        return _rated(one, value, set(ACSI), ACSI_SCALE)
    number = _number(one, value, SCALES[one.kind])
    kept: dict[str, Any] = {one.key: number}
    if one.kind == "trust":
        kept[f"{one.key}_why"] = _drivers(one, given.get(f"{one.key}_why") or ())
    return kept


def _number(one: Question, value: Any, scale: tuple[int, int]) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = None
    if number is None or isinstance(value, bool | float) or not scale[0] <= number <= scale[1]:
        raise Refused(
            _("Choose an answer from {low} to {high}.").format(low=scale[0], high=scale[1]),
            field=one.key,
        )
    return number


def _listed(one: Question, value: Any, known: Iterable[str], name: str) -> set[str]:
    if not isinstance(value, list | tuple | set) or not set(map(str, value)) <= set(known):
        raise Refused(_("Choose among the answers."), field=name)
    return set(value)


def _chosen(one: Question, value: Any) -> dict[str, int] | None:
    if value is None:
        return None
    chosen = _listed(one, value, (o.key for o in one.options), one.key)
    return {o.key: int(o.key in chosen) for o in one.options} if chosen else None


def _drivers(one: Question, value: Any) -> dict[str, int | None]:
    offers = one.offers or tuple(DRIVERS)
    chosen = _listed(one, value, offers, f"{one.key}_why")
    return {key: int(key in chosen) if key in offers else None for key in DRIVERS}


def _rated(one: Question, value: Any, rows: set[str], scale: tuple[int, int]) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not set(value) <= rows:
        raise Refused(_("Choose among the answers."), field=one.key)
    kept = {
        row: _number(one, number, scale)
        for row, number in value.items()
        if number not in (None, "")
    }
    return {one.key: kept} if kept else {}
