"""What the tests of the residents' door share."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from heard.core.references import link_secret


def words_of(page: Any) -> str:
    """What a reader sees of a page: its text without tags, on one line."""
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", page.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def pieces_of(page: Any) -> set[str]:
    """The pieces of text of a page's own part, each as it stands between two tags."""
    own = page.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return {" ".join(html.unescape(piece).split()) for piece in re.split(r"<[^>]+>", own)}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, whatever language the last request of another left behind."""
    with translation.override("en"):
        yield


@pytest.fixture
def seen() -> Callable[[Any], str]:
    return words_of


@pytest.fixture
def path_of() -> Callable[..., str]:
    """The address of a page or an act of a case."""

    def path(case: Any, action: str = "", version: int | None = None) -> str:
        secret = link_secret("case", case.pk, version or case.link_version)
        if action:
            return reverse("web:act", args=[case.reference, secret, action])
        return reverse("web:case", args=[case.reference, secret])

    return path


@pytest.fixture
def act(client: Client, path_of: Callable[..., str]) -> Callable[..., Any]:
    """``act(case, "add", words="...")`` as a browser sends it, following to the next page."""

    def do(case: Any, action: str, **data: Any) -> Any:
        return client.post(path_of(case, action), {"key": KEY, **data}, follow=True)

    return do


KEY = "0f9f0b5c-5ad0-4a6e-9a40-0d7f38a3ef10"


@pytest.fixture
def report(client: Client, service: Any) -> Callable[..., Any]:
    """Send the pothole form; ``sure`` stands for the second tap of somebody very quick."""

    def send(**data: Any) -> Any:
        given = {
            "words": "There is a hole.",
            "place": "12 Elm Street",
            "email": "joe@home.example",
            "language": "en",
            "key": KEY,
            "sure": "yes",
        }
        address = reverse("web:service", args=[service.code])
        return client.post(address, {k: v for k, v in (given | data).items() if v is not None})

    return send
