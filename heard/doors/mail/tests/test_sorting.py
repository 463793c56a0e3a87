"""The page of mails that wait: who may, what each decision does, and nothing leaks back."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heard.cases.models import Case
from heard.core.errors import NotAllowed, Refused
from heard.doors.mail.models import InMail, Outcome
from heard.doors.mail.services import accept, put_aside, take_in
from heard.doors.mail.tests.letters import mail, part, parts
from heard.people.models import Customer, Sameness
from heard.post.models import Dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def strange(case: Any, settings: Any, tmp_path: Any) -> InMail:
    """Eve quotes Ana's reference, with a file."""
    settings.MEDIA_ROOT = tmp_path
    return take_in(parts(
        "multipart/mixed", part("It is me, Ana.\n-- \nEve", "text/plain"),
        part("%PDF-", "application/pdf", "bad.pdf", True),
        part("notes", "text/plain", "n.txt", True),
        From="Eve <eve@else.example>", Subject=f"Case {case.reference}", Message_ID="<e@e.example>",
    ))  # fmt: skip


def test_the_list_is_for_those_who_sort(client: Client, strange: InMail, staff: Any) -> None:
    for role, status in (("agent", 200), ("manager", 200), ("administrator", 200),
                         ("field_worker", 403), ("cx_lead", 403)):  # fmt: skip
        client.force_login(staff(role))
        assert client.get("/desk/mail/").status_code == status, role
        home = client.get("/desk/today/?whole").content.decode()
        assert ("1 mail waits" in home) is (status == 200), role
        assert client.get(strange.get_absolute_url()).status_code == status, role
    with pytest.raises(NotAllowed):
        put_aside(strange, Outcome.SPAM, actor=staff("field_worker").as_actor())


def test_a_stranger_changes_nothing_and_hears_nothing(
    strange: InMail, case: Any, run_steps: Any
) -> None:
    run_steps()
    assert strange.waits
    assert not case.messages.exists()
    assert not Dispatch.objects.filter(address="eve@else.example").exists()
    assert not Customer.objects.filter(email="eve@else.example").exists()


def test_accepted_it_joins_the_case_and_the_two_may_be_one(
    client: Client, strange: InMail, case: Any, staff: Any, run_steps: Any
) -> None:
    from heard.attachments.models import Attachment

    client.force_login(staff())
    page = client.get(strange.get_absolute_url()).content.decode()
    assert "eve@else.example" in page
    assert case.reference in page
    assert "bad.pdf" in page  # the file we could not take is named
    path = f"{strange.get_absolute_url()}accept/"
    assert client.post(path, {"reference": "2222-2222"}).status_code == 422
    sent = {"reference": case.reference.lower(), "key": "k"}
    for _twice in range(2):
        assert client.post(path, sent).status_code == 302
    said = case.messages.get().words  # under Ana's name, in her language: so it says who wrote it
    assert said == "Eve escribió:\nIt is me, Ana."
    proposal = Sameness.objects.get()
    assert proposal.other.email == "eve@else.example"
    assert Attachment.objects.get().about == f"case:{case.pk}"
    run_steps()
    assert not Dispatch.objects.filter(address="eve@else.example").exists()
    whole = client.get(f"{case.get_absolute_url()}?whole").content.decode()
    assert "eve@else.example" in whole
    assert "Signature" in whole  # folded, not lost
    with pytest.raises(Refused, match="already"):
        accept(strange, case, actor=staff().as_actor())


def test_a_new_case_is_confirmed_to_its_sender(
    client: Client, strange: InMail, service: Any, staff: Any, run_steps: Any
) -> None:
    client.force_login(staff())
    path = f"{strange.get_absolute_url()}open/"
    assert client.post(path, {"service": ""}).status_code == 422
    assert client.post(path, {"service": service.code, "key": "k"}).status_code == 302
    strange.refresh_from_db()
    assert strange.case.customer.email == "eve@else.example"
    run_steps()
    assert Dispatch.objects.filter(address="eve@else.example", template="case_received").exists()


def test_put_aside_it_is_kept(client: Client, strange: InMail, staff: Any) -> None:
    client.force_login(staff())
    path = f"{strange.get_absolute_url()}aside/"
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"outcome": "spam", "key": "k"}).status_code == 302
    strange.refresh_from_db()
    assert (strange.outcome, strange.decided_by) == ("spam", staff())
    assert strange.subject not in client.get("/desk/mail/").content.decode()
    assert strange.subject in client.get("/desk/mail/?show=all&q=eve").content.decode()


def test_without_a_service_for_it_a_new_mail_waits(town: Any, settings: Any) -> None:
    settings.HEARD_MAIL_SERVICE = "general"
    row = take_in(mail("A lamp is out.", From="joe@new.example", Message_ID="<j@n.example>"))
    assert (row.outcome, row.why) == ("waits", "no_service")
    assert not Case.objects.exists()


def test_a_long_list_asks_no_more_often(client: Client, staff: Any, town: Any) -> None:
    client.force_login(staff())
    client.get("/desk/mail/")
    counts = []
    for size in range(2):
        for number in range(4):
            take_in(mail("x", From=f"{size}{number}@n.example", Message_ID=f"<{size}{number}@n>"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/es/desk/mail/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
