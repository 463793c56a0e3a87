"""A resident's way through the site, as a person with a browser walks it."""

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.fixtures import Opener
from tests.browser.looking import check_accessible, check_narrow, look, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def offered(service: Any, staff: Any) -> Any:
    """A service with a question of each kind, a required place, an office and an agent."""
    from heard.catalogue.models import Question
    from heard.places.models import Office

    service.place = "required"
    service.save()
    kinds = ["text", "long_text", "choice", "yes_no", "number", "date"]
    for order, kind in enumerate(kinds):
        Question.objects.create(
            service=service, code=kind, kind=kind, order=order, required=kind == "choice",
            label={"en": f"A question of {kind}?", "es": f"¿Una pregunta de {kind}?"},
            hint={"en": "Take a guess.", "es": "Más o menos."},
            choices=[{"key": "big", "name": {"en": "Big", "es": "Grande"}},
                     {"key": "small", "name": {"en": "Small", "es": "Chico"}}],
        )  # fmt: skip
    Office.objects.create(
        code="hall", name={"en": "City Hall", "es": "Ayuntamiento"}, address="200 N Alder Street",
        phone="303-555-0102", hours="Mo-Fr 08:00-17:00; PH off",
    )  # fmt: skip
    staff("agent")
    return service


@pytest.mark.parametrize("language", ["", "/es"])
def test_the_pages_before_the_form(page: Page, offered: Any, language: str) -> None:
    pages = {
        "home": "/", "services": "/services/", "found": "/services/?q=a+hole+in+the+road+hoyo",
        "nothing-found": "/services/?q=qwxz", "group": "/services/?group=Streets",
        "service": "/services/pothole/?q=A+hole", "person": "/person/?q=A+hole", "find": "/find/",
        "about": "/about/", "accessibility": "/accessibility/", "privacy": "/privacy/",
    }  # fmt: skip
    for name, address in pages.items():
        page.goto(language + address)
        look(page, f"resident-{name}" + ("-es" if language else ""))


def send(tab: Page, **fields: str) -> None:
    for name, value in fields.items():
        tab.locator(f"[name={name}]").fill(value)
    tab.wait_for_timeout(1600)  # a person takes longer than a robot
    tab.get_by_role("button", name="Send", exact=True).click()


def seen_narrow(tab: Page, name: str) -> None:
    """On the phone, without scripts: no wider than the screen, and on a picture."""
    check_narrow(tab)
    shot(tab, name, widths=(320,))


def onward(tab: Page, fault: str = "") -> None:
    """Press the button of a page; with ``fault``, the page comes back and says so."""
    tab.get_by_role("button", name="Go on", exact=True).click()
    if fault:
        expect(tab.locator("#error-summary").get_by_text(fault)).to_be_visible()
    else:
        expect(tab.locator("#error-summary")).to_have_count(0)


