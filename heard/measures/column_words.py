"""Facts and their columns in words, for people who build a formula; and what stands in them."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heard.cases.models import Channel, Outcome
from heard.cases.states import State
from heard.contacts.models import Avoidable, CallBack, Reason
from heard.measures.conditions import Type, types_of
from heard.measures.declared import AGE
from heard.mentions.models import Mention
from heard.voice.models import Alert, Response
from heard.voice.models.answers import Comment
from heard.voice.models.asking import Pool

Text = str | Promise

FACT_WORDS: dict[str, tuple[Text, Text]] = {
    "cases": (_("Cases"), _("What customers asked for, from the first word to the last.")),
    "responses": (_("Survey invitations"), _("Everybody who was asked, and what they answered.")),
    "contacts": (_("Contacts"), _("Each time somebody spoke with us.")),
    "remedies": (_("Remedies"), _("What was given to make something good.")),
    "understandings": (_("Understandings"), _("What we wrote that we understood.")),
    "calls": (_("Call-backs"), _("Calls that people asked us for.")),
    "alerts": (_("Follow-ups"), _("Answers that a person had to act on.")),
    "mentions": (_("Posts"), _("What people said of us in public.")),
    "votes": (_("Votes on answers"), _("Whether a published answer helped.")),
}
COLUMN_WORDS: dict[str, Text] = {
    "reference": _("reference"),
    "department": _("department"),
    "division": _("division"),
    "service": _("service"),
    "channel": _("channel"),
    "district": _("district"),
    "zone": _("time zone"),
    "state": pgettext_lazy("column", "state"),
    "outcome": _("outcome"),
    "received_at": _("moment received"),
    "received_on": _("day received"),
    "first_response_at": _("moment of the first answer"),
    "first_response_on": _("day of the first answer"),
    "first_response_due_at": _("moment the first answer was due"),
    "first_response_due_on": _("day the first answer was due"),
    "due_at": _("moment it was due"),
    "due_on": _("day it was due"),
    "finished_at": _("moment finished"),
    "finished_on": _("day finished"),
    "set_aside_at": _("moment it ended unfinished"),
    "ended_at": _("moment it ended"),
    "ended_on": _("day it ended"),
    "has_promise": _("has a promise"),
    "on_time": _("was on time"),
    "days_to_close": _("days to close"),
    "times_reopened": _("times reopened"),
    "understanding_asked": _("understandings sent"),
    "understanding_confirmed": _("understandings confirmed"),
    "moved_due_at": _("moment it was moved to"),
    "days_late": _("days late"),
    "has_clock": _("has a promise of ours"),
    "warned_at": _("moment of the warning"),
    "times_moved": _("times moved"),
    "moved_for": _("moved because"),
    "language": _("language"),
    "is_repeat": _("was joined to another"),
    "received_hour": _("hour received, 0 to 23"),
    "received_weekday": _("weekday received, 1 is Monday"),
    "out_of_hours": _("received outside office hours"),
    "wording": _("wording of the survey"),
    "asked_at": _("moment asked"),
    "asked_on": _("day asked"),
    "answered": _("was answered"),
    "answered_at": _("moment answered"),
    "answered_on": _("day answered"),
    "satisfaction": _("satisfaction, 1 to 5"),
    "ease": _("ease, 1 to 5"),
    "solved": _("solved"),
    "has_comment": _("has a comment"),
    "is_spam": _("is spam"),
    "is_test": _("is a test"),
    "counts": _("answer counts"),
    "pool": _("way of answering"),
    "asked_in": _("way of asking"),
    "trust": _("trust, 1 to 5"),
    "recommend": _("would recommend, 0 to 10"),
    "wants_answer": _("wants to hear from us"),
    "review": _("review of the comment"),
    "mood": _("mood of the comment"),
    "reason": _("reason"),
    "contacted_at": _("moment of the contact"),
    "contacted_on": _("day of the contact"),
    "known": _("we know who it was"),
    "settled": _("settled at once"),
    "handed_off": _("passed on"),
    "opened_case": _("opened a case"),
    "came_back_at": _("moment they came back"),
    "avoidable": _("avoidable"),
    "seconds": _("length in seconds"),
    "kind": _("kind"),
    "has_amount": _("is money"),
    "cents": _("amount in cents"),
    "allowed": _("had to be allowed"),
    "given_at": _("moment given"),
    "given_on": _("day given"),
    "answer": _("answer"),
    "first_tried_at": _("moment of the first try"),
    "reached": _("was reached"),
    "attempts": _("tries"),
    "made_at": _("moment it began"),
    "made_on": _("day it began"),
    "settled_at": _("moment settled"),
    "settled_on": _("day settled"),
    "network": _("network"),
    "tone": _("tone"),
    "posted_at": _("moment posted"),
    "posted_on": _("day posted"),
    "voted_at": _("moment of the vote"),
    "voted_on": _("day of the vote"),
    "helped": _("it helped"),
    AGE: _("days open at the end of the month"),
}
_CHOICES: dict[str, Any] = {
    "channel": Channel,
    "cases.state": State,
    "calls.state": CallBack.State,
    "mentions.state": Mention.State,
    "outcome": Outcome,
    "reason": Reason,
    "avoidable": Avoidable,
    "solved": Response.Solved,
    "pool": Pool,
    "asked_in": Pool,
    "review": Comment.State,
    "mood": Comment.Mood,
    "tone": Mention.Tone,
    "alerts.kind": Alert.Kind,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as people meet it. ``values``: what may stand in it, where that is known."""

    name: str
    type: Type
    label: Text
    values: tuple[tuple[str, Text], ...]


def columns_of(fact: str) -> list[Column]:
    """The columns of a fact that a formula may look at."""
    return [
        Column(name, type_, COLUMN_WORDS[name], values_of(fact, name))
        for name, type_ in types_of(fact).items()
        if name not in ("reference", "zone")
    ]


def values_of(fact: str, column: str) -> tuple[tuple[str, Text], ...]:
    """What may stand in a column of words, where it is one of a known few."""
    choices = _CHOICES.get(f"{fact}.{column}") or _CHOICES.get(column)
    if column == "answer" and fact == "understandings":
        return (("confirmed", _("confirmed")), ("corrected", _("corrected")))
    if choices is None:
        return ()
    return tuple((str(value), label) for value, label in choices.choices if value)


def label_of(column: str) -> str:
    """A column in words."""
    return str(COLUMN_WORDS.get(column, column))


def value_word(fact: str, column: str, value: str) -> str:
    """A value in words, where it has some."""
    return str(dict(values_of(fact, column)).get(value, value))
