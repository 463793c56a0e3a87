"""Signing what we send, and checking it: HMAC-SHA256 over time and body.

The header is ``Heard-Signature: t=1764500000,v1=<hex>``; ``v1`` may stand there several times while
the house changes its key, and one that fits is enough.
"""

import hashlib
import hmac
from collections.abc import Iterable

HEADER = "Heard-Signature"
TOLERANCE = 300  # seconds between signing and receiving


def signature(secret: str, moment: int, body: bytes) -> str:
    """HMAC-SHA256 of ``<moment>.<body>`` in hexadecimal; ``moment`` in seconds since 1970."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def signed(secrets: Iterable[str], moment: int, body: bytes) -> str:
    """The value of the header."""
    return ",".join([f"t={moment}", *(f"v1={signature(s, moment, body)}" for s in secrets)])


def fits(header: str, secret: str, body: bytes, *, now: int, tolerance: int = TOLERANCE) -> bool:
    """Whether the header was made with this secret, for this body, and not long ago."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _eq, value in parts if name == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()):
        return False
    moment = int(moments[0][:12])
    if abs(now - moment) > tolerance:
        return False
    wanted = signature(secret, moment, body).encode()
    given = [value.encode() for name, _eq, value in parts if name == "v1"]
    return any(hmac.compare_digest(wanted, value) for value in given)