def test_a_resident_on_an_old_phone_asks_corrects_and_withdraws(
    open_tab: Opener, offered: Any, staff: Any, complaints: list[str]
) -> None:
    """No script, 320 pixels, mistakes on the way: nothing is lost and nothing stops them."""
    from heard.cases.models import Case
    from heard.cases.understanding import state_understanding

    tab = open_tab(320, javascript=False)
    tab.goto("/")
    words = "There is a deep hole in front of my house & it grows."
    tab.get_by_label("Tell us what you need, in your own words").fill(words)
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("link", name="Pothole").first.click()
    expect(tab.locator("[name=words]")).to_have_value(words)
    onward(tab)
    seen_narrow(tab, "resident-questions")
    onward(tab, "Please choose an answer to “A question of choice?”")
    tab.locator("label", has_text="Big").click()
    onward(tab)
    onward(tab, "Please tell us where it is")
    tab.locator("[name=place]").fill("12 Elm Street")
    onward(tab)
    tab.locator("[name=email]").fill("ana at home")
    onward(tab, "Please check the email address")
    tab.go_back()
    tab.go_back()
    expect(tab.locator("[name=place]")).to_have_value("12 Elm Street")
    onward(tab)
    tab.locator("[name=email]").fill("ana@home.example")
    onward(tab)
    expect(tab.get_by_role("heading", name="Check your answers")).to_be_visible()
    expect(tab.locator("main")).to_contain_text(words)
    complaints.clear()  # the browser notes each 422
    seen_narrow(tab, "resident-check")
    tab.get_by_role("button", name="Send", exact=True).click()
    tab.wait_for_url("**/sent/")
    seen_narrow(tab, "resident-sent")
    case = Case.objects.get()
    expect(tab.get_by_text(case.reference, exact=True)).to_be_visible()
    tab.get_by_role("link", name="Open my request").click()
    tab.locator("[name=words]").fill("The neighbor's car is damaged.")
    tab.get_by_role("button", name="Send these words").click()
    expect(tab.get_by_text("We have added your words")).to_be_visible()
    state_understanding(case, "You want the hole on Pine filled.", actor=staff("agent").as_actor())
    tab.reload()
    seen_narrow(tab, "resident-understood")
    tab.get_by_text("Not quite").click()
    tab.get_by_label("What did we get wrong?").fill("It is Elm, not Pine.")
    tab.get_by_role("button", name="Send the correction").click()
    expect(tab.get_by_text("We read your correction")).to_be_visible()
    tab.get_by_role("link", name="I no longer need this").click()
    seen_narrow(tab, "resident-withdraw")
    tab.get_by_role("button", name="Yes, withdraw it").click()
    expect(tab.get_by_role("heading", name="You withdrew this request")).to_be_visible()
    seen_narrow(tab, "resident-withdrawn")


def test_the_pages_on_the_way_are_accessible(
    page: Page, offered: Any, staff: Any, complaints: list[str]
) -> None:
    from heard.cases.models import Case
    from heard.cases.understanding import state_understanding

    page.goto("/services/pothole/?whole=1")
    page.get_by_role("button", name="Send", exact=True).click()
    look(page, "resident-form-errors")
    page.locator("label", has_text="Big").click()
    send(page, words="A hole.", place="Elm", email="ana@home.example")
    page.wait_for_url("**/sent/")
    look(page, "resident-sent")
    case = Case.objects.get()
    state_understanding(case, "You want the hole filled.", actor=staff("agent").as_actor())
    page.goto(case.tracking_path() + "?answer=no#understood")
    page.get_by_role("button", name="Send the correction").click()
    expect(page.locator("#error-summary")).to_be_visible()
    look(page, "resident-understood")
    page.goto(case.tracking_path() + "withdraw/")
    look(page, "resident-withdraw")
    complaints.clear()  # the browser notes each 422


def test_a_case_in_each_state(page: Page, offered: Any, customer: Any, staff: Any) -> None:
    from datetime import timedelta

    from heard.cases import closing, services, understanding
    from heard.core import clock

    by = staff("agent").as_actor()

    def another() -> Any:
        request = services.Request(
            service=offered, words="Hay un hoyo grande frente a mi casa.", customer=customer,
            place="12 Elm Street", answers={"choice": "big", "yes_no": "yes"},
        )  # fmt: skip
        return services.receive(request, actor=customer.as_actor())

    with clock.at(clock.now() - timedelta(days=9)):
        made = {"received-late": another()}
    for name in ("received", "waiting", "resolved", "closed", "declined", "handed-over"):
        made[name] = another()
        understanding.state_understanding(made[name], "You want the hole filled.", actor=by)
    done = "We filled the hole on Monday and checked the curb beside it."
    services.reply(made["waiting"], "Which side of the street is it?", actor=by, wait=True)
    closing.resolve(made["resolved"], outcome="done", words=done, actor=by)
    closing.close(made["closed"], outcome="done", words=done, actor=by)
    closing.ask_to_reopen(made["closed"], reason="It is back.", actor=customer.as_actor())
    closing.decline(made["declined"], words="This is a private road.", actor=by)
    closing.hand_over(made["handed-over"], words="The county has it: 303-555-0190.", actor=by)
    for name, case in made.items():
        page.goto(case.tracking_path())
        look(page, f"resident-case-{name}")


