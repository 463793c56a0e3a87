"""The widget: small, open to other sites, careful with what it takes in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from heard.doors.widget.models import PageRating

pytestmark = pytest.mark.django_db
SITE = "https://www.city.example"
GOOD = {"page": f"{SITE}/roads?session=1", "rating": "4", "words": "No hours.", "lang": "en",
        "key": "0f9f0b5c-5ad0-4a6e"}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def rate(client: Client, origin: str = SITE, **given: str) -> Any:
    data = GOOD | given
    return client.post("/widget/rate", data, headers={"Origin": origin})


def test_the_script_is_one_file_of_at_most_15_kb(client: Client, town: Any) -> None:
    answer = client.get("/widget.js")
    assert len(answer.content) <= 15 * 1024
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    body = answer.content.decode()
    assert "__SETUP__" not in body
    assert "¿Le ayudó esta página?" in body
    assert set(re.findall(r"https?://[^/\"'`]+", body)) == {"http://testserver"}  # nobody else's


def test_a_rating_is_kept_once_and_says_nothing_of_the_person(client: Client, town: Any) -> None:
    for _twice in range(2):
        answer = rate(client)
        assert answer.json() == {"kept": True}
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
    row = PageRating.objects.get()
    assert (row.page, row.rating, row.words) == (f"{SITE}/roads", 4, "No hours.")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rating": ""}, "Please choose how well"),
        ({"rating": "6"}, "Please choose how well"),
        ({"rating": "4.5"}, "Please choose how well"),
        ({"words": "x" * 2001}, "under 2000 characters"),
        ({"page": "https://elsewhere.example/roads"}, "cannot be rated here"),
        ({"page": "javascript:alert(1)"}, "cannot be rated here"),
        ({"page": f"{SITE}.evil.example/"}, "cannot be rated here"),
        ({"page": ""}, "cannot be rated here"),
        ({"key": ""}, "without its key"),
        ({"key": "x" * 65}, "without its key"),
        ({"key": "0f9f'; drop table"}, "without its key"),
    ],
)
def test_bad_ratings_are_refused_with_words(
    given: dict[str, str], words: str, client: Client, town: Any
) -> None:
    answer = rate(client, **given)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert not PageRating.objects.exists()


def test_no_origin_another_origin_and_sites_that_are_not_named(
    client: Client, town: Any, settings: Any
) -> None:
    assert rate(client, origin="").status_code == 422
    assert rate(client, origin="null").status_code == 422
    settings.HEARD_WIDGET_SITES = ["https://parks.city.example"]
    assert rate(client).status_code == 422
    settings.HEARD_WIDGET_SITES = [SITE]
    assert rate(client).status_code == 200


def test_machines_and_floods(client: Client, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from heard.doors.widget.views import inbound

    assert rate(client, website="buy").json() == {"kept": True}
    assert not PageRating.objects.exists()
    monkeypatch.setattr(inbound, "RATED_AN_HOUR", 1)
    monkeypatch.setattr(inbound, "ASKED_A_MINUTE", 1)
    rate(client)
    assert rate(client, key="another-key").status_code == 429
    client.get("/widget/ask?q=hole")
    assert client.get("/widget/ask?q=hole").status_code == 429
    big = client.post("/widget/rate", GOOD | {"words": "x" * 3_000_000}, headers={"Origin": SITE})
    assert big.status_code == 413


def test_asking_finds_services_in_both_languages(client: Client, service: Any) -> None:
    found = client.get("/widget/ask", {"q": "hole in the road"}).json()["found"]
    assert found == [{"title": "Pothole", "address": "/services/pothole/"}]
    found = client.get("/widget/ask", {"q": "un hoyo", "lang": "es"}).json()["found"]
    assert found == [{"title": "Bache", "address": "/es/services/pothole/"}]
    assert client.get("/widget/ask", {"q": "  "}).json() == {"found": []}
    assert client.get("/widget/ask", {"q": "x\x00" * 5000}).status_code == 200


def test_what_began_on_a_page_of_the_city_is_kept_with_the_case(
    client: Client, service: Any
) -> None:
    from heard.cases.models import Case

    client.get("/services/", {"from": f"{SITE}/roads?x=1"})
    data = {"words": "x", "email": "a@b.example", "language": "en", "sure": "yes"}
    client.post("/services/pothole/", data)
    assert Case.objects.get().came_from.page == f"{SITE}/roads"


def test_staff_see_pages_with_their_comments_in_as_many_queries_for_many(
    client: Client, town: Any, staff: Callable[..., Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from heard.core import clock

    client.force_login(staff("cx_lead"))
    address = reverse("widget_desk:pages")
    assert "No page was rated yet" in client.get(address).content.decode()
    counts = []
    for total in (1, 8):
        for number in range(PageRating.objects.count(), total):
            PageRating.objects.create(
                page=f"{SITE}/{number}", rating=5, words=f"Said {number}", key=str(number),
                at=clock.now(),
            )  # fmt: skip
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "Said 7" in page
    assert "Said 7" not in client.get(address, {"q": "/3"}).content.decode()
    client.force_login(staff("agent"))
    assert client.get(address).status_code == 403
