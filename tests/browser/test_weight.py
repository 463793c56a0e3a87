"""How much a resident's first load weighs: every file the browser asks for, compressed.

Fonts and photos are left out. Files are compressed with gzip here; what is served is mostly brotli,
which is smaller.
"""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Response

from tests.browser.fixtures import Opener

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
MOST = 120 * 1024
LEFT_OUT = ("font/", "image/jpeg", "image/png", "image/webp")


def weight(open_tab: Opener, path: str) -> tuple[int, dict[str, int]]:
    """Bytes of a first load, and of each file in it."""
    tab = open_tab(320)
    answers: list[Response] = []
    tab.on("response", lambda answer: answers.append(answer))
    tab.goto(path, wait_until="load")
    sizes = {}
    for answer in answers:
        kind = answer.headers.get("content-type", "")
        if answer.status == 200 and not kind.startswith(LEFT_OUT) and ".woff" not in answer.url:
            sizes[answer.url] = len(gzip.compress(answer.body()))
    tab.context.close()
    return sum(sizes.values()), sizes


def test_no_first_load_of_a_resident_is_heavier_than_120_kb(
    open_tab: Opener, service: Any, case: Any, staff: Any, complaints: list[str]
) -> None:
    from heard.catalogue.models import Question

    for order in range(8):
        Question.objects.create(
            service=service, code=f"q{order}", order=order, kind="choice",
            label={"en": f"Question {order}?"},
            choices=[{"key": str(n), "name": {"en": f"Answer {n}"}} for n in range(5)],
        )  # fmt: skip
    paths = [
        "/", "/services/", "/services/pothole/", "/services/pothole/?whole=1", "/find/", "/person/",
        "/offices/", "/results/", "/answers/", "/es/services/pothole/", case.tracking_path(),
    ]  # fmt: skip
    heavy = {}
    for path in paths:
        total, sizes = weight(open_tab, path)
        assert len(sizes) > 3, path  # the page and its style sheets at least
        if total > MOST:
            heavy[path] = (total, sizes)
        print(f"{path}: {total / 1024:.1f} KB")  # noqa: T201 - the figures, with -s
    assert heavy == {}
