"""Who asks: the key in the header, what it may do, and how often."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from heard.core.limits import address_of, within
from heard.keys import limits, services
from heard.keys.models import ApiKey, Scope

WRONG_KEYS_A_MINUTE = 30


@dataclass(frozen=True, slots=True)
class Asks:
    """The key of a request and how it stands with its limit."""

    key: ApiKey
    standing: limits.Standing


class TooOften(HttpError):
    """The limit is reached; ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(429, "This is too often. Wait as long as Retry-After says.")


class Key(HttpBearer):
    """``Authorization: Bearer heard_…`` with a key that has the scope."""

    openapi_description = "A key issued in the administration."

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Asks | None:
        """The key, or None: then the answer is 401. A key without the scope is told so."""
        key = services.find(token)
        if key is None:
            if not within("api-key", address_of(request), times=WRONG_KEYS_A_MINUTE, seconds=60):
                raise TooOften(60)
            return None
        standing = limits.count(key)
        request.standing = standing  # type: ignore[attr-defined]
        if standing.is_over:
            raise TooOften(standing.seconds_left)
        if self.scope not in key.scopes:
            raise HttpError(403, f"This key does not have the scope {self.scope.value}.")
        return Asks(key, standing)


def key_of(request: HttpRequest) -> ApiKey:
    """The key behind a request that came through."""
    asks: Any = request.auth  # type: ignore[attr-defined]
    assert isinstance(asks, Asks)
    return asks.key
