"""Against a running server: every call in both formats, and the clients people use."""

import http.client
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from georeport import GeoReport

from heard.attachments.models import Attachment
from heard.attachments.tests.pictures import SECRET, exif, picture
from heard.cases.models import Case
from heard.core import clock
from heard.doors.open311.tests.checking import check_json, check_xml

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server: Any, settings: Any, tmp_path: Any) -> str:
    settings.HEARD_URL, settings.MEDIA_ROOT = live_server.url, tmp_path
    return f"{live_server.url}/open311"


def test_every_call_in_both_formats(site: str, light: Any, key: str, case: Any) -> None:
    sent = {
        "api_key": key, "service_code": light.code, "address_string": "12 Elm Street",
        "attribute[how]": "off", "attribute[seen][]": ["flickers", "broken"],
        "description": "Dark & <dangerous>", "email": "ana@home.example",
    }  # fmt: skip
    for form in ("json", "xml"):

        def check(response: requests.Response, kind: str, form: str = form) -> Any:
            wanted = {"json": "application/json", "xml": "text/xml"}[form]
            assert response.headers["Content-Type"] == f"{wanted}; charset=utf-8"
            return (
                check_json(response.content, kind)
                if form == "json"
                else check_xml(response.content)
            )

        def get(path: str, kind: str, form: str = form, **query: Any) -> Any:
            response = requests.get(f"{site}/{path}.{form}", params=query, timeout=10)
            assert response.status_code == 200, response.text
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            return check(response, kind)

        get("discovery", "discovery")
        assert "light/out.2" in json.dumps(get("v2/services", "services"))
        definition = get(f"v2/services/{light.code}", "service_definition")
        attributes = definition["attributes"]
        if form == "xml":
            attributes = attributes["attribute"]
        kinds = {a["code"]: a["datatype"] for a in attributes}
        assert kinds == {
            "pole": "string", "how": "singlevaluelist", "seen": "multivaluelist",
            "since": "datetime", "count": "number", "danger": "singlevaluelist", "more": "text",
        }  # fmt: skip
        done = requests.post(f"{site}/v2/requests.{form}", data=sent, timeout=10)
        assert done.status_code == 200, done.text
        check(done, "received")
        made = Case.objects.latest("id")
        assert made.words == "Dark & <dangerous>"
        assert made.answers == {"how": "off", "seen": ["flickers", "broken"]}
        get(f"v2/requests/{made.reference}", "requests")
        get(f"v2/tokens/{made.reference}", "tokens")
        found = get("v2/requests", "requests")
        assert made.reference in json.dumps(found)
        wrong = requests.get(f"{site}/v2/requests/NOPE.{form}", timeout=10)
        assert wrong.status_code == 404
        check(wrong, "errors")


def test_the_calls_of_three(site: str, light: Any, key: str, case: Any) -> None:
    """As ``three`` makes them: jurisdiction always, page_size, moments in UTC, a file as media."""
    place = urlsplit(site).hostname
    here = {"jurisdiction_id": place}
    session = requests.Session()

    def get(path: str, **query: Any) -> Any:
        found = session.get(f"{site}/v2/{path}", params=query | here, timeout=10)
        assert found.status_code == 200, found.text
        return found.json()

    assert get("discovery.json")["endpoints"][0]["url"] == f"{site}/v2"
    assert {s["service_code"] for s in get("services.json")} == {"pothole", "light/out.2"}
    assert get("services/pothole.json")["attributes"] == []
    today = clock.now()
    days = {
        "start_date": (today - timedelta(days=30)).strftime("%Y-%m-%dT00:00:00Z"),
        "end_date": (today + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z"),
    }
    assert len(get("requests.json", **days)) == 1
    assert len(get("requests.json", page_size=50, service_code="pothole", **days)) == 1
    assert get(f"requests/{case.reference}.json")[0]["service_request_id"] == case.reference
    assert get(f"tokens/{case.reference}.json")[0]["service_request_id"] == case.reference
    posted = session.post(
        f"{site}/v2/requests.json",
        data={
            "service_code": "pothole", "address_string": "123 Any St", "first_name": "Zach",
            "last_name": "Williams", "phone": "303-555-5555", "description": "My issue.",
            "api_key": key, **here,
        },
        files={"media": ("photo.jpg", picture("JPEG", (64, 48)), "image/jpeg")},
        timeout=10,
    )  # fmt: skip
    number = check_json(posted.content, "received")[0]["service_request_id"]
    made = Case.objects.select_related("customer").get(reference=number)
    assert str(made.customer) == "Zach Williams"
    assert Attachment.objects.filter(about=f"case:{made.pk}").count() == 1
    xml = session.get(f"{site}/v2/requests/{number}.xml", params=here, timeout=10)
    assert check_xml(xml.content)["request"][0]["service_request_id"] == number


def test_the_client_georeport(site: str, light: Any, case: Any) -> None:
    for form in ("json", "xml"):
        client = GeoReport(f"{site}/v2", jurisdiction=urlsplit(site).hostname, output_format=form)
        assert len(client.get_service_list()) == 2
        definition: Any = client.get_service_definition("light/out.2")
        assert definition["service_code"] == "light/out.2"
        found: Any = client.get_service_requests(status="open", service_code="pothole")
        first = found[0] if isinstance(found, list) else found
        assert first["service_request_id"] == case.reference
        one: Any = client.get_service_request(case.reference)
        assert one["status"] == "open"


def test_no_position_of_a_photo_is_served(site: str, service: Any, key: str) -> None:
    from heard.doors.open311.models import Publishing

    Publishing.objects.create(service=service, shows="all")
    photo = picture("JPEG", (80, 60), exif=exif(39.7392, -104.9903))
    assert SECRET in photo
    posted = requests.post(
        f"{site}/v2/requests.json",
        data={"service_code": "pothole", "api_key": key, "description": "A hole"},
        files={"media": ("a.jpg", photo, "image/jpeg")},
        timeout=10,
    )
    number = check_json(posted.content, "received")[0]["service_request_id"]
    told = requests.get(f"{site}/v2/requests/{number}.json", timeout=10).json()[0]
    served = requests.get(told["media_url"], timeout=10)
    assert served.headers["Content-Type"] == "image/jpeg"
    assert served.content[:2] == b"\xff\xd8"
    assert SECRET not in served.content
    Publishing.objects.update(shows="progress")
    assert requests.get(told["media_url"], timeout=10).status_code == 404


def test_a_photo_that_is_none_does_not_cost_the_request(site: str, service: Any, key: str) -> None:
    posted = requests.post(
        f"{site}/v2/requests.json",
        data={"service_code": "pothole", "api_key": key, "description": "A hole"},
        files={"media": ("a.jpg", b"<script>alert(1)</script>", "image/jpeg")},
        timeout=10,
    )
    answer = check_json(posted.content, "received")[0]
    assert "a.jpg:" in answer["service_notice"]
    assert Case.objects.get(reference=answer["service_request_id"]).words == "A hole"
    assert not Attachment.objects.exists()


def test_a_body_that_is_too_large_is_told_so(site: str, service: Any, key: str) -> None:
    address = urlsplit(site)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    body = urlencode({"api_key": key, "service_code": "pothole", "description": "x" * 3_000_000})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/open311/v2/requests.xml", body, headers)
    answer = connection.getresponse()
    assert answer.status == 413
    assert check_xml(answer.read())["error"][0]["code"] == 413
    assert not Case.objects.exists()
