"""The city decides in the administration what is published, and the decision is on record."""

from typing import Any

import pytest
from django.test import Client

from heard.core.models import AuditRow
from heard.doors.open311.models import Publishing

pytestmark = pytest.mark.django_db
URL = "/admin/open311/publishing/"


def test_set_in_the_administration_and_audited(client: Client, staff: Any, service: Any) -> None:
    client.force_login(staff("administrator"))
    assert "open311/publishing" in client.get("/admin/").content.decode()
    client.post(f"{URL}add/", {"service": service.pk, "shows": "all"})
    row = Publishing.objects.get()
    assert row.shows == "all"
    client.post(f"{URL}{row.pk}/change/", {"service": service.pk, "shows": "nothing"})
    changed = AuditRow.objects.get(verb="publishing.changed")
    assert changed.changes == {"shows": ["all", "nothing"]}


@pytest.mark.parametrize("role", ["agent", "manager", "cx_lead", "field_worker"])
def test_by_nobody_else(client: Client, staff: Any, service: Any, role: str) -> None:
    client.force_login(staff(role))
    assert client.post(f"{URL}add/", {"service": service.pk, "shows": "all"}).status_code == 302
    assert not Publishing.objects.exists()
