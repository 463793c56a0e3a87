"""What the tests of this room share."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.cases.services import Request, receive
from heard.contacts.models import Contact
from heard.contacts.places import keep_places
from heard.contacts.services import Entry, record_contact
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.services import know_customer


@pytest.fixture
def desk(client: Client, staff: Any, service: Any) -> Client:
    """An agent, signed in."""
    client.force_login(staff("agent"))
    return client


@pytest.fixture
def known(town: Any) -> Any:
    """``known("Ana Ruiz", phone="…")``: somebody we know."""

    def make(name: str = "", **fields: str) -> Any:
        return know_customer(name=name, actor=SYSTEM, **fields)

    return make


@pytest.fixture
def report(service: Any) -> Any:
    """``report(customer, place="12 Elm Street")``: a case with its place kept."""

    def make(customer: Any = None, days_ago: float = 0, **fields: Any) -> Any:
        fields = {"service": service, "words": "A hole in the road.", **fields}
        with clock.at(clock.now() - timedelta(days=days_ago)):
            case = receive(Request(customer=customer, **fields), actor=SYSTEM)
        keep_places([case])
        return case

    return make


@pytest.fixture
def spoke(staff: Any) -> Any:
    """``spoke(customer, days_ago=3, settled=True)``: a contact written down."""

    def make(customer: Any = None, days_ago: float = 0, **fields: Any) -> Contact:
        fields = {"channel": "phone", "reason": "question", "settled": True, **fields}
        with clock.at(clock.now() - timedelta(days=days_ago)):
            entry = Entry(customer=customer, **fields)
            return record_contact(entry, actor=staff("agent").as_actor())

    return make
