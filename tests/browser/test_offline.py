"""A form filled in without a connection: kept, sent when there is one again, and one case."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import Opener
from tests.browser.looking import check_accessible, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

READY = """async () => {
  await navigator.serviceWorker.ready;
  for (let turn = 0; turn < 200; turn += 1) {
    const kept = (await (await caches.open("forms")).keys()).length;
    if (kept && navigator.serviceWorker.controller) return true;
    await new Promise((done) => setTimeout(done, 25));
  }
  return false;
}"""


def with_a_copy(tab: Page, path: str) -> None:
    """Open a service while connected, until the browser has a copy of its form."""
    tab.goto(path, timeout=30_000)  # the first page of a fresh house takes its time
    assert tab.evaluate(READY)


def test_a_form_filled_in_without_a_connection_becomes_one_case(
    open_tab: Opener, service: Any, complaints: list[str]
) -> None:
    from heard.cases.models import Case

    tab = open_tab(320)
    with_a_copy(tab, "/services/pothole/")
    tab.context.set_offline(True)
    tab.goto("/services/pothole/")  # answered by the copy
    tab.locator("[name=words]").fill("A hole by the bridge.")
    tab.locator("[name=place]").fill("The bridge")
    tab.locator("[name=email]").fill("ana@home.example")
    tab.get_by_role("button", name="Send", exact=True).click()
    said = tab.locator("[data-waiting]")
    expect(said).to_contain_text("Saved on this device")
    check_accessible(tab)
    shot(tab, "offline-kept")
    assert not Case.objects.exists()
    tab.goto("/services/")  # another page: not there, and it says so
    expect(tab.locator("h1")).to_have_text("You have no connection")
    waiting = tab.evaluate("self.outbox.all().then((all) => all.map((i) => [i.key, i.url]))")
    assert len(waiting) == 1

    complaints.clear()  # the browser noted each try without a connection
    again = tab.evaluate("self.outbox.all()")
    tab.context.set_offline(False)
    expect(said).to_contain_text("has been sent")
    case = Case.objects.get()
    assert (case.words, case.place) == ("A hole by the bridge.", "The bridge")
    assert case.customer.email == "ana@home.example"

    # Sent once more, as after a lost answer: the same case, and the same page.
    tab.evaluate("async (all) => { for (const i of all) await self.outbox.put(i); }", again)
    told = tab.evaluate("self.outbox.flush()")
    assert Case.objects.count() == 1
    tab.goto(told[0]["address"])
    expect(tab.locator("main")).to_contain_text(case.reference)
    complaints.clear()


def test_what_cannot_be_sent_comes_back_into_the_form(
    open_tab: Opener, service: Any, complaints: list[str]
) -> None:
    from heard.cases.models import Case

    tab = open_tab(locale="es-US")
    with_a_copy(tab, "/es/services/pothole/")
    tab.context.set_offline(True)
    tab.goto("/es/services/pothole/")
    tab.locator("[name=words]").fill("Un hoyo.")
    tab.get_by_role("button", name="Enviar").click()  # no way back was given, nor a wish for none
    said = tab.locator("[data-waiting]")
    expect(said).to_contain_text("Guardado en este dispositivo")
    tab.context.set_offline(False)
    expect(said).to_contain_text("Dé un correo electrónico")
    tab.get_by_role("button", name="Volver a ponerlo en el formulario").click()
    expect(tab.locator("[name=words]")).to_have_value("Un hoyo.")
    assert not Case.objects.exists()
    complaints.clear()
