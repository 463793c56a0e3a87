"""Public references and secret links: short to say aloud, not to be guessed."""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# No vowels (no words by accident), no 0/O, 1/I/L, U/V look-alikes.
LETTERS = "23456789BCDFGHJKMNPQRSTWXZ"


def new_reference(groups: int = 2, size: int = 4) -> str:
    """A random reference such as ``K7M4-2QXP``: 26**8 (about 2e11) of them by default."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(size)) for _ in range(groups))


def clean_reference(typed: str) -> str:
    """What a person typed, brought to the stored form: upper case, groups of four with dashes."""
    plain = "".join(c for c in typed.upper() if c in LETTERS)
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def link_secret(
    kind: str, identity: object, version: int = 1, *, house_key: str | None = None
) -> str:
    """The secret part of a personal link: 160 bits, derived from the house's key, never stored.

    Raising ``version`` on the row makes every older link to it worthless.
    """
    mac = salted_hmac(
        f"heard.link.{kind}", f"{identity}:{version}", secret=house_key, algorithm="sha256"
    )
    return mac.hexdigest()[:40]


def link_is_right(
    secret: str, kind: str, identity: object, version: int = 1, *, length: int = 40
) -> bool:
    """Whether the secret of a link fits, compared in constant time.

    Links made with an earlier key of the house (``HEARD_OLD_SECRET_KEYS``) still fit. ``length``
    is how many of its characters were given away, where an address has no room for all.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(
        constant_time_compare(secret, link_secret(kind, identity, version, house_key=key)[:length])
        for key in keys
    )
