"""What anybody meets: the square code, the kiosk, and what customers said."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.voice.instruments import Draft, Rules, draft, keep_instrument, publish
from heard.voice.models import Comment, Response, Spot
from heard.voice.questions import Option, Question
from heard.voice.tests.making import closing, make

KEY = "0f9f0b5c5ad04a6e9a400d7f38a3ef10"
BOTH = {"en": "Word", "es": "Palabra"}


def words(page: Any) -> str:
    return str(page.content.decode())


def test_a_square_code_leads_to_an_answer_in_the_open_pool(client: Client, spot: Spot) -> None:
    page = words(client.get(spot.path()))
    assert "How was your visit today?" in page
    assert "Front counter" in page
    assert client.post(spot.path(), {"key": KEY}).status_code == 422
    given = {"satisfaction": "5", "comment": "Quick!", "key": KEY}
    for _twice in range(2):
        page = words(client.post(spot.path(), given, follow=True))
        assert "Thank you. We heard you." in page
    row = Response.objects.get()
    assert (row.pool, row.invitation.place, row.invitation.division) == (
        "open", "counter", "streets",
    )  # fmt: skip
    assert client.get("/rate/nowhere/").status_code == 404


def test_robots_are_kept_marked_and_not_told(client: Client, spot: Spot) -> None:
    given = {"satisfaction": "1", "key": KEY, "website": "http://spam.example"}
    assert "Thank you" in words(client.post(spot.path(), given, follow=True))
    row = Response.objects.get()
    assert row.is_spam
    assert "do not see" in row.marked_why


def test_an_open_survey_with_every_kind_of_question(client: Client, town: Any) -> None:
    options = (
        Option("a", {"en": "First", "es": "Uno"}),
        Option("b", {"en": "Second", "es": "Dos"}),
    )
    kinds = ("csat", "ease", "effort", "recommend", "thumbs", "trust")
    asked = [Question(f"q_{kind}", kind, BOTH) for kind in kinds]
    asked += [Question(f"q_{k}", k, BOTH, options=options) for k in ("choice", "many", "matrix")]
    asked.append(Question("comment", "comment", BOTH))
    rules = Rules(name=BOTH, occasion="open", open_page=True)
    survey = keep_instrument("all-kinds", rules, actor=SYSTEM)
    publish(draft(survey, Draft(asked), actor=SYSTEM), actor=SYSTEM)
    address = reverse("rate:open", args=["all-kinds"])
    page = words(client.get(address))
    assert page.count("<legend") >= 10  # every group of buttons names itself, matrix rows too
    given = {
        "key": KEY, "q_csat": "5", "q_ease": "4", "q_effort": "7", "q_recommend": "0",
        "q_thumbs": "0", "q_trust": "2", "q_trust_why": ["ease"], "q_choice": "b",
        "q_many": ["a", "b"], "q_matrix_0": "3", "q_matrix_1": "", "comment": "Hm",
    }  # fmt: skip
    assert "Thank you" in words(client.post(address, given, follow=True))
    row = Response.objects.get()
    assert row.value("q_recommend") == 0
    assert row.value("q_thumbs") == 0
    assert row.more["q_matrix"] == {"a": 3}
    assert row.more["q_many"] == {"a": 1, "b": 1}
    assert row.more["q_trust_why"]["ease"] == 1
    assert row.more["q_trust_why"]["humanity"] == 0
    assert client.get(reverse("rate:open", args=["closing"])).status_code == 404


def kiosk_sends(client: Client, spot: Spot, rows: Any, status: int = 200) -> Any:
    body = rows if isinstance(rows, str) else json.dumps({"answers": rows})
    answered = client.post(f"{spot.kiosk_path()}answers/", body, content_type="application/json")
    assert answered.status_code == status
    return answered.json()


def test_what_a_kiosk_kept_counts_once_and_faults_are_told(client: Client, spot: Spot) -> None:
    now = clock.now()
    good = {"key": KEY, "at": (now - timedelta(hours=3)).isoformat(), "language": "es",
            "answers": {"satisfaction": 4, "comment": "Bien"}}  # fmt: skip
    rows = [
        good, good,
        {"key": "f" * 32, "at": now.isoformat(), "answers": {"satisfaction": 9}},
        {"key": "e" * 32, "at": (now - timedelta(days=9)).isoformat(),
         "answers": {"satisfaction": 3}},
        {"key": "d" * 32, "at": "yesterday", "answers": {"satisfaction": 3}},
        "nonsense",
    ]  # fmt: skip
    told = kiosk_sends(client, spot, rows)
    assert told["kept"] == [KEY, KEY]
    assert set(told["refused"]) == {"f" * 32, "e" * 32, "d" * 32, ""}
    assert kiosk_sends(client, spot, [good])["kept"] == [KEY]
    row = Response.objects.get()
    assert (row.pool, row.mode, row.satisfaction, row.invitation.language) == (
        "kiosk", "kiosk", 4, "es",
    )  # fmt: skip
    assert now - row.answered_at >= timedelta(hours=2)
    kiosk_sends(client, spot, "no json", 400)


def test_a_kiosk_works_without_scripts_and_only_with_its_secret(client: Client, spot: Spot) -> None:
    page = words(client.get(spot.kiosk_path()))
    assert page.count("kiosk__face ") == 5
    faulty = client.post(spot.kiosk_path(), {"value": "7", "key": KEY})
    assert faulty.status_code == 422
    done = client.post(spot.kiosk_path(), {"value": "5", "key": KEY}, follow=True)
    assert "Next person" in words(done)
    assert Response.objects.get().pool == "kiosk"
    assert client.get(reverse("rate:kiosk", args=["counter", "0" * 40])).status_code == 404
    assert b"caches" in client.get(reverse("rate:kiosk_worker")).content


def test_everybody_reads_scores_with_response_and_comments(client: Client, division: Any) -> None:
    from heard.people.models import Division

    Division.objects.create(department=division.department, code="parks", name={"en": "Parks"})
    then = clock.now() - timedelta(days=40)
    assert "No answers in this period" in words(client.get(reverse("said:satisfaction")))
    rows = make([5] * 20 + [2] * 10, then, silent=30)
    make([1] * 4, then, division="parks")
    make([4] * 25, then, division="water")
    make([5] * 40, then, pool="kiosk")
    Comment.objects.create(
        response=rows[0], masked="Kind and quick.", division="streets", language="en",
        at=rows[0].answered_at, state="published", themes=["manner"], reply="Thank you!",
    )  # fmt: skip
    Comment.objects.create(
        response=rows[1], masked="Not yet read", division="streets", language="en",
        at=rows[1].answered_at,
    )  # fmt: skip
    page = words(client.get(reverse("said:satisfaction")))
    assert "Kind and quick." in page
    assert "Thank you!" in page
    assert "Not yet read" not in page
    assert "2 divisions are not shown" in page  # the small one, and the other so nobody subtracts
    own = words(client.get(reverse("said:division", args=["parks"])))
    assert "Too few answers to show" in own
    assert "kiosk" in page  # by itself, not in the score


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_answers_come_as_files_with_a_codebook(
    desk: Client, division: Any, form: str, tmp_path: Any
) -> None:
    import io
    import zipfile

    import pandas as pd

    make([5, 2, None], clock.now() - timedelta(days=9), given={"solved": "no", "comment": "Secret"})
    closing()
    body = desk.get(reverse("voice:export", args=[form]), {"division": "streets"}).content
    if form == "csv":
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            table = pd.read_csv(file.open("answers.csv"))
            book = file.read("codebook.csv").decode()
        assert "closing-1: satisfaction@1" in book
        assert "1 = Very dissatisfied" in book
    elif form == "xlsx":
        table = pd.read_excel(io.BytesIO(body), sheet_name="answers")
    else:
        table = pd.read_parquet(io.BytesIO(body))
    assert sorted(table["satisfaction"].dropna()) == [2, 5]
    assert set(table["solved"]) == {"no"}
    assert "comment" not in table.columns
    assert set(table["pool"]) == {"invited"}
    assert b"Secret" not in body


def test_an_export_is_no_formula() -> None:
    from heard.voice.exports import safe

    assert safe("=1+1") == "'=1+1"
