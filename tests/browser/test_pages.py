"""The pages of the house itself: patterns, sign-in, errors, in a real browser."""

import base64
import hmac
import re
import struct
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.mark.parametrize("address", ["/patterns/", "/es/patterns/"])
def test_patterns_are_accessible(page: Page, town: Any, address: str) -> None:
    page.goto(address)
    look(page, "patterns" + ("-es" if address.startswith("/es") else ""))


def test_patterns_at_the_desk(page: Page, site: str, staff: Any) -> None:
    sign_in(page, site, staff("manager"))
    page.goto("/patterns/?layout=desk")
    look(page, "patterns-desk")


def test_sign_in_page(page: Page, town: Any) -> None:
    page.goto("/account/login/")
    look(page, "sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#error-summary")).to_be_visible()
    look(page, "sign-in-errors")


def test_signing_in_and_out(page: Page, site: str, staff: Any) -> None:
    person = staff("agent")
    page.goto("/account/login/?next=/patterns/%3Flayout%3Ddesk")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill("let me in 42")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/patterns/**")
    expect(page.locator(".deskbar__name")).to_have_text(person.name)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: "patterns" not in address)


@pytest.mark.parametrize("name", ["two-step/", "reauthenticate/", "password/change/"])
def test_my_account(page: Page, site: str, staff: Any, name: str) -> None:
    sign_in(page, site, staff("agent"))
    page.goto(f"/account/{name}")
    look(page, "account-" + name.strip("/").replace("/", "-"))


def test_two_step_sign_in(page: Page, open_tab: Opener, site: str, staff: Any) -> None:
    person = staff("agent")
    sign_in(page, site, person)
    page.goto("/account/two-step/totp/activate/")
    page.get_by_label("Password", exact=True).fill("let me in 42")
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/totp/activate/")
    look(page, "account-two-step-activate")
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("#id_code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/recovery-codes/**")
    look(page, "account-recovery-codes")

    other = open_tab()
    other.goto("/account/login/?next=/account/two-step/")
    other.get_by_label("Email").fill(person.email)
    other.get_by_label("Password", exact=True).fill("let me in 42")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/authenticate/**")
    look(other, "account-two-step-code")
    other.locator("#id_code").fill("000000")
    other.get_by_role("button", name="Sign in").click()
    other.locator("#error-summary").wait_for()
    expect(other).to_have_url(re.compile("authenticate"))


def code_of(secret: str) -> str:
    """The six digits an authenticator shows now. Source: RFC 6238 with its defaults."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_skip_link_is_the_first_stop(page: Page, town: Any) -> None:
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_language_switch_keeps_the_page(page: Page, town: Any) -> None:
    page.goto("/patterns/?q=hole")
    page.locator(".strip__languages a").click()
    page.wait_for_url("**/es/patterns/?q=hole")
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_error_pages(page: Page, town: Any, complaints: list[str]) -> None:
    page.goto("/no/such/page/")
    expect(page.get_by_role("link", name="303-555-0100").first).to_be_visible()
    look(page, "not-found")
    complaints.clear()  # the browser notes the 404 itself


def test_everything_is_there_without_javascript(open_tab: Opener, town: Any) -> None:
    page = open_tab(320, javascript=False)
    page.goto("/patterns/")
    page.locator("#id_given-satisfaction_4").check(force=True)
    page.get_by_text("See the numbers as a table").first.click()
    expect(page.get_by_role("table", name="Answered on time").first).to_be_visible()


def test_a_form_with_errors_leads_to_the_field(page: Page, town: Any) -> None:
    page.goto("/patterns/")
    page.locator("#error-summary a").first.click()
    expect(page.locator("#id_faulty-words")).to_be_focused()


def test_the_administration_works_under_our_content_policy(
    page: Page, site: str, staff: Any, service: Any
) -> None:
    sign_in(page, site, staff("administrator"))
    page.goto("/admin/")
    lists = page.locator("#content-main th a").evaluate_all("all => all.map(a => a.href)")
    forms = page.locator("#content-main a.addlink").evaluate_all("all => all.map(a => a.href)")
    assert forms
    for address in lists + forms:
        page.goto(address)
    shot(page, "admin", widths=(1280,))


def test_one_type_family(page: Page, town: Any) -> None:
    page.goto("/patterns/")
    others = page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
          .filter(e => !getComputedStyle(e).fontFamily.includes("Public Sans"))
          .map(e => e.tagName + "." + (e.getAttribute("class") || "")).slice(0, 9)"""
    )
    assert not others
