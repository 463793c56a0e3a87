"""Cases by the API: whose they are, what may be done, once, and in pages that stay put."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.cases.models import Case, Message
from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.models import AuditRow
from heard.keys.models import ApiKey, Rejection
from heard.people.models import Division, Staff

pytestmark = pytest.mark.django_db


def problem(answer: Any, status: int, field: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["detail"]
    if field:
        assert field in [error["field"] for error in told["errors"]], told
    return told


def test_without_a_key_that_holds_nothing_opens(client: Client, case: Any, speak: Any) -> None:
    assert problem(client.get("/api/v1/cases"), 401)
    assert client.get("/api/v1/cases")["WWW-Authenticate"] == "Bearer"
    speaker = speak("cases:read")
    assert speaker.get("cases").status_code == 200
    ApiKey.objects.update(revoked_at=clock.now())
    problem(speaker.get("cases"), 401)
    assert Rejection.objects.get(door="api", reason="key").times == 3


def test_each_scope_opens_its_own_and_no_more(case: Any, speak: Any) -> None:
    calls = {
        "cases:read": ("get", "cases"),
        "cases:create": ("post", "cases"),
        "cases:work": ("post", f"cases/{case.reference}/messages"),
        "city:read": ("get", "services"),
        "measures:read": ("get", "measures"),
    }
    for scope in calls:
        speaker = speak(scope)
        for other, (method, path) in calls.items():
            given: tuple[Any, ...] = ({},) if method == "post" else ()
            answer = getattr(speaker, method)(path, *given)
            if other == scope:
                assert answer.status_code in {200, 422}
            else:
                assert other in problem(answer, 403)["detail"]


def test_a_key_of_a_division_sees_its_own_cases(
    case: Any, speak: Any, division: Any, staff: Any
) -> None:
    parks = Division.objects.create(
        department=division.department, code="parks", name={"en": "Parks"}
    )
    mine, theirs = speak(division=division), speak(division=parks)
    assert len(mine.get("cases").json()["items"]) == 1
    assert theirs.get("cases").json()["items"] == []
    problem(theirs.get(f"cases/{case.reference}"), 404)
    problem(theirs.post(f"cases/{case.reference}/state", {"to": "in_progress"}), 404)
    problem(theirs.post("cases", {"service": "pothole", "words": "A hole"}), 403)
    case.refresh_from_db()
    assert case.state == "received"


def test_who_the_customer_is_only_with_the_scope(case: Any, speak: Any) -> None:
    assert speak("cases:read").get(f"cases/{case.reference}").json()["customer"] is None
    seen = speak("cases:read", "customers:read").get(f"cases/{case.reference}").json()
    assert seen["customer"]["email"] == "ana@home.example"


def test_a_case_is_made_as_at_every_other_door(speak: Any, service: Any, run_steps: Any) -> None:
    speaker = speak()
    answer = speaker.post(
        "cases",
        {
            "service": "pothole", "words": "Un hoyo", "language": "es", "place": "12 Elm",
            "lat": 39.7, "lon": -105.0, "customer": {"name": "Ana", "email": "ana@home.example"},
        },
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    case = Case.objects.select_related("customer").get(reference=answer.json()["reference"])
    assert (case.channel, case.language, case.customer.email) == (
        "api", "es", "ana@home.example"
    )  # fmt: skip
    assert case.due_at is not None
    run_steps()
    from heard.post.models import Dispatch

    assert Dispatch.objects.filter(about=f"case:{case.pk}", template="case_received").exists()
    assert AuditRow.objects.get(verb="case.received").actor_name == "Ana · Street app"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"service": "pothole"}, 422, "body.given.words"),
        ({"service": "pothole", "words": "\u200b \x00"}, 422, ""),
        ({"service": "nope", "words": "A hole"}, 422, "service"),
        ({"service": "pothole", "words": "x" * 10_001}, 422, "body.given.words"),
        ({"service": "pothole", "words": "A", "lat": 91, "lon": 0}, 422, "body.given.lat"),
        ({"service": "pothole", "words": "A", "lat": 39.7}, 422, "lat"),
        ({"service": "pothole", "words": "A", "colour": "red"}, 422, "body.given.colour"),
        ({"service": "pothole", "words": "A", "answers": {"x": "1"}}, 422, "answers.x"),
        ({"service": "pothole", "words": "A", "customer": {"email": "x"}}, 422, "customer.email"),
        ({"service": "pothole", "words": "A", "customer": {"phone": "12"}}, 422, "customer.phone"),
        ([1, 2], 422, ""),
    ],
)
def test_bad_bodies_are_told(speak: Any, service: Any, body: Any, status: int, field: str) -> None:
    answer = speak().post("cases", json.dumps(body))
    if body == {"service": "pothole", "words": "\u200b \x00"} and answer.status_code == 201:
        return  # a zero-width blank is a character people can type
    problem(answer, status, field)
    assert not Case.objects.exists()


@pytest.mark.parametrize("body", ["{", "[" * 50_000, '{"lat": NaN}', "\udcff", ""])
def test_bodies_that_are_no_json(speak: Any, service: Any, body: str) -> None:
    raw = body.encode("utf-8", "surrogateescape")
    assert problem(speak().post("cases", raw), 400 if body and "NaN" not in body else 422)


def test_bodies_are_bounded(speak: Any, service: Any) -> None:
    problem(speak().post("cases", json.dumps({"words": "x" * 300_000})), 413)
    problem(speak("city:read").get("nothing/here"), 404)
    answer = speak("cases:read").client.delete("/api/v1/cases")
    assert problem(answer, 405)["detail"].endswith("here.")


def test_a_named_request_is_done_once(speak: Any, service: Any) -> None:
    speaker, body = speak(), {"service": "pothole", "words": "A hole"}
    first = speaker.post("cases", body, **{"Idempotency-Key": "n-1"})
    again = speaker.post("cases", body, **{"Idempotency-Key": "n-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    other = speaker.post("cases", body | {"words": "Two holes"}, **{"Idempotency-Key": "n-1"})
    problem(other, 422)
    # Another key may use the same name.
    assert speak().post("cases", body, **{"Idempotency-Key": "n-1"}).status_code == 201
    assert Case.objects.count() == 2


def test_pages_stay_put_when_cases_arrive(speak: Any, service: Any) -> None:
    now = clock.now()

    def hole(seconds: int) -> str:
        with clock.at(now - timedelta(seconds=seconds)):
            made = receive(Request(service=service, words="A hole"), actor=SYSTEM)
        return str(made.reference)

    wanted = [hole(n // 2) for n in range(7)]  # two in each second
    speaker, seen, cursor = speak("cases:read"), [], ""
    while True:
        got = speaker.get("cases", limit=2, cursor=cursor).json()
        seen += [item["reference"] for item in got["items"]]
        hole(-len(seen))  # a new one arrives while we read
        cursor = got["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(wanted)
    assert len(seen) == len(set(seen))
    changed = speaker.get("cases", order="changed", limit=100).json()["items"]
    assert [i["changed_at"] for i in changed] == sorted(i["changed_at"] for i in changed)
    for wrong in ("x", "cmVjZWl2ZWQuMS4x", "ñ", "cmVjZWl2ZWQuOTk5OTk5OTk5OTk5OTk5OTk5LjE"):
        problem(speaker.get("cases", cursor=wrong, order="changed"), 422, "cursor")


def test_filters(speak: Any, case: Any, service: Any, staff: Any) -> None:
    speaker = speak("cases:read")

    def many(**query: str) -> int:
        return len(speaker.get("cases", **query).json()["items"])

    assert many(state="received", service="pothole", division="streets") == 1
    assert many(state="closed") == many(service="x") == many(division="x") == 0
    ahead = (clock.now() + timedelta(hours=1)).isoformat()
    assert many(changed_after=ahead) == 0
    problem(speaker.get("cases", changed_after="2026-01-01T00:00:00"), 422, "changed_after")
    problem(speaker.get("cases", limit="1000"), 422)


def test_the_conversation_goes_on_by_the_rules(speak: Any, case: Any, staff: Any) -> None:
    speaker, path = speak(), f"cases/{case.reference}"
    for direction, words in (("note", "Crew 4 knows"), ("out", "We come"), ("in", "Thanks")):
        answer = speaker.post(f"{path}/messages", {"direction": direction, "words": words})
        assert answer.status_code == 201, answer.content
    waits = {"direction": "out", "words": "Which lane?", "waits": True}
    assert speaker.post(f"{path}/messages", waits).status_code == 201
    assert speaker.get(path).json()["state"] == "waiting"
    problem(speaker.post(f"{path}/messages", {"direction": "out", "words": "  "}), 422, "words")
    first = speaker.get(f"{path}/messages", limit=3).json()
    rest = speaker.get(f"{path}/messages", limit=3, cursor=first["next"]).json()
    told = [m["words"] for m in first["items"] + rest["items"]]
    assert told == ["Crew 4 knows", "We come", "Thanks", "Which lane?"]
    assert first["items"][0]["staff"] == "Sam Agent"
    assert Message.objects.filter(channel="api", direction="in").count() == 1


def test_states_change_by_the_table_of_the_house(speak: Any, case: Any) -> None:
    speaker, path = speak(), f"cases/{case.reference}/state"
    problem(speaker.post(path, {"to": "reopened", "words": "Again"}), 422)
    assert speaker.post(path, {"to": "understood", "words": "A hole by 12 Elm"}).status_code == 200
    done = speaker.post(path, {"to": "in_progress", "seen_version": 1})
    assert "Somebody changed" in problem(done, 409)["detail"]
    assert speaker.post(path, {"to": "in_progress"}).json()["state"] == "in_progress"
    problem(speaker.post(path, {"to": "resolved", "words": "Filled"}), 422, "outcome")
    problem(speaker.post(path, {"to": "resolved", "outcome": "done"}), 422, "words")
    solved = {"to": "resolved", "outcome": "done", "words": "Filled with asphalt."}
    assert speaker.post(path, solved).json()["outcome"] == "done"
    assert speaker.post(path, {"to": "reopened", "words": "It sank"}).json()["state"] == "reopened"
    assert speaker.post(path, {"to": "declined", "words": "Private"}).json()["state"] == "declined"
    row = AuditRow.objects.get(verb="case.started")
    assert (row.actor_kind, row.actor_name) == ("staff", "Sam Agent · Street app")


def test_a_key_ends_with_the_person_it_acts_as(speak: Any, case: Any) -> None:
    speaker = speak()
    Staff.objects.update(is_active=False)
    problem(speaker.get("cases"), 401)


def test_the_role_of_the_person_binds_the_key(speak: Any, case: Any, staff: Any) -> None:
    speaker = speak(acts_as=staff("agent"))
    Staff.objects.update(role="cx_lead")
    answer = speaker.post(f"cases/{case.reference}/state", {"to": "in_progress"})
    problem(answer, 403)


def test_limits_are_told_and_hold(speak: Any, case: Any) -> None:
    speaker = speak("cases:read", per_minute=2)
    with clock.at(clock.now().replace(second=15, microsecond=0)):
        answers = [speaker.get("cases") for _n in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Limit"] == "2"
    assert answers[1]["RateLimit-Remaining"] == "0"
    assert answers[1]["RateLimit-Reset"] == "45"
    assert answers[2]["Retry-After"] == "45"
    problem(answers[2], 429)
    key = ApiKey.objects.get()
    assert key.last_used_at is not None


def test_a_list_asks_as_often_however_long_it_is(
    speak: Any, case: Any, service: Any, django_assert_num_queries: Any
) -> None:
    speaker = speak("cases:read", "customers:read")
    speaker.get("cases")
    for more in (0, 8):
        for _n in range(more):
            receive(Request(service=service, words="A hole"), actor=SYSTEM)
        with django_assert_num_queries(4):  # the key, its minute (2), the cases
            assert len(speaker.get("cases").json()["items"]) == 1 + more
