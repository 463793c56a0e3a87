"""The voice of the demo city: places to answer, kiosk and open answers, comments under review.

Invitations and answers after cases are loaded with the cases; this adds what came by other ways
and what people did with it.
"""

import random
from datetime import datetime, timedelta

from django.db.models import F

from demo.permit_survey import load_permit_survey
from demo.reading import table
from demo.restraint import hold_back
from heard.people.models import Division
from heard.places.models import Office
from heard.voice.comments import catch_up
from heard.voice.instruments import begin_all, in_force, instrument
from heard.voice.models import Alert, Comment, Instrument, Invitation, Pool, Response, Spot

SEED = 4111
KIOSK, LINK = 260, 90  # answers in the last half year
HALF_A_YEAR = 182
WEIGHTS = {Pool.KIOSK: (9, 8, 13, 28, 42), Pool.OPEN: (22, 15, 12, 22, 29)}
REVIEWED = 0.7
OPENED = 0.07  # of those who never answered
THEMES = {
    "speed": ("day", "week", "wait", "quick", "fast", "slow", "días", "semana", "rápid", "espera"),
    "manner": ("kind", "polite", "rude", "friendly", "listen", "amable", "atent"),
    "information": ("told", "update", "explain", "know", "dijo", "explic", "avis"),
    "outcome": ("fixed", "done", "still", "again", "solved", "arregl", "sigue", "todavía"),
}


def load_voice(end: datetime) -> int:
    """Everything of this room that the cases did not bring; how many answers to cases there are."""
    begin_all()
    closing, place = instrument("closing"), instrument("place")
    assert closing is not None
    assert place is not None
    chance = random.Random(SEED)
    first = in_force(closing)
    hold_back(closing)
    Invitation.objects.filter(version=None).update(version=first)
    answered = Response.objects.filter(invitation__version=first).count()
    _note_begun(chance)
    _load_spots(place, end, chance)
    load_permit_survey(end)
    while catch_up(5000):
        pass
    _review(chance)
    _raise_alerts(end)
    return answered


def _note_begun(chance: random.Random) -> None:
    """Some opened the survey and went away again."""
    silent = Invitation.objects.filter(response=None).order_by("asked_at", "about")
    opened = [pk for pk in silent.values_list("pk", flat=True) if chance.random() < OPENED]
    for start in range(0, len(opened), 500):
        part = Invitation.objects.filter(pk__in=opened[start : start + 500])
        part.update(started_at=F("asked_at") + timedelta(days=1))


def _load_spots(place: Instrument, end: datetime, chance: random.Random) -> None:
    office = Office.objects.order_by("id").first()
    division = Division.objects.select_related("department").order_by("id").first()
    assert division is not None
    spot, _made = Spot.objects.update_or_create(
        code="city-hall",
        defaults={
            "name": {"en": "City Hall, front counter", "es": "Alcaldía, ventanilla principal"},
            "instrument": place, "office": office, "division": division,
        },
    )  # fmt: skip
    version = in_force(spot.instrument)
    for pool, number in ((Pool.KIOSK, KIOSK), (Pool.OPEN, LINK)):
        rows, moments = [], []
        for n in range(number):
            days = chance.random() * HALF_A_YEAR
            at = end - timedelta(days=days)
            moments.append(at)
            rows.append(
                Invitation(
                    about=f"{pool}:demo{n:05}", reference=f"V{pool[0].upper()}{n:05}",
                    version=version, wording=str(version), pool=pool, via=Invitation.Via.NONE,
                    language=chance.choice(["en", "en", "en", "es"]), division=division.code,
                    department=division.department.code, place=spot.code, channel="counter",
                    asked_at=at, expires_at=at + timedelta(days=30),
                )
            )  # fmt: skip
        made = Invitation.objects.bulk_create(rows)
        Response.objects.bulk_create(
            Response(
                invitation=row, pool=pool, mode="kiosk" if pool == Pool.KIOSK else "web",
                satisfaction=chance.choices(range(1, 6), WEIGHTS[pool])[0],
                answered_at=at, changed_at=at,
            )
            for row, at in zip(made, moments, strict=True)
        )  # fmt: skip


def _review(chance: random.Random) -> None:
    """Most comments were read by a person: mood by the score, themes by their words."""
    rows = list(Comment.objects.select_related("response").order_by("at", "response_id"))
    replies = table("voices/replies_to_comments")
    changed = []
    for row in rows:
        score = row.response.satisfaction or 3
        mood = "positive" if score >= 4 else "negative" if score <= 2 else "mixed"
        words = row.masked.lower()
        themes = [name for name, signs in THEMES.items() if any(s in words for s in signs)]
        row.suggested_mood, row.suggested_themes = mood, themes[:2]
        if chance.random() < REVIEWED:
            row.state, row.mood, row.themes = Comment.State.PUBLISHED, mood, themes[:2]
            row.reviewed_at = row.at + timedelta(days=1)
            if mood == "negative" and chance.random() < 0.5:
                row.reply = chance.choice(replies[row.language])
        changed.append(row)
    fields = ["suggested_mood", "suggested_themes", "state", "mood", "themes", "reviewed_at",
              "reply"]  # fmt: skip
    Comment.objects.bulk_update(changed, fields, batch_size=500)


def _raise_alerts(end: datetime) -> None:
    """What came in during the last week still waits in part for somebody."""
    late = (
        Response.objects.filter(
            satisfaction__lte=2, pool=Pool.INVITED, answered_at__gte=end - timedelta(days=7)
        )
        .select_related("invitation")
        .order_by("-answered_at", "invitation__about")[:12]
    )
    Alert.objects.bulk_create(
        Alert(
            response=row,
            kind=Alert.Kind.NOT_SOLVED if row.solved == "no" else Alert.Kind.LOW_SCORE,
            division=row.invitation.division, made_at=row.answered_at,
            due_at=row.answered_at + timedelta(hours=8),
        )
        for row in late
    )  # fmt: skip
