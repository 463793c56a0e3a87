"""The widget: small, open to other sites, careful with what it takes in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from heard.core import clock
from heard.core.city import city
from heard.doors.widget import reads
from heard.doors.widget.models import PageRating
from heard.voice.instruments import instrument
from heard.voice.models import Instrument, Pool, Response
from heard.voice.reports.scores import overall
from heard.voice.reports.slices import Slice

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
    assert "¿Qué tan satisfecho/a está con esta página?" in body
    assert '"r1": "Very dissatisfied"' in body
    assert set(re.findall(r"https?://[^/\"'`]+", body)) == {"http://testserver"}  # nobody else's


def test_a_rating_is_kept_once_and_says_nothing_of_the_person(client: Client, town: Any) -> None:
    for _twice in range(2):
        answer = rate(client)
        assert answer.json() == {"kept": True}
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
    row = PageRating.objects.get()
    kept = row.response
    assert row.page == f"{SITE}/roads"
    assert (kept.satisfaction, kept.comment, kept.pool) == (4, "No hours.", "widget")
    assert (kept.invitation.wording, kept.invitation.customer) == ("page-1", None)
    assert Response.objects.count() == 1


def test_a_rating_counts_in_the_pool_of_the_widget_alone(client: Client, town: Any) -> None:
    for number in range(6):
        rate(client, rating=str(5 - number % 2), key=f"0f9f0b5c-5ad0-4a6{number}-77")
    today = clock.local_day(clock.now(), city().zone)
    span = Slice(today, today, instrument="page")
    assert overall(span).n == 0
    found = overall(Slice(today, today, pools=(Pool.WIDGET,), instrument="page"))
    assert (found.n, found.index.value) == (6, 87.5)


def test_a_survey_that_asks_something_else_takes_no_ratings(client: Client, town: Any) -> None:
    survey = instrument("page")
    assert survey is not None
    Instrument.objects.filter(pk=survey.pk).update(is_active=False)
    body = client.get("/widget.js").content.decode()
    assert '"version": 0' in body
    assert "satisfied are you" not in body
    assert rate(client).status_code == 422


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rating": ""}, "Please choose one of the five"),
        ({"rating": "6"}, "Please choose one of the five"),
        ({"rating": "4.5"}, "Please choose one of the five"),
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

    assert rate(client, website="buy", key="0f9f0b5c-0000-4a6e").json() == {"kept": True}
    assert Response.objects.get().is_spam
    assert not reads.pages().exists()
    monkeypatch.setattr(inbound, "RATED_AN_HOUR", 1)
    monkeypatch.setattr(inbound, "ASKED_A_MINUTE", 1)
    rate(client)
    assert rate(client, key="0f9f0b5c-1111-4a6e").status_code == 429
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

    client.force_login(staff("cx_lead"))
    address = reverse("widget_desk:pages")
    assert "No page was rated yet" in client.get(address).content.decode()
    counts = []
    for total in (1, 8):
        for number in range(PageRating.objects.count(), total):
            key = f"0f9f0b5c-5ad0-4a6{number}-77"
            rate(client, page=f"{SITE}/{number}", rating="5", words=f"Said {number}", key=key)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "Said 7" in page
    assert "Said 7" not in client.get(address, {"q": "/3"}).content.decode()
    client.force_login(staff("agent"))
    assert client.get(address).status_code == 403
