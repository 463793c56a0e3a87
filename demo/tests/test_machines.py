"""The demo city is open to other systems from the first minute."""

import pytest
from django.test import Client

from demo.machines import APP_KEY, load_machines
from heard.catalogue.models import Service
from heard.core import clock
from heard.doors.open311.models import Publishing
from heard.keys.models import ApiKey
from heard.webhooks.models import Subscription

pytestmark = pytest.mark.django_db


def test_the_app_of_the_demo_city_sends_a_request(client: Client, service: Service) -> None:
    load_machines(clock.now())
    load_machines(clock.now())
    assert ApiKey.objects.count() == 2
    assert Publishing.objects.get().service == service
    sent = {"api_key": APP_KEY, "service_code": service.code, "description": "A hole"}
    made = client.post("/open311/v2/requests.json", sent)
    assert made.status_code == 200
    assert client.get("/open311/v2/requests.json").json()[0]["description"] == "A hole"
    assert not Subscription.objects.get().is_active  # nothing leaves a demo by itself
