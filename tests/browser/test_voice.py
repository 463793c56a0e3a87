"""Five ways to answer, each counted once in its own pool, and the response rate right."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request as Post
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

from heard.cases.closing import close
from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.doors.sms.models import InText
from heard.doors.sms.signing import signature_of
from heard.doors.sms.tests.carrier import TOKEN, Carrier
from heard.doors.widget.models import PageRating
from heard.people.models import Customer
from heard.post.services import send_due
from heard.voice.instruments import instrument
from heard.voice.models import Comment, Invitation, Response, Spot
from heard.voice.reports.funnel import funnel
from heard.voice.reports.scores import overall
from heard.voice.reports.slices import Slice
from heard.voice.spots import Place, keep_spot
from heard.voice.tests.making import make
from tests.browser.fixtures import sign_in
from tests.browser.looking import check_accessible, check_narrow, look, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def closed_case(service: Any, staff: Any, run_steps: Any, **who: Any) -> Invitation:
    person = Customer.objects.create(created_at=clock.now(), **who)
    case = receive(
        Request(service=service, words="A hole.", language="en", customer=person, place="Elm"),
        actor=person.as_actor(),
    )
    close(case, outcome="done", words="Filled.", actor=staff("agent").as_actor())
    run_steps()
    return Invitation.objects.select_related("customer", "dispatch").get(about=f"case:{case.pk}")


def kiosk(division: Any) -> Spot:
    place = instrument("place")
    assert place is not None
    name = {"en": "Front counter", "es": "Ventanilla"}
    return keep_spot("counter", Place(name, place, division), actor=SYSTEM)


def waiting(page: Page, number: int) -> None:
    page.locator(f"body[data-waiting-answers='{number}']").wait_for()


def test_five_ways_to_answer_counted_once_each(
    site: str, page: Page, open_tab: Any, service: Any, division: Any, staff: Any, run_steps: Any,
    complaints: list[str], settings: Any, other_site: str,
) -> None:  # fmt: skip
    mailed = closed_case(service, staff, run_steps, email="ana@home.example")
    texted = closed_case(service, staff, run_steps, phone="303-555-0142", preferred_channel="sms")
    called = closed_case(service, staff, run_steps, email="bo@home.example")
    silent = closed_case(service, staff, run_steps, email="cy@home.example")
    assert {mailed.via, called.via, silent.via, texted.via} == {"email", "sms"}

    by_mail(page, mailed)
    with Carrier() as carrier:
        settings.HEARD_SMS_URL, settings.HEARD_URL = carrier.url, site
        by_sms(site, carrier, texted)
    by_phone(open_tab(), site, called, staff("agent"))
    at_the_kiosk(open_tab(), kiosk(division), complaints)
    by_widget(open_tab(), other_site)

    # Every one once, in its pool, whatever was sent twice.
    today = clock.now().date()
    week = Slice(today - timedelta(3), today + timedelta(3), division="streets")
    found = funnel(week)
    assert (found.invited, found.answered) == (4, 3)
    assert found.rate == 0.75
    pools = sorted(Response.objects.values_list("pool", "mode", "satisfaction"))
    assert pools == [
        ("invited", "sms", 2), ("invited", "web", 4), ("kiosk", "kiosk", 1),
        ("kiosk", "kiosk", 5), ("phone", "phone", 3), ("widget", "web", 4),
    ]  # fmt: skip
    assert overall(week).n == 2
    at_kiosk = Slice(week.first, week.last, pools=("kiosk",), instrument="place")
    assert overall(at_kiosk).n == 2


def by_mail(page: Page, row: Invitation) -> None:
    """The first answer is in the mail; a scanner counts nothing, a person's first move does."""
    assert row.dispatch is not None
    letter = row.dispatch
    assert f"{row.path()}?s=4" in letter.text
    page.goto(f"{row.path()}?s=4")
    page.wait_for_timeout(300)
    page.evaluate("document.dispatchEvent(new PointerEvent('pointerdown'))")  # as a robot would
    assert not Response.objects.filter(invitation=row).exists()
    with page.expect_response(lambda answer: "/first/" in answer.url):
        page.mouse.wheel(0, 40)
    given = Response.objects.get(invitation=row)
    assert (given.satisfaction, given.is_provisional) == (4, True)
    page.get_by_label("What should we know?").fill("Quick.")
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("heading", name="Thank you. We heard you.").wait_for()
    given.refresh_from_db()
    assert (given.satisfaction, given.comment, given.is_provisional) == (4, "Quick.", False)


