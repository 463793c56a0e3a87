"""The pages of mentions: who may, what each button does, and how they look when empty."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.doors.social.models import Source
from heard.mentions.models import Mention
from heard.mentions.services import Found, forget, keep

pytestmark = pytest.mark.django_db


def post(number: int, text: str = "The pool is closed again", **more: Any) -> Mention:
    found = Found("mastodon:1", str(number), "Mastodon", text, clock.now(), handle="@bo@x.example",
                  author="Bo", url="https://x.example/1", **more)  # fmt: skip
    return keep(found, actor=SYSTEM)[0]


def test_who_may(client: Client, town: Any, staff: Any) -> None:
    row = post(1)
    for role, status in (("agent", 200), ("cx_lead", 200), ("field_worker", 403)):
        client.force_login(staff(role))
        assert client.get("/desk/mentions/").status_code == status
        assert client.get(row.get_absolute_url()).status_code == status
        assert client.get("/desk/mentions/sources/").status_code == 403
    client.force_login(staff("administrator"))
    assert client.get("/desk/mentions/sources/").status_code == 200


def test_a_mention_from_first_look_to_case(client: Client, service: Any, staff: Any) -> None:
    row = post(1, answer_in_place=True)
    client.force_login(staff())
    path = row.get_absolute_url()
    assert client.post(f"{path}answer/", {"words": ""}).status_code == 422
    page = client.post(f"{path}answer/", {"words": "x" * 451})
    assert "x" * 451 in page.content.decode()  # nothing typed is lost
    for _twice in range(2):
        client.post(f"{path}answer/", {"words": "We open on Monday.", "key": "k"})
    assert row.answers.count() == 1
    assert client.post(f"{path}judge/", {"tone": "complaint"}).status_code == 302
    given = {"service": service.code, "words": "Pool closed.", "place": "12 Elm", "key": "c"}
    assert client.post(f"{path}case/", given | {"words": ""}).status_code == 422
    assert client.post(f"{path}case/", given).status_code == 302
    case = Case.objects.get()
    row.refresh_from_db()
    assert (row.tone, row.about, case.channel, case.words) == (
        "complaint", f"case:{case.pk}", "social", "Pool closed.",
    )  # fmt: skip
    whole = client.get(f"{case.get_absolute_url()}?whole").content.decode()
    assert "The pool is closed again" in whole
    assert "We open on Monday." in client.get(path).content.decode()
    forget(row, actor=SYSTEM)
    whole = client.get(f"{case.get_absolute_url()}?whole").content.decode()
    assert "The pool is closed again" not in whole
    shown = client.get(path).content.decode()
    assert "Its author deleted this post" in shown
    assert "bo@x.example" not in shown
    assert client.post(f"{path}judge/", {"tone": "praise"}).status_code == 422


def test_what_needs_no_answer_leaves_the_list(client: Client, town: Any, staff: Any) -> None:
    row = post(1)
    client.force_login(staff())
    assert "pool is closed" in client.get("/desk/mentions/").content.decode()
    assert "1 mention to look at" in client.get("/desk/today/?whole").content.decode()
    assert "let us answer from here" in client.get(row.get_absolute_url()).content.decode()
    client.post(f"{row.get_absolute_url()}aside/", {})
    assert "Nothing to look at" in client.get("/desk/mentions/").content.decode()
    found = client.get("/es/desk/mentions/?show=all&tone=none&q=POOL").content.decode()
    assert "pool is closed" in found


def test_sources_are_added_and_turned_off(client: Client, town: Any, staff: Any) -> None:
    client.force_login(staff("administrator"))
    path = "/desk/mentions/sources/"
    assert client.post(path, {"add": "1", "kind": "feed", "name": "F"}).status_code == 422
    assert client.post(path, {"add": "1", "kind": "bridge", "name": "N"}).status_code == 302
    source = Source.objects.get()
    page = client.get(path).content.decode()
    assert source.secret() in page
    assert f"/hooks/social/{source.pk}/" in page
    for what in ("secret", "off", "delete"):
        client.post(path, {"source": str(source.pk), "do": what})
    source.refresh_from_db()
    assert (source.secret_version, source.is_active) == (2, False)


def test_a_file_shows_its_rejects(client: Client, town: Any, staff: Any) -> None:
    client.force_login(staff("cx_lead"))
    file = SimpleUploadedFile("m.csv", b"id,at,text\n1,2026-03-04,Hello\n2,never,Bye\n")
    page = client.post("/desk/mentions/file/", {"name": "Nextdoor", "file": file})
    assert "Line 3" in page.content.decode()
    assert Mention.objects.get().source == "file:nextdoor"
    wrong = SimpleUploadedFile("m.csv", b"\xff\xfe")
    page = client.post("/desk/mentions/file/", {"name": "Nextdoor", "file": wrong})
    assert (page.status_code, "UTF-8" in page.content.decode()) == (422, True)


def test_a_long_list_asks_no_more_often(client: Client, staff: Any, town: Any) -> None:
    client.force_login(staff())
    client.get("/desk/mentions/")
    counts = []
    for size in range(2):
        for number in range(4):
            post(size * 10 + number)
        with CaptureQueriesContext(connection) as asked:
            client.get("/desk/mentions/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
