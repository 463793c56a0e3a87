"""Text messages by the API that Twilio made common (Programmable Messaging, 2010-04-01).

``HEARD_SMS_URL`` says where and as whom: ``https://ACCOUNT:TOKEN@host?from=+13035550100``. Other
carriers and bridges that speak the same API are named there as well.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from django.conf import settings

from heard.core.actors import SYSTEM
from heard.post.models import Dispatch
from heard.post.transports import Undeliverable

TIMEOUT = (5, 20)  # seconds to connect, to answer
STOPPED = 21610  # the person told the carrier to stop
LATER = {408, 409, 425, 429}


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are at the carrier."""

    base: str
    sid: str
    token: str
    sender: str


def account() -> Account | None:
    """The account of the settings; None where none is set."""
    url: str = settings.HEARD_SMS_URL
    if not url:
        return None
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    # A plus sign is kept as it is: nobody writes a telephone number with blanks in an address.
    sender = parse_qs(parts.query.replace("+", "%2B")).get("from", [""])[0]
    return Account(
        base=f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}",
        sid=unquote(parts.username or ""),
        token=unquote(parts.password or ""),
        sender=sender,
    )


def is_open() -> bool:
    """Whether a carrier is set."""
    return account() is not None


def send(row: Dispatch) -> str:
    """Hand the text to the carrier and return the name it gave the message (``SM…``)."""
    us = account()
    assert us is not None
    answer = requests.post(
        f"{us.base}/2010-04-01/Accounts/{us.sid}/Messages.json",
        auth=(us.sid, us.token),
        data={
            "To": row.address,
            "From": us.sender,
            "Body": row.text,
            "StatusCallback": f"{settings.HEARD_URL}/hooks/sms/status/",
        },
        timeout=TIMEOUT,
    )
    if answer.status_code in LATER or answer.status_code >= 500:
        raise OSError(f"The carrier answers {answer.status_code}: {answer.text[:300]}")
    told = _json(answer)
    if answer.status_code >= 400:
        if told.get("code") == STOPPED:
            _note_stop(row)
        raise Undeliverable(f"{told.get('code', answer.status_code)}: {told.get('message', '')}")
    return str(told.get("sid", ""))[:64]


def _json(answer: requests.Response) -> dict[str, object]:
    try:
        told = answer.json()
    except ValueError as error:
        raise OSError(f"The carrier answers {answer.status_code} without JSON.") from error
    return told if isinstance(told, dict) else {}


def _note_stop(row: Dispatch) -> None:
    from heard.post.addresses import stop  # addresses write the ledger this module reads

    stop("sms", row.address, customer=row.customer, actor=SYSTEM)
