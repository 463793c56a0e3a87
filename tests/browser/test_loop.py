"""The loop, once round, in a real browser: asked in Spanish, corrected, done, rated, seen."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look, shot

pytestmark = [
    pytest.mark.only_measures("cases_received", "on_time", "days_to_close", "satisfaction"),
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

BEFORE = 12  # answers already given, so that the number is not too small to show


@pytest.fixture
def answers_of_others(
    service: Any, staff: Callable[..., Any], tmp_path: Path, settings: Any
) -> None:
    """Twelve customers were helped and answered, two of them badly."""
    from heard.cases.closing import close
    from heard.cases.services import Request, receive
    from heard.core import clock
    from heard.core.actors import SYSTEM
    from heard.people.services import know_customer
    from heard.voice.models import Invitation
    from heard.voice.services import Answers, answer

    settings.LAKE = tmp_path / "lake"
    actor = staff("agent").as_actor()
    earlier = clock.now() - timedelta(hours=5)
    with clock.at(earlier):
        for number in range(BEFORE):
            customer = know_customer(email=f"c{number}@home.example", actor=SYSTEM)
            assert customer
            asked = receive(
                Request(service=service, words=f"Hole {number}", customer=customer),
                actor=customer.as_actor(),
            )
            close(asked, outcome="done", words="Filled.", actor=actor)
    call_command("work", once=True)
    with clock.at(earlier + timedelta(hours=1)):
        for number, invitation in enumerate(Invitation.objects.all()):
            answer(invitation, Answers(satisfaction=1 if number < 2 else 4), actor=SYSTEM)


def the_worker_runs() -> None:
    """What the worker does within seconds: steps, letters, facts and figures."""
    call_command("work", once=True)
    call_command("measures", "refresh", verbosity=0)


def last_letter(template: str) -> Any:
    from heard.post.models import Dispatch

    return Dispatch.objects.filter(template=template).order_by("-id").first()


def link_in(letter: Any, site: str, part: str) -> str:
    """The first link of a letter that leads to ``part``, on the running house."""
    found = re.search(rf"https?://[^/\s]+(/\S*{part}/\S*)", letter.text)
    assert found, letter.text
    return site + found.group(1)


def report_in_spanish(tab: Page) -> str:
    """Say it in one's own words, choose the service, send; returns the address of the case."""
    tab.goto("/es/")
    shot(tab, "loop-1-start")
    tab.locator("input[name=q], textarea[name=q]").first.fill("Hay un hoyo enorme en mi calle")
    tab.locator("form:has([name=q]) button[type=submit]").first.click()
    tab.get_by_role("link", name="Bache").first.click()
    expect(tab.locator("[name=words]")).to_have_value(re.compile("hoyo enorme"))
    tab.locator("[name=place]").fill("Frente al 12 de la calle Elm")
    tab.locator("[name=name]").fill("Ana Ruiz")
    tab.locator("[name=email]").fill("ana@home.example")
    look(tab, "loop-2-form")
    tab.wait_for_timeout(1600)  # a person takes longer than a robot
    tab.get_by_role("button", name="Enviar").click()
    tab.wait_for_url("**/case/**")
    look(tab, "loop-3-sent")
    return tab.url


def choose(tab: Page, radio: str) -> None:
    """Choose by keyboard: some radio buttons lie under their label, some over it."""
    tab.locator(radio).focus()
    tab.keyboard.press("Space")
    expect(tab.locator(radio)).to_be_checked()


def do(desk: Page, name: str, **fields: str) -> None:
    """Open one of the actions of the case page, fill it in, send it."""
    box = desk.locator(f"#do-{name}")
    if box.evaluate("e => e.tagName === 'DETAILS' && !e.open"):
        box.locator("summary").click()
    for field, value in fields.items():
        target = box.locator(f"[name={field}]")
        if target.first.evaluate("e => e.tagName") == "SELECT":
            target.select_option(value)
        elif target.first.get_attribute("type") == "radio":
            choose(desk, f"#do-{name} [name={field}][value='{value}']")
        else:
            target.fill(value)
    box.locator("button[type=submit]").click()
    desk.wait_for_load_state()


def test_the_loop_once_round(
    open_tab: Opener, site: str, answers_of_others: None, staff: Callable[..., Any]
) -> None:
    from heard.cases.models import Case
    from heard.voice.models import Response

    the_worker_runs()
    public = open_tab()
    public.goto("/results/satisfaction/")
    before = public.locator("main").inner_text()

    resident = open_tab(320, locale="es-US")
    report_in_spanish(resident)
    case = Case.objects.get(customer__email="ana@home.example")
    assert (case.language, case.state) == ("es", "received")
    assert case.due_at is not None
    the_worker_runs()
    tracking = link_in(last_letter("case_received"), site, "case")

    desk = open_tab()
    sign_in(desk, site, staff("agent"))
    desk.goto("/desk/")
    desk.get_by_role("link", name=re.compile(case.reference)).first.click()
    look(desk, "loop-4-desk-case")
    do(desk, "understand", words="Usted pide que tapemos un bache frente al 12 de la calle Pine.")

    the_worker_runs()
    resident.goto(link_in(last_letter("case_understood"), site, "case"))
    look(resident, "loop-5-understood")
    if not resident.locator("[name=correction]").is_visible():
        resident.locator(".not-quite summary").click()
    resident.locator("[name=correction]").fill("Es la calle Elm, no la calle Pine.")
    resident.get_by_role("button", name="Enviar la corrección").click()
    resident.wait_for_load_state()
    case.refresh_from_db()
    assert case.state == "received"

    desk.goto(f"/desk/case/{case.reference}/")
    expect(desk.locator("main")).to_contain_text("Es la calle Elm")
    do(desk, "understand", words="Usted pide que tapemos un bache frente al 12 de la calle Elm.")
    resident.goto(tracking)
    resident.locator(".panel__yes button").click()
    resident.wait_for_load_state()
    desk.goto(f"/desk/case/{case.reference}/")
    do(desk, "finish", outcome="done", words="Tapamos el bache el lunes.", how="close")
    the_worker_runs()

    letter = last_letter("case_closed")
    assert "Tapamos el bache" in letter.text
    assert letter.language == "es"
    survey = link_in(letter, site, "survey")
    resident.goto(survey)
    expect(resident.locator("html")).to_have_attribute("lang", "es")
    choose(resident, "[name=satisfaction][value='5']")
    choose(resident, "[name=solved][value=yes]")
    resident.locator("[name=comment]").fill("Rápido y amable, gracias.")
    look(resident, "loop-6-survey")
    resident.locator("main form button[type=submit]").click()
    resident.wait_for_url("**/thanks/**")
    look(resident, "loop-7-thanks")
    assert Response.objects.filter(invitation__about=f"case:{case.pk}", satisfaction=5).count() == 1
    resident.goto(survey)
    expect(resident.locator("[name=satisfaction]")).to_have_count(0)  # the link worked once

    the_worker_runs()
    public.goto("/results/satisfaction/")
    after = public.locator("main").inner_text()
    assert after != before
    assert str(BEFORE + 1) in after
    look(public, "loop-8-results")

    manager = open_tab()
    sign_in(manager, site, staff("manager"))
    manager.goto("/desk/division/streets/")
    expect(manager.locator("main")).to_contain_text("Rápido y amable, gracias.")
    look(manager, "loop-9-division")
