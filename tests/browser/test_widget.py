"""The widget on a page of another site with a strict content policy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import Opener
from tests.browser.looking import check_accessible, check_narrow, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def other_site(site: str) -> Iterator[str]:
    """A city's own page on another origin: it allows our script and our address, nothing else."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                "<!doctype html><html lang='en'><title>Roads</title><body><main><h1>Roads</h1>"
                f"<p>About our roads.</p></main><script src='{site}/widget.js' defer></script>"
            ).encode()
            self.send_response(200 if self.path == "/roads" else 204)
            self.send_header("Content-Type", "text/html")
            self.send_header(
                "Content-Security-Policy",
                f"default-src 'none'; script-src {site}; connect-src {site}",
            )
            self.end_headers()
            if self.path == "/roads":
                self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_ask_report_and_rate_from_another_site(
    open_tab: Opener, other_site: str, service: Any, complaints: list[str]
) -> None:
    from heard.doors.widget.models import PageRating

    tab = open_tab()
    tab.goto(f"{other_site}/roads")
    check_accessible(tab)
    opener = tab.get_by_role("button", name="Ask, report or rate")
    opener.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="How can we help?")).to_be_focused()
    check_accessible(tab)
    check_narrow(tab)
    shot(tab, "widget")
    tab.get_by_label("Ask a question").fill("a hole in the road")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("link", name="Pothole")).to_be_visible()
    tab.get_by_role("button", name="Send my rating").click()
    expect(tab.get_by_text("Please choose how well this page helped you.")).to_be_visible()
    tab.get_by_label("Mostly").check()
    tab.get_by_label("What was missing").fill("No map.")
    tab.get_by_role("button", name="Send my rating").click()
    expect(tab.get_by_text("Thank you. We read every rating.")).to_be_visible()
    check_accessible(tab)
    row = PageRating.objects.get()
    assert (row.page, row.rating, row.words) == (f"{other_site}/roads", 4, "No map.")
    tab.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    address = tab.get_by_role("link", name="Report something").get_attribute("href")
    assert address is not None
    assert address.endswith(f"from={other_site.replace(':', '%3A').replace('/', '%2F')}%2Froads")
