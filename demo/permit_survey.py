"""A survey with every kind of question, asked after permits, with a change of words in between."""

import random
from datetime import datetime, timedelta
from typing import Any

from demo.reading import table
from heard.people.models import Division
from heard.places.models import District
from heard.voice.instruments import asked_by
from heard.voice.models import Instrument, Invitation, Occasion, Pool, Response, Version
from heard.voice.questions import ACSI, DRIVERS, Question, question, revised

SEED = 6206
DAYS, WORDS_CHANGED = 300, 110  # asked since; in other words since
SERVED = 720
LEFT_OUT = {"cool_down": 0.11, "not_sampled": 0.18, "opt_out": 0.02, "": 0.69}
ANSWERED, SKIPS = 0.46, 0.07
BY_TEXT = 0.3  # of those who answered: the first question alone
# How good each step is, and how much it carries into the overall rating.
STEPS = {
    "instructions": (-0.5, 0.8), "forms": (-0.2, 0.4), "waiting": (-0.7, 1.0),
    "staff": (0.9, 0.6), "online": (0.5, 0.15), "fees": (-0.4, 0.1),
}  # fmt: skip


def load_permit_survey(end: datetime) -> None:
    """The survey in two versions, who might have been asked, who was, and what they answered."""
    content, chance = table("permit_survey"), random.Random(SEED)
    versions = _versions(content, end)
    division = Division.objects.select_related("department").get(code="building")
    districts = list(District.objects.order_by("code").values_list("code", flat=True))
    rows, asked = [], []
    for n in range(SERVED):
        at = end - timedelta(days=chance.random() * DAYS)
        why = chance.choices(list(LEFT_OUT), list(LEFT_OUT.values()))[0]
        where = {"division": division.code, "district": chance.choice(districts)}
        version = versions[at >= end - timedelta(days=WORDS_CHANGED)]
        rows.append(
            Occasion(about=f"permit:demo{n:05}", instrument=version.instrument, at=at,
                     excluded=why, **where)
        )  # fmt: skip
        if not why:
            asked.append(
                Invitation(
                    about=f"permit:demo{n:05}", reference=f"VP{n:05}", version=version,
                    wording=version.wording, pool=Pool.INVITED, via=Invitation.Via.EMAIL,
                    language=chance.choice(["en", "en", "en", "es"]),
                    department=division.department.code, channel="web",
                    asked_at=at, expires_at=at + timedelta(days=30), **where,
                )
            )  # fmt: skip
    Occasion.objects.bulk_create(rows)
    answered = [row for row in Invitation.objects.bulk_create(asked) if chance.random() < ANSWERED]
    questions = {version.pk: asked_by(version) for version in versions}
    made = [_response(row, questions[row.version_id or 0], end, chance) for row in answered]
    _comment(made, content["comments"])
    Response.objects.bulk_create(made)


def _comment(made: list[Response], words: dict[str, list[str]]) -> None:
    """Each comment is somebody's own: of their language, and of a mind that fits."""
    for kind, lines in words.items():
        language, mood = kind.split("_")
        fitting = [
            row for row in made
            if row.invitation.language == language and len(row.more) > 1
            and (row.more["overall"] >= 4 if mood == "good" else row.more["overall"] <= 2)
        ]  # fmt: skip
        for row, line in zip(fitting, lines, strict=False):
            row.comment, row.may_share = line, True


def _versions(content: dict[str, Any], end: datetime) -> tuple[Version, Version]:
    """The first words, and those in force."""
    head, first_day = content["survey"], end - timedelta(days=DAYS)
    survey, _made = Instrument.objects.update_or_create(
        code=head["code"],
        defaults={"name": head["name"], "occasion": "permit", "created_at": first_day},
    )
    now = [question(row) for row in content["questions"]]
    first = [
        question(row | {"label": row.get("before", row["label"])})
        for row in content["questions"]
        if row["kind"] != "acsi"  # came with the second version
    ]
    days = (first_day, end - timedelta(days=WORDS_CHANGED))
    made = [
        Version.objects.create(
            instrument=survey, number=number, heading=head["heading"], made_at=day,
            published_at=day, questions=[one.as_data() for one in asked],
        )
        for number, (asked, day) in enumerate(
            zip((first, revised(now, first)), days, strict=True), start=1
        )
    ]  # fmt: skip
    return made[0], made[1]


def _response(
    row: Invitation, asked: tuple[Question, ...], end: datetime, chance: random.Random
) -> Response:
    """One person: a mood, what they thought of each step, and what follows from that."""
    at = min(row.asked_at + timedelta(hours=chance.uniform(1, 120)), end)
    mood = chance.gauss(0, 0.7)
    felt = {key: good + mood + chance.gauss(0, 0.9) for key, (good, _weight) in STEPS.items()}
    overall = 0.35 + sum(weight * felt[key] for key, (_good, weight) in STEPS.items()) / 2.2
    overall += chance.gauss(0, 0.35)
    more: dict[str, Any] = {}
    for place, one in enumerate(asked):
        if place == 0 or chance.random() > SKIPS:
            more |= _answer(one, overall, felt, chance)
    if chance.random() < BY_TEXT:
        more = {asked[0].key: more[asked[0].key]}
    return Response(
        invitation=row, pool=Pool.INVITED, more=more, answered_at=at, changed_at=at,
        mode="web" if len(more) > 1 else "sms",
    )  # fmt: skip


def _answer(
    one: Question, overall: float, felt: dict[str, float], chance: random.Random
) -> dict[str, Any]:
    def step(value: float, low: int, high: int) -> int:
        middle, reach = (low + high) / 2, (high - low) / 4
        return max(low, min(high, round(middle + reach * value)))

    match one.kind:
        case "csat":
            return {one.key: step(overall, 1, 5)}
        case "effort":
            return {one.key: step(overall - 0.2, 1, 7)}
        case "recommend":
            return {one.key: step(overall + 0.9 + chance.gauss(0, 0.3), 0, 10)}
        case "trust":
            given = step(overall + chance.gauss(0, 0.4), 1, 5)
            return {one.key: given, f"{one.key}_why": _why(one, given, chance)}
        case "matrix":
            return {one.key: {key: step(value, 1, 5) for key, value in felt.items()}}
        case "many":
            chosen = {key: int(chance.random() < 0.15 + 0.6 * STEPS[key][1]) for key in felt}
            return {one.key: chosen} if any(chosen.values()) else {}
        case "choice":
            return {one.key: chance.choices(["online", "counter", "mail"], [62, 31, 7])[0]}
        case "thumbs":
            return {one.key: int(chance.random() < 0.38)}
        case "acsi":
            return {one.key: {key: step(overall + chance.gauss(0, 0.3), 1, 10) for key in ACSI}}
    return {}


def _why(one: Question, given: int, chance: random.Random) -> dict[str, int | None]:
    """Reasons for the trust gained or lost; what the form did not offer is null."""
    good = {"employee": 0.55, "humanity": 0.4, "effectiveness": 0.45}
    bad = {"efficiency": 0.65, "transparency": 0.5, "ease": 0.35}
    likely = good if given >= 3 else bad
    return {
        key: int(chance.random() < likely.get(key, 0.12)) if key in one.offers else None
        for key in DRIVERS
    }
