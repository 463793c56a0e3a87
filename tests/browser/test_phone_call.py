"""A call, from the ring to the case, with ten fingers and no mouse; and a visit in Spanish."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.answers.services import Content, publish, write_answer
from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.catalogue.models import Question
from heard.contacts.calls import Wish, ask_for_call
from heard.contacts.models import Contact
from heard.contacts.places import keep_places
from heard.contacts.services import Entry, record_contact
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.people.services import know_customer
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import check_accessible, check_narrow, look, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
MOST_TABS = 60


@pytest.fixture
def city(service: Any, staff: Any) -> Any:
    """Somebody we know, who has called before; a hole others told of; an answer; a script."""
    Question.objects.create(
        service=service, code="depth", kind="choice", required=True,
        label={"en": "How deep is it?", "es": "¿Qué tan hondo es?"},
        choices=[
            {"key": "hand", "name": {"en": "A hand or less", "es": "Una mano o menos"}},
            {"key": "more", "name": {"en": "More", "es": "Más"}},
        ],
    )  # fmt: skip
    actor, now = staff("agent").as_actor(), clock.now()
    walter = know_customer(
        name="Walter Boone", phone="303-555-0142", email="walter@home.example", actor=SYSTEM
    )
    ana = know_customer(name="Ana Ruiz", phone="303-555-0199", language="es", actor=SYSTEM)
    assert walter is not None
    assert ana is not None
    for days, words, place in ((9, "The lamp at the corner is dark.", "3 Oak Avenue"),):
        with clock.at(now - timedelta(days=days)):
            receive(
                Request(service=service, words=words, customer=walter, place=place), actor=SYSTEM
            )
            entry = Entry(
                channel="phone", reason="question", settled=True, customer=walter,
                words="When is the library open? Told him: until eight.",
            )  # fmt: skip
            record_contact(entry, actor=actor)
    hole = receive(
        Request(
            service=service, words="A deep hole by the school crossing.", customer=ana,
            place="12 Elm Street", language="es", lat=39.58, lon=-104.877,
        ),
        actor=SYSTEM,
    )  # fmt: skip
    keep_places([hole])
    manager = staff("manager").as_actor()
    content = Content(
        {"en": "How soon is a hole in the road filled?", "es": "¿Cuándo se tapa un hoyo?"},
        service.division,
        short={"en": "Within five days of your report.", "es": "En cinco días desde su aviso."},
    )
    publish(write_answer(content, actor=manager), actor=manager)
    return walter


class Hands:
    """Ten fingers on a keyboard. Whatever they reach has the focus, or they give up."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab

    def reach(self, selector: str) -> None:
        """Press Tab until the focus is there."""
        for _press in range(MOST_TABS):
            if self.tab.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by {MOST_TABS} tabs on {self.tab.url}")

    def type(self, selector: str, words: str) -> None:
        """Reach a field and fill it."""
        self.reach(selector)
        self.tab.keyboard.type(words)

    def press(self, selector: str, key: str = "Enter") -> None:
        """Reach something and press it, then wait for the page that comes."""
        self.reach(selector)
        with self.tab.expect_navigation():
            self.tab.keyboard.press(key)


def test_a_call_by_keyboard_alone(page: Page, site: str, staff: Any, city: Any) -> None:
    sign_in(page, site, staff("agent"))
    hands = Hands(page)
    page.goto("/desk/")
    hands.press('a[accesskey="w"]')
    expect(page.locator("#id_q")).to_be_focused()
    look(page, "call-1-who")
    page.locator("#id_q").focus()
    page.keyboard.type("5550142")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Walter Boone")).to_be_visible()
    expect(page.get_by_text("When is the library open?")).to_be_visible()
    look(page, "call-2-person")

    hands.press('a[href*="/desk/new/?customer="]')
    expect(page.locator("#id_words")).to_be_focused()
    page.keyboard.type("There is a big hole in the road and a bus nearly fell in")
    hands.type("#id_place", "12 Elm St")
    hands.press('button[value="look"]')
    expect(page.locator("#id_service")).to_be_focused()
    expect(page.locator("#id_service")).to_have_value("pothole")
    expect(page.get_by_text("Perhaps it is known already")).to_be_visible()
    expect(page.get_by_text("How soon is a hole in the road filled?").first).to_be_visible()
    look(page, "call-3-talking")

    # It is another hole, says Walter: ask on, read back, and take it down.
    page.locator("#id_service").focus()
    hands.reach('input[name="q_depth"]')
    page.keyboard.press("ArrowDown")
    hands.type("#id_understood", "You need the new hole at 12 Elm Street closed before school.")
    hands.reach("#id_confirmed")
    page.keyboard.press("Space")
    hands.press('button[value="take"]')
    case = Case.objects.get(customer=city, place="12 Elm St")
    expect(page.get_by_role("status").first).to_contain_text(case.reference)
    row = case.understandings.get()
    assert (row.answer, case.answers["depth"] in {"hand", "more"}) == ("confirmed", True)
    assert Contact.objects.filter(case=case, opened_case=True, channel="phone").count() == 1
    shot(page, "call-4-case")


