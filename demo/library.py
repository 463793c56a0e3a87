"""What more the library counts: half a year of calls owed, posts, follow-ups, trust."""

import random
from datetime import datetime, timedelta

from heard.contacts.models import CallAttempt, CallBack, Window
from heard.core.references import LETTERS
from heard.mentions.models import Mention, MentionAnswer
from heard.people.models import Customer, Role, Staff
from heard.voice.models import Alert, Response
from heard.voice.models.asking import Pool

SEED = "library"
DAYS = 180
CALLS, POSTS = 170, 180
ASKED_MORE = 0.35  # of the answers, those whose survey had the questions on trust and recommending
POST = {
    "praise": ("The crew on our street was kind and quick.", "Thanks to the library team!"),
    "complaint": ("The light at 4th is out again.", "Third week without yard waste pick-up."),
    "neither": ("Is the market open on Sunday?", "Does anybody know where the permits desk is?"),
}


def load_library(end: datetime) -> None:
    """Write it as if it had been there over the months before a moment."""
    chance = random.Random(SEED)
    agents = list(
        Staff.objects.filter(role=Role.AGENT, email__endswith="@sagebrook.example").order_by("pk")
    )
    if not agents:
        return
    _calls(chance, agents, end)
    _posts(chance, agents, end)
    _follow_ups(chance, agents, end)
    _more_questions(chance)


def _within(chance: random.Random, end: datetime) -> datetime:
    return end - timedelta(minutes=chance.randint(3 * 24 * 60, DAYS * 24 * 60))


def _calls(chance: random.Random, agents: list[Staff], end: datetime) -> None:
    people = list(Customer.objects.exclude(phone="").order_by("pk")[:400])
    rows, tries = [], []
    for _n in range(CALLS):
        person, asked = chance.choice(people), _within(chance, end)
        due = asked + timedelta(hours=5)
        first = asked + timedelta(minutes=chance.randint(20, 330))
        reached, wanted = chance.random() < 0.82, chance.random() < 0.95
        state = CallBack.State.DONE if reached else CallBack.State.NOT_REACHED
        letters = "".join(chance.choice(LETTERS) for _ in range(8))
        rows.append(CallBack(
            reference=f"{letters[:4]}-{letters[4:]}", name=person.name, phone=person.phone,
            language=person.language, window=Window.SOON, customer=person, asked_at=asked,
            not_before=asked, due_at=due, attempts=1 if wanted else 0,
            state=state if wanted else CallBack.State.WITHDRAWN,
            ended_at=first if wanted else asked + timedelta(minutes=10),
        ))  # fmt: skip
        tries.append((first, reached) if wanted else None)
    made = CallBack.objects.bulk_create(rows)
    CallAttempt.objects.bulk_create(
        CallAttempt(call=call, staff=chance.choice(agents), at=one[0], reached=one[1])
        for call, one in zip(made, tries, strict=True)
        if one is not None
    )


def _posts(chance: random.Random, agents: list[Staff], end: datetime) -> None:
    if Mention.objects.filter(source="demo-year").exists():
        return
    rows, answers = [], []
    for number in range(POSTS):
        tone = chance.choices(list(POST), [4, 4, 3])[0]
        at = _within(chance, end)
        answered = tone != "praise" and chance.random() < 0.75
        rows.append(Mention(
            source="demo-year", external_id=f"y{number:05}", network="Mastodon",
            author="Neighbor", handle=f"@n{number}@social.example", text=chance.choice(POST[tone]),
            at=at, received_at=at, tone=tone, judged_by=agents[0],
            judged_at=at + timedelta(hours=2), answer_in_place=True,
            state=Mention.State.ANSWERED if answered else Mention.State.ASIDE,
        ))  # fmt: skip
        answers.append(at + timedelta(minutes=chance.randint(15, 2000)) if answered else None)
    made = Mention.objects.bulk_create(rows)
    MentionAnswer.objects.bulk_create(
        MentionAnswer(
            mention=row, words="Thank you for telling us. We are looking into it.",
            staff=chance.choice(agents), at=at, dispatch_key=f"demo-year:{row.external_id}",
        )
        for row, at in zip(made, answers, strict=True)
        if at is not None
    )  # fmt: skip


def _follow_ups(chance: random.Random, agents: list[Staff], end: datetime) -> None:
    """The low scores of the half year, but for the last week's, were acted on: most in time."""
    low = (
        Response.objects.filter(
            satisfaction__lte=2, pool=Pool.INVITED, alert=None,
            answered_at__gte=end - timedelta(days=DAYS), answered_at__lt=end - timedelta(days=7),
        )
        .select_related("invitation")
        .order_by("answered_at", "invitation__about")
    )  # fmt: skip
    Alert.objects.bulk_create(
        Alert(
            response=row,
            kind=Alert.Kind.NOT_SOLVED if row.solved == "no" else Alert.Kind.LOW_SCORE,
            division=row.invitation.division, made_at=row.answered_at,
            due_at=row.answered_at + timedelta(hours=8),
            settled_at=row.answered_at + timedelta(minutes=chance.randint(20, 640)),
            settled_by=chance.choice(agents), words="Called and put right.",
        )
        for row in low
    )  # fmt: skip


def _more_questions(chance: random.Random) -> None:
    changed = []
    rows = Response.objects.filter(pool=Pool.INVITED, satisfaction__gt=0)
    for row in rows.order_by("answered_at", "invitation__about"):
        asked, wishes = chance.random() < ASKED_MORE, chance.random() < 0.06
        if not asked and not wishes:
            continue
        score = row.satisfaction or 3
        if asked:
            trust = min(5, max(1, score + chance.choice((-1, 0, 0, 0, 1))))
            likely = min(10, max(0, 2 * score + chance.choice((-2, -1, 0, 0, 1))))
            row.more = {**row.more, "trust": trust, "recommend": likely}
        row.wants_answer = wishes
        changed.append(row)
    Response.objects.bulk_update(changed, ["more", "wants_answer"], batch_size=200)
