"""The desk: building a survey, places, taking answers down, alerts, comments, the report."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.post.models import Dispatch
from heard.voice.instruments import in_force, instrument
from heard.voice.models import Alert, Comment, Instrument, Invitation, Response, Spot
from heard.voice.services import Answers, Subject, answer, invite
from heard.voice.tests.making import closing, make


def words(page: Any) -> str:
    return str(page.content.decode())


def question(n: int, **values: str) -> dict[str, str]:
    return {f"q-{n}-{name}": value for name, value in values.items()}


def test_a_survey_is_built_looked_at_and_published(desk: Client, division: Any) -> None:
    rules = {"code": "permits", "name_en": "After a permit", "name_es": "Tras un permiso",
             "occasion": "permit", "is_active": "on", "sampling_share": "50",
             "recontact_days": "0"}  # fmt: skip
    assert "Draft: After a permit" in words(desk.post(reverse("voice:new"), rules, follow=True))
    again = desk.post(reverse("voice:new"), rules)
    assert again.status_code == 422
    given = {"q-TOTAL_FORMS": "2", "q-INITIAL_FORMS": "0",
             **question(0, key="effort", kind="effort", label_en="It was easy to get my permit.",
                        label_es="Fue fácil obtener mi permiso.", place="2"),
             **question(1, key="rooms", kind="matrix", label_en="Please rate", label_es="Califique",
                        options="desk | Our desk | La ventanilla\nweb | Our page | La página",
                        place="1")}  # fmt: skip
    address = reverse("voice:draft", args=["permits"])
    wrong = given | question(1, options="desk | Our desk")
    faulty = desk.post(address, wrong)
    assert faulty.status_code == 422
    assert "Line 1: write short_name | English | Spanish." in words(faulty)
    assert "It was easy to get my permit." in words(faulty)  # nothing typed is lost
    page = words(desk.post(address, given, follow=True))
    assert "Publish these words" in page
    assert "How it reads" in page
    assert page.index("Our desk") < page.index("It was easy to get my permit.")
    page = words(desk.post(reverse("voice:publish", args=["permits"]), follow=True))
    assert "Version 1" in page
    version = in_force(Instrument.objects.get(code="permits"))
    assert [one["key"] for one in version.questions] == ["rooms", "effort"]


def test_the_preview_warns_of_series_that_will_break(desk: Client, division: Any) -> None:
    page = words(desk.get(reverse("voice:draft", args=[closing().instrument.code])))
    assert "How satisfied are you with how we handled this?" in page
    given = {"q-TOTAL_FORMS": "1", "q-INITIAL_FORMS": "0",
             **question(0, key="satisfaction", kind="csat", label_en="Happy?")}  # fmt: skip
    page = words(desk.post(reverse("voice:draft", args=["closing"]), given, follow=True))
    assert "These series will break" in page
    assert "It cannot be published yet" in page  # Spanish is missing
    page = words(desk.post(reverse("voice:publish", args=["closing"]), follow=True))
    assert "still needs its words in Español" in page
    desk.post(reverse("voice:drop", args=["closing"]))
    assert in_force(closing().instrument).number == 1
    assert "being asked" in words(desk.get(reverse("voice:surveys")))
    kept = {"name_en": "Closing", "name_es": "Cierre", "occasion": "case", "is_active": "on",
            "sampling_share": "40", "recontact_days": "7"}  # fmt: skip
    desk.post(reverse("voice:survey", args=["closing"]), kept)
    assert instrument("closing").sampling_share == 40


def test_a_place_gets_its_poster_slip_and_kiosk(desk: Client, spot: Spot) -> None:
    page = words(desk.get(reverse("voice:place", args=["counter"])))
    assert "/rate/counter/" in page
    for size in ("poster", "receipt"):
        made = desk.get(reverse("voice:printed", args=["counter", size]))
        assert made.content.startswith(b"%PDF")
    values = {"name_en": "Desk", "name_es": "Mesa", "instrument": str(spot.instrument_id)}
    desk.post(reverse("voice:place", args=["counter"]), values)
    spot.refresh_from_db()
    assert (spot.name["en"], spot.is_active) == ("Desk", False)
    more = values | {"code": "annex", "is_active": "on"}
    assert desk.post(reverse("voice:place_new"), more).status_code == 302
    assert desk.post(reverse("voice:place_new"), more).status_code == 422
    assert "annex" in words(desk.get(reverse("voice:places")))


def test_an_answer_read_out_by_phone_counts_once_in_its_pool(
    client: Client, staff: Any, customer: Any
) -> None:
    client.force_login(staff("agent"))
    row = invite(Subject("visit:9"), customer=customer, language="es", actor=SYSTEM)
    found = client.get(reverse("voice:taking"), {"reference": row.reference.lower()})
    page = words(client.get(found["Location"]))
    assert "¿Quedó resuelto?" in page  # in the customer's language
    assert "Read this out, word for word" in page
    empty = client.post(found["Location"], {})
    assert empty.status_code == 422
    client.post(found["Location"], {"satisfaction": "4", "solved": "yes"})
    given = Response.objects.get()
    assert (given.pool, given.mode, given.invitation.pool) == ("phone", "phone", "invited")
    assert "already answered" in words(client.get(found["Location"]))
    assert client.get(reverse("voice:taking"), {"reference": "NONE"}).status_code == 404


def test_paper_forms_are_entered_one_after_the_other(desk: Client, division: Any) -> None:
    closing()
    address = reverse("voice:paper", args=["closing"])
    key = "a" * 32
    sent = {"satisfaction": "2", "division": "streets", "key": key, "language": "es"}
    for _twice in range(2):  # a double click is one form
        assert desk.post(address, sent).status_code == 302
    assert desk.post(address, {"division": "streets", "key": "b" * 32}).status_code == 422
    given = Response.objects.get()
    assert (given.pool, given.mode, given.invitation.division) == ("paper", "paper", "streets")
    assert given.invitation.language == "es"


def test_people_of_a_file_are_asked_once_with_a_report(
    desk: Client, division: Any, run_steps: Any
) -> None:
    closing()
    survey = instrument("closing")
    content = (
        b"id,email,phone,name,language,division\n"
        b"1,ana@home.example,,Ana,es,streets\n2,,303-555-0142,Bo,en,\n"
        b"3,,,Cy,,\n4,ana@home.example,,Ana,es,streets\n5,d@home.example,,,,nowhere\n"
    )

    def send(body: bytes = content) -> Any:
        file = SimpleUploadedFile("visits.csv", body)
        sent = {"kind": "visit", "instrument": survey.pk, "file": file}
        return desk.post(reverse("voice:people"), sent)

    page = words(send())
    assert "2 people are asked." in page
    assert "Line 4: it has neither an email address nor a number." in page
    assert "was asked about something else a short while ago" in page
    assert "there is no division “nowhere”" in page
    assert "3 were in an earlier file." in words(send())
    assert "UTF-8" in words(send(b"\xff\xfe"))
    assert "name the columns" in words(send(b"name\nx\n"))
    with clock.at(datetime(2026, 5, 21, 5, tzinfo=UTC)):  # 23:00 in Denver
        run_steps()
    letter = Dispatch.objects.get(template="survey_invitation", channel="email")
    assert letter.due_at > datetime(2026, 5, 21, 14, tzinfo=UTC)  # after the quiet hours
    assert "?s=5" in letter.text
    assert "¿Qué tan satisfecho/a" in letter.html
    assert Invitation.objects.get(about="visit:1").dispatch == letter


def test_an_alert_is_settled_by_saying_what_was_done(desk: Client, customer: Any) -> None:
    row = invite(
        Subject("visit:1", division="streets"), customer=customer, language="en", actor=SYSTEM
    )
    assert row is not None
    answer(row, Answers(satisfaction=1, comment="Nobody came.", wants_answer=True), actor=SYSTEM)
    page = words(desk.get(reverse("voice:alerts")))
    assert "wants to hear from us" in page
    assert "Nobody came." in page
    assert "wants to hear from us" in words(desk.get(reverse("desk:today") + "?whole"))
    alert = Alert.objects.get()
    desk.post(reverse("voice:settle", args=[alert.pk]), {"words": ""})
    desk.post(reverse("voice:settle", args=[alert.pk]), {"words": "Called her; crew sent."})
    alert.refresh_from_db()
    assert alert.words == "Called her; crew sent."
    assert "Nobody waits for us" in words(desk.get(reverse("voice:alerts")))


def test_a_comment_is_published_masked_with_its_reply(desk: Client, division: Any) -> None:
    row = invite(Subject("visit:1", division="streets"), customer=None, language="en", actor=SYSTEM)
    assert row is not None
    said = "Call Maria Lopez at 303-555-0142, the hole is back."
    answer(row, Answers(satisfaction=2, comment=said), actor=SYSTEM)
    comment = Comment.objects.get()
    assert comment.masked == "Call [name] at [phone], the hole is back."
    assert "[phone]" in words(desk.get(reverse("voice:comments")))
    address = reverse("voice:comment", args=[comment.pk])
    assert "303-555-0142" not in words(desk.get(address))
    refused = desk.post(address, {"masked": said, "do": "publish"})
    assert refused.status_code == 422
    assert "There still seems to be a name" in words(refused)
    assert desk.post(address, {"masked": "x", "do": "hold"}).status_code == 422
    desk.post(address, {"masked": comment.masked, "do": "publish", "mood": "negative",
                        "themes": ["outcome"], "reply": "It is mended."})  # fmt: skip
    comment.refresh_from_db()
    assert (comment.state, comment.themes, comment.reply) == (
        "published", ["outcome"], "It is mended.",
    )  # fmt: skip
    desk.post(address, {"masked": "x", "do": "spam"})
    assert Response.objects.get().is_spam


@pytest.mark.parametrize("per_month", [12, 30])
def test_the_report_of_a_division_asks_as_many_questions_whatever_there_is(
    desk: Client, division: Any, per_month: int, django_assert_max_num_queries: Any
) -> None:
    now = clock.now()
    for months in range(1, 4):
        make([5, 4, 2] * (per_month // 3), now - timedelta(days=30 * months), silent=per_month)
    desk.get(reverse("voice:division", args=["streets"]))
    with django_assert_max_num_queries(34):
        page = words(desk.get(reverse("voice:division", args=["streets"])))
    assert "What goes with it" in page
    assert "50%" in page  # of those asked answered


def test_a_manager_sees_the_own_division_alone(client: Client, staff: Any, division: Any) -> None:
    from heard.people.models import Division

    Division.objects.create(department=division.department, code="parks", name={"en": "Parks"})
    client.force_login(staff("manager"))
    assert client.get(reverse("voice:division", args=["streets"])).status_code == 200
    assert client.get(reverse("voice:division", args=["parks"])).status_code == 403
    export = reverse("voice:export", args=["csv"])
    assert client.get(export, {"division": "parks"}).status_code == 403


def test_what_moves_with_satisfaction_is_shown(desk: Client, division: Any) -> None:
    now = datetime(2026, 5, 20, 18, tzinfo=UTC)
    asked = now - timedelta(days=20)
    for satisfaction, ease, solved in (
        (5, 5, "yes"), (5, 4, "yes"), (4, 4, "partly"), (2, 3, "no"), (1, 1, "no"), (2, 1, "partly")
    ):  # fmt: skip
        make([satisfaction] * 12, asked, given={"ease": ease, "solved": solved})
    with clock.at(now):
        page = words(desk.get(reverse("voice:division", args=["streets"])))
    assert "Together they account for" in page
    assert "72 complete answers" in page
