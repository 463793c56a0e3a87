"""Versions: drafted, published, never changed again; series break where the words do."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.voice.builtin import STARTERS
from heard.voice.instruments import (
    Draft,
    asked_by,
    draft,
    drop_draft,
    in_force,
    instrument,
    publish,
)
from heard.voice.models import Version
from heard.voice.models.instruments import VersionPublished
from heard.voice.questions import Question, questions_of
from heard.voice.reports.pictures import course_pictures
from heard.voice.reports.scores import course
from heard.voice.reports.slices import Slice
from heard.voice.tests.making import closing, make

OTHER = {"en": "How content are you?", "es": "¿Qué tan contento/a está?"}


def second(**more: Any) -> Version:
    """A second version whose first question has other words."""
    survey = closing().instrument
    asked = asked_by(closing())
    changed = [Question("satisfaction", "csat", OTHER), *asked[1:]]
    return publish(draft(survey, Draft(changed), actor=SYSTEM), actor=SYSTEM)


def test_the_closing_survey_is_there_from_the_start(town: Any) -> None:
    version = closing()
    assert version.wording == "closing-1"
    assert [one.key for one in asked_by(version)] == ["satisfaction", "ease", "solved", "comment"]
    assert instrument("unheard-of") is None


def test_the_words_of_the_migration_are_those_of_the_house() -> None:
    import importlib

    migration = importlib.import_module("heard.voice.migrations.0004_closing_survey")
    assert STARTERS["closing"]["questions"] == migration.QUESTIONS


def test_a_published_version_stays_as_it_is(town: Any) -> None:
    version = closing()
    version.questions = []
    with pytest.raises(VersionPublished):
        version.save()
    with pytest.raises(Refused, match="stays as it is"):
        drop_draft(version, actor=SYSTEM)
    again = publish(version, actor=SYSTEM)
    assert len(again.questions) == 4


def test_only_some_may_write_surveys(staff: Any) -> None:
    content = Draft(asked_by(closing()))
    with pytest.raises(NotAllowed):
        draft(closing().instrument, content, actor=staff("agent").as_actor())
    made = draft(closing().instrument, content, actor=staff("cx_lead").as_actor())
    assert made.number == 2
    assert in_force(closing().instrument).number == 1
    assert draft(closing().instrument, content, actor=SYSTEM) == made


def test_a_draft_that_cannot_be_asked_is_not_published(town: Any) -> None:
    made = draft(
        closing().instrument,
        Draft([Question("satisfaction", "csat", {"en": "Well?"})]),
        actor=SYSTEM,
    )
    with pytest.raises(Refused, match="Español"):
        publish(made, actor=SYSTEM)


def test_words_that_changed_raise_the_revision_of_their_question_alone(town: Any) -> None:
    assert [one.series for one in questions_of(second().questions)] == [
        "satisfaction@2", "ease@1", "solved@1", "comment@1",
    ]  # fmt: skip


def test_a_series_breaks_where_the_words_changed(town: Any) -> None:
    first = closing()
    make([4] * 30, datetime(2026, 1, 10, tzinfo=UTC), version=first)
    make([4] * 30, datetime(2026, 2, 10, tzinfo=UTC), version=first)
    make([2] * 30, datetime(2026, 3, 10, tzinfo=UTC), version=second())
    with clock.at(datetime(2026, 3, 31, tzinfo=UTC)):
        found = course(Slice(date(2026, 1, 1), date(2026, 3, 31)))
    assert [month.breaks for month in found.months] == [False, False, True]
    assert found.broken
    wide, narrow = course_pictures(found)
    for picture in (wide, narrow):
        assert len(picture.breaks) == 1
        assert [len(line.split()) for line in picture.lines] == [2]  # no line across the break
        assert len(picture.dots) == 3
    assert found.significant == ()  # 75 to 25 is no change: another question was asked