def by_sms(site: str, carrier: Carrier, row: Invitation) -> None:
    """Asked by text through the carrier; a number texted back counts, a second goes to people."""
    send_due()
    asked = [text["Body"] for text in carrier.texts if text["To"] == "+13035550142"]
    assert sum("Reply with a number from 1" in body for body in asked) == 1
    text_back(site, "SM1", "2. Still bumpy")
    text_back(site, "SM1", "2. Still bumpy")  # the carrier repeats itself
    text_back(site, "SM2", "5")
    given = Response.objects.get(invitation=row)
    assert (given.satisfaction, given.comment) == (2, "Still bumpy")
    assert InText.objects.get(sid="SM2").outcome == "waits"


def text_back(site: str, sid: str, words: str) -> None:
    """A text as the carrier hands it on, signed, over HTTP."""
    given = {"MessageSid": sid, "From": "+13035550142", "To": "+13035550100", "Body": words,
             "NumMedia": "0"}  # fmt: skip
    address = f"{site}/hooks/sms/"
    signed = signature_of(TOKEN, address, ((name, [value]) for name, value in given.items()))
    post = Post(address, urlencode(given).encode(), {"X-Twilio-Signature": signed})
    with urlopen(post, timeout=30) as answer:
        assert answer.status == 200


def by_widget(page: Page, other_site: str) -> None:
    """On a page of the city's own site, with the one script it carries."""
    page.goto(f"{other_site}/roads?session=7")
    page.get_by_role("button", name="Ask, report or rate").click()
    page.get_by_role("group", name="How satisfied are you with this page?").wait_for()
    page.get_by_label("Satisfied", exact=True).check()
    page.get_by_role("button", name="Send my rating").click()
    page.get_by_text("Thank you. We read every rating.").wait_for()
    assert PageRating.objects.get().page == f"{other_site}/roads"


def by_phone(page: Page, site: str, row: Invitation, agent: Any) -> None:
    """The agent reads it out, word for word."""
    sign_in(page, site, agent)
    page.goto("/desk/voice/taking/")
    check_accessible(page)
    page.get_by_label("Reference of the invitation").fill(row.reference)
    page.get_by_role("button", name="Read it out").click()
    page.locator('label[for="id_satisfaction_2"]').click()
    check_accessible(page)
    page.get_by_role("button", name="Keep the answer").click()
    page.get_by_text("The answer is kept").wait_for()
    page.goto(f"/desk/voice/taking/phone/{row.reference}/")
    page.get_by_role("heading", name="This customer has already answered").wait_for()


def at_the_kiosk(page: Page, spot: Spot, complaints: list[str]) -> None:
    """One answer with the network, one without it, kept over a reload and sent later."""
    page.goto(spot.kiosk_path())
    check_accessible(page)
    check_narrow(page)
    shot(page, "kiosk")
    page.get_by_role("button", name="Very satisfied").click()
    page.get_by_role("button", name="No, I am done").click()
    page.get_by_role("heading", name="Thank you. We heard you.").wait_for()
    waiting(page, 0)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from here on the worker keeps the page
    page.reload()
    page.context.set_offline(True)
    page.get_by_role("button", name="Very dissatisfied").click()
    page.get_by_label("What should we know?").fill("Long line")
    page.get_by_role("button", name="Send my words").click()
    waiting(page, 1)
    page.get_by_text("answers are kept here and sent later").wait_for()
    page.reload()  # without a network the page opens again, and the answer is still there
    waiting(page, 1)
    complaints.clear()  # of the network that was away
    kept = page.evaluate("localStorage.getItem(document.body.dataset.store)")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    waiting(page, 0)
    # The answer got lost on the way back: sent again, it counts nothing.
    page.evaluate("rows => localStorage.setItem(document.body.dataset.store, rows)", kept)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    waiting(page, 0)
    given = Response.objects.get(pool="kiosk", satisfaction=1)
    assert given.comment == "Long line"


def test_the_division_and_the_public_page_are_fit_to_be_read(
    site: str, page: Page, division: Any, service: Any, staff: Any
) -> None:
    now = clock.now()
    for month in range(6):
        at = now - timedelta(days=30 * month + 2)
        rows = make([5] * 9 + [4] * 6 + [2] * 4, at, silent=20)
        make([3] * 4, at, division="parks")
        make([5] * 8, at, pool="kiosk")
    Comment.objects.create(
        response=rows[0], masked="Kind, and quick.", division="streets", language="en",
        at=now - timedelta(days=1), state="published", themes=["manner"], reply="Thank you!",
    )  # fmt: skip
    for address, name in (
        ("/results/what-customers-say/", "said-city"),
        ("/es/results/what-customers-say/streets/", "said-division"),
    ):
        page.goto(address)
        look(page, name)
    sign_in(page, site, staff("cx_lead"))
    for address, name in (
        ("/desk/voice/division/streets/", "voice-division"),
        ("/desk/voice/surveys/closing/draft/", "voice-draft"),
        ("/desk/voice/comments/", "voice-comments"),
    ):
        page.goto(address)
        look(page, name)
