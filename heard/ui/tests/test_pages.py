"""The house's own pages: headers, languages, errors, sign-in, health."""

import logging

import pytest
from django.db import DatabaseError
from django.test import Client, override_settings
from django.urls import path, reverse

from heard.core.city import forget_city
from heard.ui import middleware
from heard.urls import urlpatterns as house

pytestmark = pytest.mark.django_db


def broken(request):
    raise RuntimeError("as a test of the error page")


def suspicious(request):
    from django.core.exceptions import SuspiciousOperation

    raise SuspiciousOperation("no")


urlpatterns = [
    path("broken/", broken),
    path("es/broken/", broken),
    path("odd/", suspicious),
    *house,
]
handler400 = "heard.ui.views.errors.bad_request"
handler500 = "heard.ui.views.errors.server_error"


def test_every_answer_carries_the_headers(client, town):
    for address in ("/patterns/", "/health", "/no/such/page/"):
        answer = client.get(address)
        for name in middleware.HEADERS:
            assert answer[name]
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_pages_of_signed_in_people_are_not_kept(client, staff):
    client.force_login(staff("agent"))
    assert client.get("/patterns/")["Cache-Control"] == "private, no-store"


def test_the_other_language_is_the_same_page(client, town):
    html = client.get("/patterns/?q=1").content.decode()
    assert '<html lang="en"' in html
    assert 'href="/es/patterns/?q=1"' in html
    html = client.get("/es/patterns/").content.decode()
    assert '<html lang="es"' in html
    assert 'href="/patterns/"' in html


def test_a_missing_page_leads_to_a_person_and_offers_the_other_language(client, town):
    answer = client.get("/no/such/page/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "tel:3035550100" in html
    assert 'href="/es/"' in html


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/broken/", 500, "went wrong on our side"),
        ("/odd/", 400, "could not understand"),
    ],
)
def test_faults_are_told_in_plain_words(town, address, status, words):
    logging.disable(logging.CRITICAL)
    answer = Client(raise_request_exception=False).get(address)
    logging.disable(logging.NOTSET)
    html = answer.content.decode()
    assert answer.status_code == status
    assert words in html
    assert "tel:3035550100" in html
    assert "as a test" not in html


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_needs_nothing_stands_behind_the_error_page(town, monkeypatch):
    def no_city():
        raise DatabaseError("down")

    monkeypatch.setattr("heard.ui.context.city_row", no_city)
    logging.disable(logging.CRITICAL)
    answer = Client(raise_request_exception=False).get("/broken/")
    logging.disable(logging.NOTSET)
    assert answer.status_code == 500
    assert "Algo salió mal" in answer.content.decode()
    assert "tel:3035550100" in answer.content.decode()


def test_a_form_without_its_token_is_explained(town):
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()


def test_health(client, monkeypatch):
    assert client.get("/health").json() == {"status": "ok", "database": True}

    def down():
        raise DatabaseError("down")

    monkeypatch.setattr("heard.ui.views.health.connection.cursor", down)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": False}


def test_nobody_signs_up(client, town):
    assert client.get("/account/signup/").status_code == 404
    assert "sign up" not in client.get("/account/login/").content.decode().lower()


def test_sign_in_pauses_after_wrong_tries(client, staff):
    person = staff("agent")
    for _try in range(6):
        answer = client.post("/account/login/", {"login": person.email, "password": "wrong"})
    assert "Too many" in answer.content.decode()
    answer = client.post("/account/login/", {"login": person.email, "password": "let me in 42"})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", [
    "mfa_index", "mfa_activate_totp", "mfa_generate_recovery_codes", "account_change_password",
    "account_logout", "account_reset_password", "account_inactive",
])  # fmt: skip
def test_account_pages_wear_our_look(client, staff, name):
    client.force_login(staff("agent"))
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 9e9}]
    session.save()
    answer = client.get(reverse(name), follow=True)
    assert answer.status_code == 200
    assert 'class="skip"' in answer.content.decode()


def test_times_are_those_of_the_city(client, town):
    town.zone = "Asia/Tokyo"
    town.save()
    forget_city()
    assert "+09:00" in client.get("/patterns/").content.decode()


def test_pages_have_neither_inline_styles_nor_scripts(client, staff):
    client.force_login(staff("administrator"))
    for address in ("/patterns/", "/patterns/?layout=desk", "/account/two-step/", "/admin/"):
        html = client.get(address).content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert "<script>" not in html
        assert " onclick=" not in html
