"""Keys for tests of every door."""

from typing import Any

from heard.core.actors import SYSTEM
from heard.keys.models import ApiKey
from heard.keys.services import Wanted, issue


def made_key(*scopes: str, **rest: Any) -> tuple[ApiKey, str]:
    """A key with these scopes, and the whole of it."""
    return issue(Wanted(name="Street app", scopes=scopes, **rest), actor=SYSTEM)
