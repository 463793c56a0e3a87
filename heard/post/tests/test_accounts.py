"""Mails of sign-in go through the ledger like any other."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from heard.post.models import Dispatch


@pytest.mark.django_db
def test_a_forgotten_password_can_be_set_anew(client: Client, staff: Callable[..., Any]) -> None:
    person = staff("agent")
    client.post("/account/password/reset/", {"email": person.email})
    letter = Dispatch.objects.get(address=person.email)
    assert letter.state == "queued"
    link = re.search(r"https?://[^/\s]+(/\S+)", letter.text)
    assert link
    page = client.get(link.group(1), follow=True)
    address = page.redirect_chain[-1][0]
    client.post(address, {"password1": "a fresh start 7", "password2": "a fresh start 7"})
    person.refresh_from_db()
    assert person.check_password("a fresh start 7")


@pytest.mark.django_db
def test_a_stranger_learns_nothing(client: Client, town: Any) -> None:
    answer = client.post("/account/password/reset/", {"email": "nobody@city.example"})
    assert answer.status_code == 302
    assert not Dispatch.objects.exists()


@pytest.mark.django_db
def test_nobody_signs_up(client: Client, town: Any) -> None:
    assert client.post("/account/signup/", {"email": "a@b.example"}).status_code == 404
