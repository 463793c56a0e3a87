"""Was it helpful: once a visit, tied to nobody, and only told when enough people said so."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pytest
from django.test import Client

from heard.answers.models import Answer, AnswerVote
from heard.answers.reads import failures
from heard.answers.reads.failures import CameBack
from heard.answers.reads.helpfulness import helpfulness
from heard.answers.services import vote
from heard.core.models import Event
from heard_stats import wilson

pytestmark = pytest.mark.django_db
Maker = Callable[..., Answer]


def cast(answer: Answer, yes: int, no: int) -> None:
    for n in range(yes + no):
        vote(answer, helped=n < yes, token=f"t{n}", language="en")


def test_once_a_visit_and_changed_as_often_as_they_like(client: Client, written: Maker) -> None:
    answer = written("When is it?")
    url = f"/answers/{answer.slug}/helped/"
    for said in ("yes", "yes", "no"):
        assert client.post(url, {"helped": said}).status_code == 302
    assert [row.helped for row in AnswerVote.objects.all()] == [False]
    assert Event.objects.filter(kind="answer.voted").count() == 1
    Client().post(url, {"helped": "yes"})
    assert AnswerVote.objects.count() == 2
    client.post(url, {"helped": "perhaps"})
    assert AnswerVote.objects.count() == 2


def test_what_was_missing_is_kept_and_told_to_staff(
    client: Client, written: Maker, staff: Any
) -> None:
    answer = written("When is it?")
    url = f"/answers/{answer.slug}/helped/"
    client.post(url, {"helped": "no"})
    assert b"What were you looking for?" in client.get(f"/answers/{answer.slug}/").content
    client.post(url, {"helped": "no", "missing": "<b>Holidays</b>" + "x" * 900})
    row = AnswerVote.objects.get()
    assert row.missing.startswith("<b>Holidays</b>")
    assert len(row.missing) == 500
    client.force_login(staff("agent"))
    page = client.get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "&lt;b&gt;Holidays&lt;/b&gt;" in page


def test_votes_of_one_visit_cannot_be_joined(client: Client, written: Maker) -> None:
    for answer in (written("One?"), written("Two?")):
        client.post(f"/answers/{answer.slug}/helped/", {"helped": "yes"})
    first, second = AnswerVote.objects.values_list("token", flat=True)
    assert first != second
    assert client.session["answers_voter"] not in (first, second)


def test_a_draft_and_a_staff_answer_take_no_votes(client: Client, written: Maker) -> None:
    for answer in (written("One?", state="draft"), written("Two?", is_public=False)):
        assert client.post(f"/answers/{answer.slug}/helped/", {"helped": "yes"}).status_code == 404
    assert AnswerVote.objects.count() == 0


def test_few_votes_are_kept_back(client: Client, written: Maker) -> None:
    answer = written("When is it?")
    cast(answer, 8, 1)
    assert "people said it helped" not in client.get(f"/answers/{answer.slug}/").content.decode()
    vote(answer, helped=True, token="tenth", language="en")
    page = client.get(f"/answers/{answer.slug}/").content.decode()
    low, high = wilson(9, 10).low, wilson(9, 10).high
    assert "90% of 10 people said it helped" in page
    assert f"between {low:.0%} and {high:.0%}" in page
    assert helpfulness(0, 9).share is None
    assert helpfulness(9, 10).low == low


@pytest.fixture
def contacts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, CameBack]]:
    """What the room of contacts would count, in its place."""
    monkeypatch.setattr(failures, "_providers", {})
    seen: dict[int, CameBack] = {}

    def provider(answer_ids: Collection[int]) -> Mapping[int, CameBack]:
        return {key: value for key, value in seen.items() if key in answer_ids}

    failures.register("test", provider)
    yield seen
    failures.unregister("test")


def test_the_surest_failure_stands_first(
    client: Client, written: Maker, staff: Any, contacts: dict[int, CameBack]
) -> None:
    good, few, bad, back = (written(q) for q in ("Good?", "Few?", "Bad?", "Back?"))
    cast(good, 12, 0)
    cast(few, 0, 9)
    cast(bad, 6, 12)
    contacts[back.pk] = CameBack(given=200, back=160)
    found = failures.failed()
    assert [row.answer for row in found] == [back, bad]
    assert found[0].came_back == pytest.approx(0.8)
    assert found[0].not_helped is None
    assert found[1].not_helped == pytest.approx(12 / 18)
    client.force_login(staff("agent"))
    page = client.get("/desk/answers/failed/").content.decode()
    assert page.index("Back?") < page.index("Bad?")
    assert "Few?" not in page
    assert "80%" in page


def test_the_list_of_failures_asks_the_same_at_any_length(
    written: Maker, contacts: dict[int, CameBack], django_assert_num_queries: Any
) -> None:
    cast(written("One?"), 0, 10)
    with django_assert_num_queries(1):
        assert len(failures.failed()) == 1
    for n in range(4):
        cast(written(f"More {n}?"), 0, 10)
    with django_assert_num_queries(1):
        assert len(failures.failed()) == 5
