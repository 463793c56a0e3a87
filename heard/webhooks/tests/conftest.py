"""A receiver, and a subscription that tells it everything."""

from collections.abc import Iterator
from typing import Any

import pytest

from heard.core.actors import SYSTEM
from heard.webhooks.kinds import KINDS
from heard.webhooks.models import Subscription
from heard.webhooks.services import Wanted, subscribe
from heard.webhooks.tests.receiver import Receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.HEARD_WEBHOOKS_PRIVATE = True
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def hook(town: Any, receiver: Receiver) -> Subscription:
    row = subscribe(Wanted("Works system", receiver.url, tuple(KINDS)), actor=SYSTEM)
    receiver.secret = row.secret
    return row
