"""Whether a call comes from the carrier: Twilio's signature of address and parameters.

X-Twilio-Signature is the base64 of HMAC-SHA1, keyed with the account's token, over the public
address of the call followed by each parameter's name and value, sorted by name.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from heard.post.transports.sms import account


def signature_of(token: str, url: str, parameters: Iterable[tuple[str, list[str]]]) -> str:
    """The signature of a call to ``url`` with these form parameters."""
    told = url + "".join(
        f"{name}{value}" for name, values in sorted(parameters) for value in sorted(set(values))
    )
    mac = hmac.new(token.encode(), told.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def is_from_carrier(request: HttpRequest) -> bool:
    """Whether the call is signed by the account of the settings."""
    us = account()
    if us is None or not us.token:
        return False
    url = f"{settings.HEARD_URL}{request.get_full_path()}"
    expected = signature_of(us.token, url, request.POST.lists())
    return constant_time_compare(expected, request.headers.get("X-Twilio-Signature", ""))
