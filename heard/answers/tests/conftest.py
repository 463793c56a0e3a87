"""Answers to work with."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from heard.answers.models import Answer
from heard.answers.reads.lists import today
from heard.answers.services import Content, publish, write_answer
from heard.core.actors import SYSTEM


@pytest.fixture
def written(division: Any) -> Callable[..., Answer]:
    """``written("When is it?", "Cuándo?")``: a published answer; ``state="draft"`` leaves it so."""

    def make(en: str, es: str = "", *, state: str = "published", **more: Any) -> Answer:
        question = {"en": en} | ({"es": es} if es else {})
        values = {"short": {"en": f"About {en}"}, **more}
        content = Content(question=question, division=division, **values)
        answer = write_answer(content, actor=SYSTEM)
        return publish(answer, actor=SYSTEM) if state == "published" else answer

    return make


@pytest.fixture
def overdue(written: Callable[..., Answer]) -> Callable[..., Answer]:
    """A published answer whose day of review has passed."""

    def make(en: str, **more: Any) -> Answer:
        answer = written(en, **more)
        answer.review_on = today() - timedelta(days=3)
        answer.save()
        return answer

    return make
