"""Doubt about who is sending, and the two ways out of it: a sum to solve, or a person who looks.

Nobody meets this unless something is odd: the field people never see is filled in, or very many
come from one address. The sum (ALTCHA's scheme: find the number whose salted SHA-256 is given)
is made and checked here, and solved by a script of ours; nothing is asked of anybody else.
"""

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from heard.core import clock
from heard.core.limits import address_of, within

REPORTS_AN_HOUR = 30  # from one address: a library, a school, or a machine
HARDEST = 60_000  # tries at most: about a second on a telephone
LIFE = timedelta(minutes=20)
LONGEST = 2000  # characters of a solution


def is_odd(request: HttpRequest, trap: str) -> bool:
    """Whether to doubt: the hidden field is filled in, or too many come from here."""
    few = within("report-from", address_of(request), times=REPORTS_AN_HOUR, seconds=3600)
    return bool(trap) or not few


def challenge() -> dict[str, Any]:
    """A sum for the browser, good for twenty minutes and once."""
    made = create_challenge(
        ChallengeOptions(
            algorithm="SHA-256",
            max_number=HARDEST,
            number=secrets.randbelow(HARDEST),
            hmac_key=_key(),
            expires=datetime.fromtimestamp((clock.now() + LIFE).timestamp(), UTC),
        )
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "salt": made.salt,
        "signature": made.signature,
        "maxnumber": HARDEST,
    }


def is_solved(solution: str) -> bool:
    """Whether this solves one of our sums, now, and for the first time."""
    if not solution or len(solution) > LONGEST:
        return False
    try:
        said = json.loads(base64.b64decode(solution, validate=True))
        parts = {name: said[name] for name in ("algorithm", "challenge", "salt", "signature")}
        number = int(said["number"])
    except (ValueError, KeyError, TypeError, OverflowError):
        return False
    if not all(isinstance(part, str) for part in parts.values()) or "expires=" not in parts["salt"]:
        return False
    payload = json.dumps(parts | {"number": number}).encode()
    right, _why = verify_solution(base64.b64encode(payload).decode(), _key(), check_expires=True)
    used = "solved-" + salted_hmac("heard.web.solved", parts["challenge"]).hexdigest()
    return right and cache.add(used, 1, int(LIFE.total_seconds()) * 2)


def _key() -> str:
    return salted_hmac("heard.web.proof", "altcha", algorithm="sha256").hexdigest()
