"""A carrier, and a hand that signs as it does."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from heard.doors.sms.signing import signature_of
from heard.doors.sms.tests.carrier import TOKEN, Carrier

ANA = "+13035550142"


@pytest.fixture(scope="module")
def one_carrier() -> Iterator[Carrier]:
    with Carrier() as carrier:
        yield carrier


@pytest.fixture
def carrier(one_carrier: Carrier, settings: Any) -> Carrier:
    settings.HEARD_SMS_URL = one_carrier.url
    settings.HEARD_URL = "https://heard.city.example"
    settings.HEARD_MAIL_SERVICE = "general"
    one_carrier.texts.clear()
    one_carrier.trouble = None
    return one_carrier


@pytest.fixture
def general(division: Any) -> Any:
    from heard.catalogue.models import Service

    return Service.objects.create(
        code="general", name={"en": "A question or request", "es": "Una pregunta"},
        division=division,
    )  # fmt: skip


@pytest.fixture
def says(carrier: Carrier, client: Client) -> Callable[..., int]:
    """``says("Hello")``: Ana's text arrives, signed; the status of our answer."""
    count = iter(range(1000))

    def say(words: str, *, sender: str = ANA, token: str = TOKEN, **more: str) -> int:
        given = {"MessageSid": f"SMin{next(count)}", "From": sender, "To": "+13035550100",
                 "Body": words, "NumMedia": "0"} | more  # fmt: skip
        path = "/hooks/sms/status/" if "MessageStatus" in more else "/hooks/sms/"
        signed = signature_of(
            token, f"https://heard.city.example{path}", ((k, [v]) for k, v in given.items())
        )
        return client.post(path, given, headers={"X-Twilio-Signature": signed}).status_code

    return say
