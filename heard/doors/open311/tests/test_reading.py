"""What strangers may read of requests, and how lists are asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from heard.cases.closing import close
from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.doors.open311.models import Publishing
from heard.joining.merging import merge

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def hole(service: Any, **rest: Any) -> Case:
    words = rest.pop("words", "My name is Ana, call 303-555-0199")
    return receive(Request(service=service, words=words, **rest), actor=SYSTEM)


def asked(client: Client, query: str = "", path: str = "requests.json") -> list[dict[str, Any]]:
    answer = client.get(f"/open311/v2/{path}{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()
    return found


def test_nobodys_words_are_shown_unless_the_city_says_so(client: Client, service: Any) -> None:
    case = hole(service, place="1234 Elm Street, Apt 5", lat=39.7392358, lon=-104.990251)
    told = asked(client)[0]
    assert told["description"] is None
    assert (told["lat"], told["long"]) == (39.739, -104.99)
    assert told["address"] == "1200–1299 Elm Street"
    assert told["agency_responsible"] == "Streets"
    assert "Ana" not in str(told)
    Publishing.objects.create(service=service, shows="all")
    told = asked(client)[0]
    assert told["description"].startswith("My name is Ana")
    assert told["address"] == "1234 Elm Street, Apt 5"
    assert told["lat"] == 39.7392358
    Publishing.objects.update(shows="nothing")
    assert asked(client) == []
    told = asked(client, path=f"requests/{case.reference}.json")[0]
    assert (told["status"], told["address"], told["lat"]) == ("open", None, None)


def test_enforcement_and_private_services_are_not_listed(client: Client, service: Any) -> None:
    case = hole(service, place="12 Elm Street")
    service.division.enforces = True
    service.division.save()
    assert asked(client) == []
    assert asked(client, path=f"requests/{case.reference}.json")[0]["address"] is None
    service.is_public = False
    service.save()
    assert client.get(f"/open311/v2/requests/{case.reference}.json").status_code == 404


def test_what_staff_told_the_customer_stays_between_them(
    client: Client, service: Any, staff: Any
) -> None:
    case = hole(service)
    close(case, outcome="done", words="Filled, Ms. Ruiz.", actor=staff("agent").as_actor())
    told = asked(client, "?status=closed")[0]
    assert told["status_notes"] == "closed: done"
    assert asked(client, "?status=open") == []
    Publishing.objects.create(service=service, shows="all")
    assert "Ms. Ruiz" in asked(client)[0]["status_notes"]


def test_a_merged_request_is_followed_and_not_listed_twice(
    client: Client, service: Any, staff: Any
) -> None:
    first, second = hole(service), hole(service)
    merge(second, first, actor=staff("agent").as_actor())
    assert [r["service_request_id"] for r in asked(client)] == [first.reference]
    told = asked(client, path=f"requests/{second.reference}.json")[0]
    assert told["status"] == "open"
    assert first.reference in told["status_notes"]


def test_ninety_days_unless_asked_otherwise(client: Client, service: Any) -> None:
    with clock.at(NOON - timedelta(days=100)):
        old = hole(service)
    with clock.at(NOON - timedelta(days=80)):
        new = hole(service)
    with clock.at(NOON):
        assert [r["service_request_id"] for r in asked(client)] == [new.reference]
        span = "?start_date=2026-02-15T00:00:00Z&end_date=2026-03-01T00:00:00Z"
        assert [r["service_request_id"] for r in asked(client, span)] == [old.reference]
        both = asked(client, f"?service_request_id={old.reference},{new.reference}&status=closed")
        assert len(both) == 2
        end_only = asked(client, "?end_date=2026-02-28")
        assert [r["service_request_id"] for r in end_only] == [old.reference]
    assert both[0]["requested_datetime"] == "2026-03-13T06:00:00-06:00"


def test_pages_and_updates(client: Client, service: Any) -> None:
    made = []
    for hours in range(5):
        with clock.at(NOON - timedelta(hours=hours)):
            made.append(hole(service).reference)
    with clock.at(NOON + timedelta(hours=1)):
        pages = [asked(client, f"?page_size=2&page={n}") for n in (1, 2, 3, 4)]
        assert [r["service_request_id"] for page in pages for r in page] == made
        since = (NOON - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        changed = asked(client, f"?updated_after={since}")
    assert [r["service_request_id"] for r in changed] == made[:3][::-1]


def test_a_small_box_does_not_find_out_the_exact_place(client: Client, service: Any) -> None:
    hole(service, lat=39.73923, lon=-104.99025)
    assert len(asked(client, "?bbox=-105,39.7,-104,39.8")) == 1
    assert asked(client, "?bbox=-104.99030,39.73920,-104.99020,39.73930") == []
    assert len(asked(client, "?bbox=-104.9901,39.7389,-104.9899,39.7391")) == 1  # as shown
    Publishing.objects.create(service=service, shows="all")
    assert len(asked(client, "?bbox=-104.99030,39.73920,-104.99020,39.73930")) == 1


def test_languages_and_formats_without_an_extension(client: Client, light: Any) -> None:
    found = client.get("/open311/v2/services?lang=es").json()
    assert {s["service_name"] for s in found} == {"Bache", "Farola"}
    xml = client.get("/open311/v2/services", headers={"Accept": "text/xml"})
    assert xml["Content-Type"] == "text/xml; charset=utf-8"
    names = [node.text for node in fromstring(xml.content).iter("description")]  # noqa: S314
    assert "Give the number <on> the pole & wait." in names


def test_xml_holds_only_what_xml_can(client: Client, service: Any) -> None:
    Publishing.objects.create(service=service, shows="all")
    case = hole(service)
    Case.objects.filter(pk=case.pk).update(words="A\x0bB ]]> <!-- & \ufffe \U0001f573")
    xml = client.get("/open311/v2/requests.xml")
    found = fromstring(xml.content).find("request/description")  # noqa: S314
    assert found is not None
    assert found.text == "AB ]]> <!-- &  \U0001f573"


@pytest.mark.parametrize("shows", ["progress", "all"])
def test_the_list_asks_as_often_however_long_it_is(
    client: Client, service: Any, django_assert_num_queries: Any, shows: str
) -> None:
    from heard.doors.open311 import reads

    Publishing.objects.create(service=service, shows=shows)
    hole(service)
    wanted = reads.Wanted()
    queries = 4 if shows == "all" else 3
    for more in (0, 8):
        for _n in range(more):
            hole(service, place="12 Elm Street")
        with django_assert_num_queries(queries):
            assert len(reads.requests(wanted)) == 1 + more
    with django_assert_num_queries(2):
        reads.services()
