"""Mail that waits, texts, mentions and who is the same person, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.doors.mail.services import take_in
from heard.doors.mail.tests.letters import mail
from heard.doors.sms.models import InText
from heard.doors.social.models import Source
from heard.mentions.services import Found, keep
from heard.people import identity
from heard.people.services import know_customer
from tests.browser.fixtures import sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_mail_and_texts_that_wait(
    site: str, open_tab: Any, staff: Any, case: Any, settings: Any, tmp_path: Any
) -> None:
    settings.HEARD_SMS_URL = "https://AC1:token@carrier.example?from=+13035550100"
    settings.HEARD_SMS_CENTS = 0.8
    row = take_in(mail(
        "I am Ana’s neighbor, the hole is on my side too.\n\nSent from my iPhone\n\n"
        "On Mar 3, 2026, at 10:02 AM, Testville <case@city.example> wrote:\n> Hello Ana\n",
        From="Eve Long <eve@else.example>", Subject=f"Re: Bache ({case.reference})",
        Message_ID="<e@else.example>",
    ))  # fmt: skip
    InText.objects.create(
        sid="SM1", sender="+13035550177", text="Is it done?", at=clock.now(), outcome="waits"
    )
    desk = open_tab()
    sign_in(desk, site, staff("agent"))
    desk.goto("/desk/mail/")
    look(desk, "mail-list")
    desk.get_by_role("link", name=row.subject).click()
    desk.get_by_text("Quoted text").click()
    expect(desk.get_by_text("> Hello Ana")).to_be_visible()
    look(desk, "mail-show")
    desk.goto("/es" + row.get_absolute_url())
    look(desk, "mail-show-es")
    desk.goto(row.get_absolute_url())
    desk.get_by_role("button", name="Add it to the case").click()
    expect(desk.get_by_text("It stands in the conversation now.")).to_be_visible()
    desk.goto("/desk/texts/")
    look(desk, "texts-list")
    desk.get_by_role("link", name="Is it done?").click()
    look(desk, "texts-show")
    case.customer.preferred_channel, case.customer.phone = "sms", "303-555-0142"
    case.customer.save()
    desk.goto(f"{case.get_absolute_url()}?whole")
    look(desk, "texts-case")
    desk.get_by_text("Write a text message").click()
    desk.get_by_label("Your text message").fill("Mañana viene la cuadrilla.")
    desk.get_by_role("button", name="Length and price").click()
    expect(desk.get_by_text("It costs about")).to_be_visible()
    look(desk, "texts-compose")


def test_mentions_and_the_same_person(
    site: str, open_tab: Any, staff: Any, case: Any, customer: Any
) -> None:
    found = Found(
        "mastodon:1", "1", "Mastodon", "@testville the pool is closed again, third Saturday!",
        clock.now(), url="https://kind.example/@bo/1", author="Bo Park", handle="@bo@kind.example",
        answer_in_place=True,
    )  # fmt: skip
    row, _made = keep(found, actor=SYSTEM)
    twin = know_customer(name="Ana Ruiz", phone="303-555-0142", actor=SYSTEM)
    assert twin is not None
    same = identity.propose(
        customer, twin, evidence={"kind": "phone", "same_name": True}, actor=SYSTEM
    )
    assert same is not None
    Source.objects.create(kind="bridge", name="Nextdoor")
    desk = open_tab()
    sign_in(desk, site, staff("administrator"))
    desk.goto("/desk/mentions/")
    look(desk, "mentions-list")
    desk.goto(row.get_absolute_url())
    desk.get_by_label("Your public answer").fill("We are sorry. It opens on Monday.")
    desk.get_by_role("button", name="Answer in public").click()
    expect(desk.get_by_text("Your answer is on its way.")).to_be_visible()
    look(desk, "mentions-show")
    desk.goto("/desk/mentions/file/")
    look(desk, "mentions-file")
    desk.goto("/desk/mentions/sources/")
    look(desk, "mentions-sources")
    desk.goto("/es/desk/same-person/")
    look(desk, "same-list-es")
    desk.goto(same.get_absolute_url())
    look(desk, "same-show")
    desk.get_by_label("How do you know?").fill("She told me both on the phone.")
    desk.get_by_role("button", name="Join them").click()
    expect(desk.get_by_text("They are one person now.")).to_be_visible()
    look(desk, "same-joined")
    desk.goto(f"/desk/contacts/person/{customer.pk}/")
    look(desk, "same-person")
