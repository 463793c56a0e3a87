"""A running house and a real Chromium to walk through it. Other folders import these fixtures."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
TIMEOUT = 30_000  # machines that build other things meanwhile are slow


def find_chromium() -> str | None:
    """The browser to drive: ``HEARD_CHROMIUM``, or the first that is installed."""
    said = os.environ.get("HEARD_CHROMIUM")
    if said:
        return said
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium here: install one, or say where it is in HEARD_CHROMIUM")
    # Playwright keeps an event loop in this thread, which Django would take for a server's.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as driver:
            arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
            browser = driver.chromium.launch(executable_path=path, args=arguments)
            yield browser
            browser.close()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        if before is not None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def site(live_server: Any) -> str:
    """The address of a running house on the test database, such as ``http://localhost:41234``."""
    return str(live_server.url)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of: script errors, the content policy, missing files.

    The test fails if any is left; one that provokes a complaint on purpose clears the list.
    """
    found: list[str] = []
    yield found
    assert not found, "the browser complained:\n" + "\n".join(found)


Opener = Callable[..., Page]


@pytest.fixture
def open_tab(chromium: Browser, site: str, complaints: list[str]) -> Iterator[Opener]:
    """``open_tab(width=320, javascript=False, locale="es-US")``: a fresh visitor's browser tab."""
    contexts: list[BrowserContext] = []

    def opened(width: int = 1280, *, javascript: bool = True, locale: str = "en-US") -> Page:
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale=locale,
            reduced_motion="reduce",
        )
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: _note(complaints, message))
        tab.on("pageerror", lambda error: complaints.append(f"{tab.url}: {error}"))
        return tab

    yield opened
    for context in contexts:
        context.close()


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    address = message.location.get("url", "")
    # A page left before our own style sheet came is drawn in the design system's first font, which
    # is not among the files served; nobody sees that page.
    if message.type in {"error", "warning"} and "/uswds/fonts/source-sans" not in address:
        complaints.append(f"{address}: {message.text}")


@pytest.fixture
def page(open_tab: Opener) -> Page:
    """A tab of 1280 pixels with JavaScript."""
    return open_tab()


def sign_in(tab: Page, site: str, person: Any) -> None:
    """Make the tab that of a member of staff, without the sign-in page."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    tab.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])


@pytest.fixture
def other_site(site: str) -> Iterator[str]:
    """A city's own page on another origin: it allows our script and our address, nothing else."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                "<!doctype html><html lang='en'><title>Roads</title><body><main><h1>Roads</h1>"
                f"<p>About our roads.</p></main><script src='{site}/widget.js' defer></script>"
            ).encode()
            self.send_response(200 if self.path.startswith("/roads") else 204)
            self.send_header("Content-Type", "text/html")
            self.send_header(
                "Content-Security-Policy",
                f"default-src 'none'; script-src {site}; connect-src {site}",
            )
            self.end_headers()
            if self.path.startswith("/roads"):
                self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
