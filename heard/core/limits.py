"""How often something may be asked from one place."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address_of(request: HttpRequest) -> str:
    """The network address a request came from; the proxy's word counts only where it is trusted."""
    if settings.HEARD_TRUST_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if forwarded[-1].strip():
            return str(forwarded[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def within(name: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one more try and say whether it is still within the limit.

    Keeps a digest, not the address or reference itself.
    """
    key = "limit-" + salted_hmac(f"heard.limit.{name}", who, algorithm="sha256").hexdigest()[:40]
    if cache.add(key, 1, seconds):
        return True
    try:
        return int(cache.incr(key)) <= times
    except ValueError:  # ran out between the two lines
        cache.add(key, 1, seconds)
        return True
