"""The front page, the search and the list of services: never a dead end."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.catalogue.models import Promise, Service
from heard.doors.web.tests.conftest import pieces_of
from heard.places.models import Office


def test_front_page_greets_and_shows_the_ways_in(client: Client, service: Any, seen: Any) -> None:
    Office.objects.create(
        code="hall", name={"en": "City Hall"}, address="1 Main", hours="Mo-Fr 08:00-17:30; PH off"
    )
    words = seen(client.get("/"))
    assert "Welcome to Testville" in words
    assert "303-555-0100" in words
    assert "Streets 1 service" in words
    assert "Monday to Friday: 8:00 AM – 5:30 PM" in words.replace("\N{WORD JOINER}", "").replace(
        "\N{NO-BREAK SPACE}", " "
    ).replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_city_with_nothing_yet_still_leads_to_a_person(
    client: Client, town: Any, seen: Any
) -> None:
    assert reverse("web:person") in client.get("/").content.decode()
    assert "Our staff can still help you." in seen(client.get("/services/"))


def test_search_answers_in_cards_with_the_promise(client: Client, service: Any, seen: Any) -> None:
    page = client.get("/services/", {"q": "a deep hole in the road"})
    words = seen(page)
    assert "You wrote a deep hole in the road" in words
    assert "We answer within 8 hours and finish within 5 days." in words
    assert "/services/pothole/?q=a%20deep%20hole%20in%20the%20road" in page.content.decode()


def test_words_that_fit_nothing_lead_on(client: Client, service: Any, seen: Any) -> None:
    page = client.get("/services/", {"q": "qwxz & more"})
    words = seen(page)
    assert "A person will know what to do with this" in words
    assert "no results" not in words.lower()
    assert "Pothole" in words  # everything else is still offered
    assert "/person/?q=qwxz%20%26%20more" in page.content.decode()


def test_a_city_may_take_anything_in_writing(client: Client, service: Any, division: Any) -> None:
    Service.objects.create(code="something-else", name={"en": "Else"}, division=division)
    page = client.get("/services/", {"q": "qwxz"}).content.decode()
    assert "/services/something-else/?q=qwxz" in page
    assert "/services/something-else/" in client.get("/person/").content.decode()


def test_services_not_offered_stay_out(client: Client, service: Any, seen: Any) -> None:
    Service.objects.filter(pk=service.pk).update(is_public=False)
    assert "Pothole" not in seen(client.get("/services/", {"q": "pothole"}))
    page = client.get("/services/pothole/")
    assert page.status_code == 404
    assert "Talk to a person" in seen(page)


def test_one_group_can_be_shared_by_its_address(client: Client, service: Any, seen: Any) -> None:
    Service.objects.create(
        code="tree", name={"en": "Tree"}, group={"en": "Parks"}, division=service.division
    )
    words = seen(client.get("/services/", {"group": "Streets"}))
    assert "Pothole" in words
    assert "Tree" not in words
    assert "Tree" in seen(client.get("/services/", {"group": "no such group"}))


@pytest.mark.parametrize(
    "address", ["/", "/services/", "/services/?q=hole", "/services/?group=Streets"]
)
def test_queries_do_not_grow_with_the_services(
    client: Client,
    service: Any,
    address: str,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(20) as asked:
            client.get(address)
        return len(asked)

    monkeypatch.setattr("heard.core.city._KEEP_SECONDS", 3600)  # the city is read once
    Office.objects.create(code="first", name={"en": "First office"}, address="1 Main")
    client.get(address)
    few = count()
    for n in range(12):
        made = Service.objects.create(
            code=f"hole-{n}", name={"en": f"Hole {n}"}, group={"en": "Streets"},
            division=service.division,
        )  # fmt: skip
        for promise in list(Promise.objects.filter(service=service)):
            promise.pk, promise.service = None, made
            promise.save()
        Office.objects.create(code=f"o{n}", name={"en": f"Office {n}"}, address="1 Main")
    assert count() == few


@pytest.mark.parametrize(
    "address",
    ["/", "/services/", "/services/?q=hoyo", "/services/?q=qwxz", "/services/pothole/", "/person/",
     "/find/", "/about/", "/accessibility/", "/privacy/", "/case/AAAA-AAAA/wrong/"],
)  # fmt: skip
def test_every_page_speaks_both_languages(
    client: Client, service: Any, seen: Any, address: str
) -> None:
    english, spanish = client.get(address), client.get("/es" + address)
    assert "Talk to a person" in seen(english)
    assert "Hable con una persona" in seen(spanish)
    pieces = {piece for piece in pieces_of(english) if len(piece) > 12 and " " in piece}
    assert pieces
    assert not [piece for piece in pieces if piece in pieces_of(spanish)]


@pytest.mark.parametrize(
    "typed", ["\x00\x01", "<script>alert(1)</script>", "%s%%", "a" * 5000, "\ud83d\ude00"]
)
def test_odd_words_are_only_words(client: Client, service: Any, typed: str) -> None:
    page = client.get("/services/", {"q": typed.encode("utf-8", "surrogatepass")})
    assert page.status_code == 200
    assert b"<script>alert(1)" not in page.content
