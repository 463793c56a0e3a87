"""Loads what Sagebrook's people ask most, with the votes of readers, and the reply templates."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.text import slugify

from demo.reading import table
from heard.answers.indexing import terms_of
from heard.answers.models import Answer, AnswerTerm, AnswerVersion, AnswerVote, ReplyTemplate
from heard.people.models import Staff

PARTS = ("question", "short", "body", "keywords")


def load_answers(
    until: date,
    start: datetime,
    *,
    divisions: dict[str, int],
    services: dict[str, int],
    staff: list[Staff],
) -> int:
    """Write answers and templates as they stand at the end of the year told; how many answers."""
    owners = {person.name: person for person in staff}
    made = [
        _load_answer(row, until, start, divisions, services, owners)
        for row in table("answers")["answer"]
    ]
    AnswerTerm.objects.bulk_create([term for answer in made for term in terms_of(answer)], 500)
    for row in table("answers")["template"]:
        _load_template(row, start, divisions, services)
    return len(made)


def _words(row: dict[str, Any], part: str) -> dict[str, str]:
    """A part of an answer by language, without empty ones."""
    said = {code: row.get(f"{part}_{code}", "").strip() for code in ("en", "es")}
    return {code: text for code, text in said.items() if text}


def _load_answer(
    row: dict[str, Any],
    until: date,
    start: datetime,
    divisions: dict[str, int],
    services: dict[str, int],
    owners: dict[str, Staff],
) -> Answer:
    words = {part: _words(row, part) for part in PARTS}
    answer = Answer.objects.create(
        **words,
        slug=slugify(row["question_en"]),
        division_id=divisions[row["division"]],
        owner=owners[row["owner"]],
        is_public=not row.get("staff_only", False),
        state=Answer.State.PUBLISHED,
        review_on=until + timedelta(days=row["review"]),
        changed_at=start,
        published_at=start,
        version=2,
    )
    answer.services.set([services[code] for code in row["services"]])
    kept = words | {"desk_note": {}}
    AnswerVersion.objects.bulk_create(
        AnswerVersion(
            answer=answer, number=n, verb=verb, words=kept, actor_name=row["owner"], at=start
        )
        for n, verb in enumerate(("written", "published"), start=1)
    )
    _load_votes(answer, row["votes"], start)
    return answer


def _load_votes(answer: Answer, votes: list[int], start: datetime) -> None:
    """So many it helped, then so many it did not; every sixth of the readers reads Spanish."""
    helped, not_helped = votes or (0, 0)
    AnswerVote.objects.bulk_create(
        AnswerVote(
            answer=answer,
            token=f"demo-{n}",
            helped=n < helped,
            language="es" if n % 6 == 0 else "en",
            version=2,
            at=start + timedelta(days=3 * n, hours=n % 9),
        )
        for n in range(helped + not_helped)
    )


def _load_template(
    row: dict[str, Any], start: datetime, divisions: dict[str, int], services: dict[str, int]
) -> None:
    template = ReplyTemplate.objects.create(
        name=row["name"],
        words={code: row[code].strip() for code in ("en", "es")},
        division_id=divisions.get(row["division"]),
        changed_at=start,
        changed_by="Marisol Quintana",
    )
    template.services.set([services[code] for code in row["services"]])
