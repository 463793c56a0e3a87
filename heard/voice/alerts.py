"""Answers that a person must act on, each with its own clock."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.text import clean
from heard.core.writes import record, write
from heard.voice.models import Alert, Invitation, Response
from heard.voice.restraint import restraint

SAME_DAY = timedelta(hours=8)  # a low score or "not solved" is looked at within a working day
WORDS_LIMIT = 2000


def raise_alert(response: Response, row: Invitation) -> Alert | None:
    """Make the alert an answer calls for; part of the verb that keeps the answer."""
    rules = restraint()
    if response.wants_answer:
        kind, within = Alert.Kind.FOLLOW_UP, timedelta(hours=rules.answer_hours)
    elif response.solved == Response.Solved.NO:
        kind, within = Alert.Kind.NOT_SOLVED, SAME_DAY
    elif response.satisfaction is not None and response.satisfaction <= rules.low_score:
        kind, within = Alert.Kind.LOW_SCORE, SAME_DAY
    else:
        return None
    now = clock.now()
    made, _is_new = Alert.objects.update_or_create(
        response=response,
        defaults={"kind": kind, "division": row.division, "due_at": now + within},
        create_defaults={
            "kind": kind, "division": row.division, "made_at": now, "due_at": now + within,
        },
    )  # fmt: skip
    return made


@write
def settle(alert: Alert, *, words: str, actor: Actor) -> Alert:
    """Say what was done; the alert then leaves the list."""
    done = clean(words, limit=WORDS_LIMIT)
    if not done:
        raise Refused(_("Say in a sentence what was done."), field="words")
    fresh = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if fresh.settled_at is None:
        fresh.settled_at, fresh.words = clock.now(), done
        fresh.settled_by_id = actor.id if actor.kind == "staff" else None
        fresh.save()
        record("alert.settled", about=fresh, actor=actor)
    return fresh


def open_alerts(division: str = "") -> QuerySet[Alert, Alert]:
    """Alerts nobody has settled, the first due first; of a division, or of the city."""
    found = Alert.objects.filter(settled_at=None, response__is_spam=False, response__is_test=False)
    if division:
        found = found.filter(division=division)
    return found.select_related("response__invitation__customer").order_by("due_at", "id")