def test_a_visit_at_the_counter_in_spanish(page: Page, site: str, staff: Any, city: Any) -> None:
    sign_in(page, site, staff("agent"))
    hands = Hands(page)
    page.goto("/es/desk/contacts/?q=nadie+conocido")
    expect(page.get_by_text("No encontramos a nadie")).to_be_visible()
    look(page, "counter-1-nobody-es")
    page.locator("#id_q").focus()
    hands.press('a[href*="/desk/new/?name="]')
    hands.reach("#id_channel")
    page.keyboard.type("mos")  # mostrador
    hands.reach("#id_language")
    page.keyboard.type("Esp")
    hands.type("#id_words", "Hay un hoyo en la calle frente a la escuela")
    hands.type("#id_place", "40 Oak Avenue")
    hands.press('button[value="look"]')
    expect(page.locator("#id_service")).to_have_value("pothole")
    expect(page.get_by_text("¿Qué tan hondo es?")).to_be_visible()
    look(page, "counter-2-talking-es")
    page.locator("#id_service").focus()
    hands.reach('input[name="q_depth"]')
    page.keyboard.press("ArrowDown")
    hands.type("#id_phone", "303-555-0177")
    hands.type("#id_understood", "Usted necesita que tapemos el hoyo frente a la escuela.")
    hands.reach("#id_confirmed")
    page.keyboard.press("Space")
    hands.press('button[value="take"]')
    case = Case.objects.get(place="40 Oak Avenue")
    assert (case.channel, case.language, case.customer.phone) == ("counter", "es", "303-555-0177")
    assert case.understandings.get().answer == "confirmed"
    assert Contact.objects.get(case=case).channel == "counter"
    expect(page.get_by_role("status").first).to_contain_text(case.reference)


def test_a_contact_a_call_back_and_the_figures(
    page: Page, site: str, staff: Any, city: Any, open_tab: Opener
) -> None:
    resident = open_tab(320, javascript=False)
    resident.goto("/person/#call-me")
    resident.get_by_label("Your phone number").fill("303-555-0142")
    resident.get_by_label("What is it about?").fill("My water bill")
    check_narrow(resident)
    resident.get_by_role("button", name="Call me").click()
    expect(resident.get_by_text("We call this number")).to_be_visible()
    with clock.at(clock.now() - timedelta(days=3)):
        ask_for_call(Wish(phone="303-555-0188", name="Grace Okafor"), actor=Actor("customer"))
    sign_in(page, site, staff("agent"))
    page.goto("/person/")
    look(page, "call-back-ask")
    page.goto(resident.url)
    look(page, "call-back-asked")
    page.goto("/desk/contacts/calls/")
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, "call-backs")
    page.get_by_role("link", name="303-555-0142").click()
    page.get_by_role("button", name="I call them").click()
    look(page, "call-back")
    page.get_by_role("button", name="I reached them").click()
    look(page, "contact-new")
    page.goto("/es/desk/contacts/new/")
    shot(page, "contact-new-es")
    for address, name in (
        ("/desk/contacts/kept/", "contacts-list"), ("/desk/contacts/figures/", "contact-figures"),
        ("/desk/caller?phone=7205550100", "new-caller"),
        ("/desk/contacts/?q=a%20boone%20nobody", "nobody"),
    ):  # fmt: skip
        page.goto(address)
        check_accessible(page)
        check_narrow(page)
        shot(page, name)
