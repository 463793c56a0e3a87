"""A network, and the city's account at it."""

from collections.abc import Iterator
from typing import Any

import pytest

from heard.doors.social.tests.server import TOKEN, Server


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def network(one_server: Server, settings: Any) -> Server:
    one_server.forget()
    settings.HEARD_MASTODON_URL = one_server.url
    settings.HEARD_MASTODON_TOKEN = TOKEN
    return one_server
