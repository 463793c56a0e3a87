"""What cannot be is refused in the protocol's own way, all at once and counted; nothing is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.cases.models import Case
from heard.core import clock
from heard.core.models import AuditRow
from heard.doors.open311.tests.checking import check_json, check_xml
from heard.keys.models import ApiKey, Rejection, Scope
from heard.keys.tests.making import made_key

pytestmark = pytest.mark.django_db
URL = "/open311/v2/requests"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><service_request>&b;&c;</service_request>'
)


def send(client: Client, key: str, form: str = "json", **values: Any) -> Any:
    given = {"api_key": key, "service_code": "pothole", "address_string": "12 Elm Street"}
    return client.post(f"{URL}.{form}", given | values)


@pytest.mark.parametrize(
    ("values", "status", "word"),
    [
        ({"lat": "91", "long": "0"}, 400, "lat"),
        ({"lat": "39.7"}, 400, "together"),
        ({"lat": "39.7", "long": "-181"}, 400, "long"),
        ({"lat": "NaN", "long": "1"}, 400, "lat"),
        ({"lat": "1e999", "long": "1"}, 400, "lat"),
        ({"lat": "1_0", "long": "1"}, 400, "lat"),
        ({"lat": "39,7", "long": "-105,1"}, 400, "lat"),
        ({"lat": "0", "long": "0.0"}, 400, "ocean"),
        ({"service_code": "no-such"}, 404, "service_code"),
        ({"service_code": "a\x00b"}, 404, "service_code"),
        ({"service_code": ""}, 400, "missing"),
        ({"jurisdiction_id": "elsewhere.gov"}, 404, "jurisdiction_id"),
        ({"description": "x" * 4001}, 400, "4001"),
        ({"email": "not an address"}, 400, "email"),
        ({"phone": "call me"}, 400, "phone"),
        ({"first_name": "Buy at www.pills.example"}, 400, "first_name"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"attribute[size]": "big"}, 400, "attribute[size]"),
        ({"attribute[[]]": "big"}, 400, "attribute"),
        ({"api_key": ""}, 403, "missing"),
        ({"api_key": "heard_aaaaaaaa_" + "b" * 32}, 403, "api_key"),
    ],
)
def test_what_cannot_be_is_refused(
    client: Client, service: Any, key: str, values: dict[str, str], status: int, word: str
) -> None:
    for form in ("json", "xml"):
        answer = send(client, key, form, **values)
        assert answer.status_code == status
        if form == "json":
            faults = check_json(answer.content, "errors")
        else:
            faults = check_xml(answer.content)["error"]
        assert any(word in fault["description"] for fault in faults), faults
        assert {int(fault["code"]) for fault in faults} == {status}
    assert not Case.objects.exists()
    assert sum(Rejection.objects.values_list("times", flat=True)) == 2


def test_everything_wrong_is_told_at_once(client: Client, light: Any, key: str) -> None:
    answer = send(
        client, key, service_code=light.code, address_string="", email="x", lat="200", long="1",
        **{"attribute[count]": "many", "attribute[since]": "yesterday"},
    )  # fmt: skip
    told = [fault["description"] for fault in check_json(answer.content, "errors")]
    for word in ("email", "lat is", "address_string", "[count]", "[since]", "[how]"):
        assert any(word in text for text in told), word


def test_answers_are_kept_as_the_web_form_keeps_them(client: Client, light: Any, key: str) -> None:
    answer = send(
        client, key, service_code=light.code, lat="39.7392358", long="-104.990251",
        **{
            "attribute[how]": "flickers", "attribute[seen][0]": "off", "attribute[count]": "3",
            "attribute[since]": "2026-01-31T02:00:00Z", "attribute[danger]": "yes",
        },
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    case = Case.objects.get()
    # Two in the morning in Greenwich is the day before in Denver.
    assert case.answers == {
        "how": "flickers", "seen": ["off"], "count": 3, "since": "2026-01-30", "danger": "yes"
    }  # fmt: skip
    assert (case.lat, case.lon, case.channel) == (39.7392358, -104.990251, "app")
    assert case.due_at is None or case.due_at > case.received_at


@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "application/json", "text/plain"])
def test_xml_is_never_read(client: Client, service: Any, key: str, kind: str) -> None:
    answer = client.post(f"{URL}.xml", LAUGHS, content_type=kind)
    assert answer.status_code == 415
    assert b"root:" not in answer.content
    assert check_xml(answer.content)["error"][0]["code"] == 415


def test_a_broken_multipart_body_is_told(client: Client, service: Any, key: str) -> None:
    answer = client.post(f"{URL}.json", b"--x\r\nnonsense", content_type="multipart/form-data")
    assert answer.status_code == 400
    check_json(answer.content, "errors")
    many = {f"f{n}": "x" for n in range(400)}
    assert send(client, key, **many).status_code == 413


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests.json?start_date=yesterday", 400),
        ("requests.json?start_date=2026-01-01&end_date=2026-12-31", 400),
        ("requests.json?start_date=2026-02-01&end_date=2026-01-01", 400),
        ("requests.json?start_date=0001-01-01T00:00:00%2B23:59", 400),
        ("requests.json?status=both", 400),
        ("requests.json?service_code=nope", 404),
        ("requests.json?page=0", 400),
        ("requests.json?page_size=ten", 400),
        ("requests.json?page=1001", 404),
        ("requests.json?bbox=1,2,3", 400),
        ("requests.json?bbox=nan,0,1,1", 400),
        ("requests.json?bbox=10,0,-10,1", 400),
        ("requests.json?jurisdiction_id=elsewhere", 404),
        ("requests/%00.json", 404),
        ("services/nope.json", 404),
        ("tokens/nope.json", 404),
        ("nothing.json", 404),
    ],
)
def test_questions_that_cannot_be(client: Client, service: Any, path: str, status: int) -> None:
    answer = client.get(f"/open311/v2/{path}")
    assert answer.status_code == status
    assert check_json(answer.content, "errors")[0]["code"] == str(status)


def test_only_a_key_with_the_scope_sends(client: Client, service: Any) -> None:
    key, whole = made_key(Scope.READ_CASES)
    assert send(client, whole).status_code == 403
    key, whole = made_key(Scope.OPEN311)
    assert send(client, whole).status_code == 200
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=clock.now())
    assert send(client, whole).status_code == 403
    ApiKey.objects.filter(pk=key.pk).update(
        revoked_at=None, expires_at=clock.now() - timedelta(seconds=1)
    )
    assert send(client, whole).status_code == 403


def test_the_audit_names_the_key(client: Client, service: Any, key: str) -> None:
    send(client, key, email="ana@home.example", first_name="Ana")
    row = AuditRow.objects.get(verb="case.received")
    assert row.actor_kind == "customer"
    assert row.actor_name == "Ana · Street app"


def test_a_key_has_a_limit_and_is_told(client: Client, service: Any) -> None:
    _key, whole = made_key(Scope.OPEN311, per_minute=2)
    with clock.at(clock.now().replace(second=20, microsecond=0)):
        first, _second, third = (send(client, whole) for _n in range(3))
    assert first["RateLimit-Remaining"] == "1"
    assert third.status_code == 429
    assert third["Retry-After"] == "40"
    check_json(third.content, "errors")
    assert Case.objects.count() == 2


def test_a_request_named_by_the_client_is_made_once(client: Client, service: Any, key: str) -> None:
    def named(name: str, **values: str) -> Any:
        given = {"api_key": key, "service_code": "pothole", "address_string": "1 Elm"} | values
        return client.post(f"{URL}.json", given, headers={"Idempotency-Key": name})

    first, again = named("a-1"), named("a-1")
    assert first.json() == again.json()
    other = named("a-1", description="Something else")
    assert other.status_code == 400
    assert named("two words").status_code == 400
    assert Case.objects.count() == 1
    # Without a name two posts are two requests: documented, not merged.
    send(client, key)
    send(client, key)
    assert Case.objects.count() == 3


def test_a_name_is_free_again_where_nothing_was_made(
    client: Client, service: Any, key: str
) -> None:
    service.anonymous_allowed = False
    service.save()
    given = {"api_key": key, "service_code": "pothole", "address_string": "1 Elm"}
    name = {"Idempotency-Key": "b-1"}
    refused = client.post(f"{URL}.json", given, headers=name)
    assert refused.status_code == 400
    mended = client.post(f"{URL}.json", given | {"email": "ana@home.example"}, headers=name)
    assert mended.status_code == 200


def test_other_methods_and_preflight(client: Client, service: Any) -> None:
    wrong = client.delete("/open311/v2/services.json")
    assert (wrong.status_code, wrong["Allow"]) == (405, "GET, OPTIONS")
    check_json(wrong.content, "errors")
    asked = client.options("/open311/v2/services.json")
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Methods"] == "GET"
    # A page elsewhere may read, and not send with somebody's key.
    assert "Access-Control-Allow-Origin" not in client.post(f"{URL}.json")


def test_reads_have_a_limit(client: Client, service: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("heard.doors.open311.door.READS_A_MINUTE", 2)
    answers = [client.get("/open311/v2/services.xml") for _n in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "60"
    check_xml(answers[2].content)
