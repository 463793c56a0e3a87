"""When a question is asked: always, or only where an earlier one was answered in a certain way."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from heard.catalogue.asking import options
from heard.catalogue.models import Question
from heard.core.errors import Refused
from heard.core.words import said

DECIDING = (Question.Kind.CHOICE, Question.Kind.MANY, Question.Kind.YES_NO)


def applies(question: Question, answers: dict[str, Any], known: dict[str, Question]) -> bool:
    """Whether a question is asked, given the answers by code (a key, or a list of keys).

    A question behind one that is not asked is not asked either.
    """
    seen: set[str] = set()
    while question.only_if_id is not None and question.code not in seen:
        seen.add(question.code)
        before = question.only_if
        assert before is not None
        value = answers.get(before.code)
        chosen = value if isinstance(value, list) else [value]
        if question.only_if_value not in [str(part) for part in chosen if part is not None]:
            return False
        question = known.get(before.code, before)
    return True


def asked_now(questions: Iterable[Question], answers: dict[str, Any]) -> list[Question]:
    """The questions that apply to these answers, in their order."""
    every = list(questions)
    known = {question.code: question for question in every}
    return [question for question in every if applies(question, answers, known)]


def check_condition(
    question: Question, only_if: Question | None, value: str, order: list[Question]
) -> None:
    """Refuse a condition on itself, on a later question, or on an answer that is not there.

    ``order`` is all questions of the service as they are asked. Because a condition only ever
    points backwards, there can be no circle.
    """
    if only_if is None:
        return
    places = {q.pk: place for place, q in enumerate(order)}
    if only_if.pk == question.pk:
        raise Refused(_("A question cannot wait for its own answer."), field="only_if")
    if only_if.service_id != question.service_id or only_if.pk not in places:
        raise Refused(_("Choose a question of this service."), field="only_if")
    here = places.get(question.pk, len(order))
    if places[only_if.pk] >= here:
        raise Refused(
            _("“{later}” is asked after this question. Move it up first, then set this.").format(
                later=said(only_if.label)
            ),
            field="only_if",
        )
    if only_if.kind not in DECIDING:
        raise Refused(
            _("Only questions with answers to choose from can decide whether another is asked."),
            field="only_if",
        )
    if value not in dict(options(only_if)):
        raise Refused(
            _("Choose the answer that makes this question needed."), field="only_if_value"
        )


def check_order(order: list[Question]) -> None:
    """Refuse an order in which a question would stand before the one that decides about it."""
    places = {q.pk: place for place, q in enumerate(order)}
    for question in order:
        if question.only_if_id is None:
            continue
        if places.get(question.only_if_id, -1) >= places[question.pk]:
            raise Refused(
                _(
                    "“{question}” is only asked depending on “{other}”, so it must stay behind it."
                ).format(question=said(question.label), other=said(question.only_if.label))  # type: ignore[union-attr]
            )