@pytest.mark.only_measures("cases_received")  # a worker's turn is also a refresh
def test_the_survey_by_keyboard_and_the_way_back(
    page: Page, case: Any, staff: Any, complaints: list[str]
) -> None:
    from heard.cases.closing import close
    from heard.cases.models import ReopenRequest
    from heard.voice.models import Invitation, Response

    close(case, outcome="done", words="Filled.", actor=staff("agent").as_actor())
    call_command("work", once=True)
    address = Invitation.objects.get().path()
    page.goto(f"{address}?s=2")
    look(page, "resident-survey")
    assert not Response.objects.exists()
    page.locator("[name=satisfaction]:checked").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("label[for=id_solved_2]").click()
    page.locator("[name=comment]").fill("The hole is still there.")
    page.get_by_role("button", name="Send my answer").click()
    page.wait_for_url("**/thanks/")
    assert Response.objects.get().satisfaction == 1
    look(page, "resident-survey-thanks")
    page.get_by_role("button", name="Ask us to look again").click()
    expect(page.get_by_text("A person looks at it again").first).to_be_visible()
    assert ReopenRequest.objects.get().reason == "The hole is still there."
    page.goto(address)
    look(page, "resident-survey-answered")


def test_an_impatient_thumb_makes_one_case(open_tab: Opener, offered: Any) -> None:
    from heard.cases.models import Case

    for javascript in (True, False):
        tab = open_tab(320, javascript=javascript)
        tab.goto("/services/pothole/?whole=1")
        tab.locator("[name=words]").fill(f"A hole, {javascript}.")
        tab.locator("[name=place]").fill("Elm")
        tab.locator("[name=phone]").fill("303-555-0144")
        tab.locator("label", has_text="Big").click()
        tab.wait_for_timeout(1600)
        tab.get_by_role("button", name="Send", exact=True).dblclick()
        tab.wait_for_url("**/sent/")
    assert Case.objects.count() == 2


def test_going_back_and_sending_again_leads_to_the_same_case(
    open_tab: Opener, offered: Any
) -> None:
    from heard.cases.models import Case

    tab = open_tab(320)
    tab.goto("/services/pothole/?whole=1")
    tab.locator("label", has_text="Big").click()
    send(tab, words="A hole.", place="Elm", phone="303-555-0144")
    tab.wait_for_url("**/sent/")
    tab.go_back()
    expect(tab.locator("[name=words]")).to_have_value("A hole.")
    tab.get_by_role("button", name="Send", exact=True).click()
    tab.wait_for_url("**/sent/")
    assert Case.objects.count() == 1


def test_pages_that_say_no_lead_on(page: Page, offered: Any, complaints: list[str]) -> None:
    for name, address in {
        "wrong-link": "/case/AAAA-BBBB/wrong/", "no-service": "/services/none/",
    }.items():  # fmt: skip
        assert page.goto(address).status == 404  # type: ignore[union-attr]
        expect(page.get_by_role("link", name="Talk to a person").first).to_be_visible()
        look(page, f"resident-{name}")
    page.goto("/services/pothole/?whole=1")
    page.evaluate(
        """() => {  // in a hidden field: to lay out three million letters takes the browser long
          const field = document.createElement("input");
          field.type = "hidden";
          field.name = "pasted";
          field.value = "x".repeat(3000000);
          document.querySelector("form.form").append(field);
        }"""
    )
    page.get_by_role("button", name="Send", exact=True).click()
    expect(
        page.get_by_role("heading", name="That is more than we can take at once")
    ).to_be_visible()
    check_accessible(page)
    check_narrow(page)
    complaints.clear()  # the browser notes the refusals themselves
