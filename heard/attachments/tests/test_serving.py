"""Who sees a file, and how it is served."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.attachments import access
from heard.attachments.models import Attachment
from heard.attachments.services import take
from heard.attachments.showing import for_customer
from heard.attachments.tests.pictures import SECRET, picture
from heard.attachments.tests.test_taking import PDF
from heard.core.actors import SYSTEM
from heard.core.references import link_secret
from heard.people.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def attach(case: Any, data: bytes = b"", **more: Any) -> Attachment:
    given: dict[str, Any] = {"name": "hole.jpg", "about": f"case:{case.pk}", "actor": SYSTEM} | more
    return take(data or picture(), **given).attachment


def secret_of(case: Any) -> str:
    return link_secret("case", case.pk, case.link_version)


def get(client: Client, row: Attachment, secret: str, copy: str = "full") -> Any:
    return client.get(reverse("files:shown", args=[row.reference, secret, copy]))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_customer_sees_the_photo_and_nothing_hidden_in_it(client: Client, case: Any) -> None:
    row = attach(case)
    for shown in for_customer([row], secret_of(case)):
        for address in (shown.full, shown.small):
            answer = client.get(address)
            served = body(answer)
            assert answer["Content-Type"] == "image/jpeg"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cache-Control"] == "private, no-store"
            assert "sandbox" in answer["Content-Security-Policy"]
            assert served[:3] == b"\xff\xd8\xff"
            assert SECRET not in served
            assert b"Exif" not in served


def test_nobody_without_the_secret_of_this_very_case(
    client: Client, case: Any, service: Any
) -> None:
    from heard.cases.services import Request, receive

    other = receive(Request(service=service, words="Another."), actor=SYSTEM)
    row, hidden = attach(case), attach(case, internal=True)
    draft = attach(case, about="draft:abc")
    assert get(client, row, secret_of(case)).status_code == 200
    for wrong in (secret_of(other), "0" * 40, case.reference):
        assert get(client, row, wrong).status_code == 404
    assert get(client, hidden, secret_of(case)).status_code == 404
    assert get(client, draft, secret_of(case)).status_code == 404
    assert get(client, row, secret_of(case), "original").status_code == 404
    case.link_version += 1
    old = link_secret("case", case.pk, case.link_version - 1)
    case.save()
    assert get(client, row, old).status_code == 404
    assert get(client, row, secret_of(case)).status_code == 200


def test_a_kind_nobody_answers_for_is_shown_to_nobody(client: Client, case: Any) -> None:
    row = attach(case, about="mystery:1")
    assert "mystery" not in access._rules
    assert get(client, row, secret_of(case)).status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_staff_who_read_cases(
    role: str, client: Client, case: Any, staff: Callable[..., Any]
) -> None:
    from heard.people.roles import may

    person, row = staff(role), attach(case, internal=True)
    draft = attach(case, about="draft:abc")
    address = reverse("files_desk:shown", args=[row.reference, "small"])
    assert client.get(address).status_code == 302
    client.force_login(person)
    assert client.get(address).status_code == (200 if may(person, "read cases") else 403)
    unsent = client.get(reverse("files_desk:shown", args=[draft.reference, "full"]))
    assert unsent.status_code in {403, 404}


def test_a_document_is_always_saved_never_shown(client: Client, case: Any) -> None:
    row = attach(case, PDF, name='bill "1".pdf')
    answer = get(client, row, secret_of(case))
    assert answer["Content-Disposition"] == 'attachment; filename="bill 1.pdf"'
    assert body(answer) == PDF
    text = attach(case, b"<script>alert(1)</script>", name="x.html")
    answer = get(client, text, secret_of(case))
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_lost_file_is_a_page_not_a_fault(client: Client, case: Any) -> None:
    row = attach(case)
    row.full.storage.delete(str(row.full.name))
    assert get(client, row, secret_of(case)).status_code == 404


def test_the_page_of_the_case_at_the_desk(
    client: Client, case: Any, staff: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    client.force_login(staff("agent"))
    page = client.get(f"/desk/case/{case.reference}/?whole").content.decode()
    assert "Photos and files" not in page
    attach(case)
    attach(case, PDF, name="bill.pdf", internal=True)
    page = client.get(f"/desk/case/{case.reference}/?whole").content.decode()
    assert page.count("/desk/files/") == 3
    assert "bill.pdf" in page


@pytest.mark.parametrize("files", [9, 1])
def test_too_much_at_once_is_stopped_while_it_comes(
    files: int, client: Client, settings: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    size = 10 if files > 1 else 8_000_000
    settings.HEARD_FILE_BYTES = 1_000_000
    sent = [SimpleUploadedFile(f"{n}.jpg", b"x" * size) for n in range(files)]
    answer = client.post("/find/", {"reference": "x", "photos": sent})
    assert answer.status_code == 413
    assert "Go back" in answer.content.decode()
