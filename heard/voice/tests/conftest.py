"""What the tests of this room share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from heard.voice.models import Spot
from heard.voice.spots import Place, keep_spot


@pytest.fixture
def desk(client: Client, staff: Callable[..., Any]) -> Client:
    """A browser of the customer-experience lead."""
    client.force_login(staff("cx_lead"))
    return client


@pytest.fixture
def spot(division: Any) -> Spot:
    """The counter of Streets."""
    from heard.core.actors import SYSTEM
    from heard.voice.instruments import instrument

    place = instrument("place")
    assert place is not None
    name = {"en": "Front counter", "es": "Ventanilla"}
    return keep_spot("counter", Place(name, place, division), actor=SYSTEM)
