"""A client of the Mastodon API: read what mentions us, answer, and see what was deleted.

Bearer token, pages by the ``Link`` header, 429 with ``X-RateLimit-Reset``, 404 for what is gone.
"""

from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

TIMEOUT = (5, 20)
MOST_PAGES = 20
MOST_BYTES = 4_000_000


class Gone(Exception):
    """The status is deleted, or no longer shown to us."""


class NotTaken(Exception):
    """The server will never take what we sent; ``str()`` is its reason."""


class SlowDown(OSError):
    """The server asks us to come back later."""


@dataclass(frozen=True, slots=True)
class Mastodon:
    """One account at one server."""

    base: str
    token: str

    def mentions(self, *, after: str = "") -> list[dict[str, Any]]:
        """Notifications of mentions that are newer than ``after`` (an id), oldest first."""
        found: list[dict[str, Any]] = []
        url = f"{self.base}/api/v1/notifications"
        params: dict[str, Any] | None = {"types[]": "mention", "limit": 40}
        if after and params is not None:
            params["since_id"] = after
        for _page in range(MOST_PAGES):
            answer = self._ask("GET", url, params=params)
            found += [each for each in _json(answer) if isinstance(each, dict)]
            url = str(answer.links.get("next", {}).get("url", ""))
            params = None  # the address of the next page says all
            if not url.startswith(f"{self.base}/"):  # a token goes to its own server only
                break
        return found[::-1]

    def status(self, status_id: str) -> dict[str, Any]:
        """One status; ``Gone`` where its author deleted it."""
        told = _json(self._ask("GET", f"{self.base}/api/v1/statuses/{_plain(status_id)}"))
        return told if isinstance(told, dict) else {}

    def reply(self, text: str, *, to: str, language: str, key: str) -> dict[str, Any]:
        """Answer a status in public, once per key."""
        told = _json(
            self._ask(
                "POST",
                f"{self.base}/api/v1/statuses",
                json={"status": text, "in_reply_to_id": to, "language": language},
                headers={"Idempotency-Key": key},
            )
        )
        return told if isinstance(told, dict) else {}

    def _ask(self, method: str, url: str, **rest: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **rest.pop("headers", {})}
        answer = requests.request(
            method, url, headers=headers, timeout=TIMEOUT, allow_redirects=False, **rest
        )
        if answer.status_code == 429:
            raise SlowDown(f"Too many calls until {answer.headers.get('X-RateLimit-Reset', '?')}.")
        if answer.status_code in (404, 410):
            raise Gone(url)
        if answer.status_code in (401, 403, 400, 422):
            raise NotTaken(f"The server answers {answer.status_code}: {answer.text[:300]}")
        if answer.status_code >= 300:
            raise OSError(f"The server answers {answer.status_code}.")
        if len(answer.content) > MOST_BYTES:
            raise OSError("The server's answer is too long.")
        return answer


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise OSError("The server's answer is not JSON.") from error


def _plain(status_id: str) -> str:
    """An id as it may stand in an address: letters, digits, dashes."""
    return "".join(c for c in status_id if c.isalnum() or c in "-_")[:80]


def client() -> Mastodon | None:
    """The account of the settings; None where none is set."""
    url, token = settings.HEARD_MASTODON_URL, settings.HEARD_MASTODON_TOKEN
    return Mastodon(url.rstrip("/"), token) if url and token else None
