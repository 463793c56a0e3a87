"""A client that speaks JSON with a key."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from heard.keys.models import Scope
from heard.keys.tests.making import made_key

ALL = tuple(Scope.values)


class Speaker:
    """``speaker.get(path)``, ``speaker.post(path, body)``: with the key in the header."""

    def __init__(self, whole: str) -> None:
        self.client, self.whole = Client(), whole

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.whole}", **more}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers())

    def post(self, path: str, body: Any, **more: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=self.headers(**more)
        )


@pytest.fixture
def speak(staff: Callable[..., Any]) -> Callable[..., Speaker]:
    """``speak("cases:read", division=…)``: somebody with such a key; all scopes by default."""

    def made(*scopes: str, **rest: Any) -> Speaker:
        chosen = scopes or ALL
        if Scope.WORK_CASES in chosen:
            rest.setdefault("acts_as", staff("agent"))
        return Speaker(made_key(*chosen, **rest)[1])

    return made
