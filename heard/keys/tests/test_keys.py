"""Keys: shown once, kept as a digest, for what they are for, until they end."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow
from heard.keys import limits, repeats, services
from heard.keys.limits import forget_old_minutes
from heard.keys.models import Answer, ApiKey, Minute, Rejection, Scope
from heard.keys.rejections import lately, turned_away
from heard.keys.services import Wanted, find, issue, revoke
from heard.keys.tests.making import made_key
from heard.people.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, staff: Any) -> Client:
    client.force_login(staff("administrator"))
    return client


def test_a_key_is_kept_as_a_digest_and_found_by_the_whole(town: Any) -> None:
    key, whole = made_key(Scope.READ_CITY)
    assert whole.startswith(f"heard_{key.prefix}_")
    secret = whole.rpartition("_")[2]
    assert len(secret) == 32
    kept = str(list(ApiKey.objects.values()))
    assert secret not in kept
    assert secret not in str(list(AuditRow.objects.values()))
    assert find(whole) == key
    for wrong in ("", whole[:-1], whole + "a", whole.upper(), f"heard_{key.prefix}_{'a' * 32}",
                  "Bearer " + whole, "\x00" * 47):  # fmt: skip
        assert find(wrong) is None


def test_it_ends_when_revoked_when_run_out_and_when_its_person_leaves(staff: Any) -> None:
    key, whole = made_key(Scope.WORK_CASES, acts_as=staff("agent"))
    revoke(key, actor=SYSTEM)
    revoke(key, actor=SYSTEM)
    assert find(whole) is None
    assert AuditRow.objects.filter(verb="api_key.revoked").count() == 1
    key, whole = made_key(Scope.READ_CITY, expires_at=clock.now() + timedelta(days=1))
    assert find(whole) is not None
    with clock.at(clock.now() + timedelta(days=2)):
        assert find(whole) is None
        assert key.state == "expired"
    key, whole = made_key(Scope.WORK_CASES, acts_as=staff("agent"))
    person = staff("agent")
    person.is_active = False
    person.save()
    assert find(whole) is None
    assert ApiKey.objects.get(pk=key.pk).state == "left"


def test_what_a_key_cannot_be(staff: Any) -> None:
    agent, lead = staff("agent"), staff("cx_lead")
    for field, wanted in (
        ("name", Wanted("  ", (Scope.READ_CITY,))),
        ("scopes", Wanted("X", ())),
        ("scopes", Wanted("X", ("cases:everything",))),
        ("per_minute", Wanted("X", (Scope.READ_CITY,), per_minute=0)),
        ("expires_at", Wanted("X", (Scope.READ_CITY,), expires_at=clock.now())),
        ("acts_as", Wanted("X", (Scope.WORK_CASES,))),
        ("acts_as", Wanted("X", (Scope.WORK_CASES,), acts_as=lead)),
        ("acts_as", Wanted("X", (Scope.READ_CITY,), acts_as=agent)),
    ):
        with pytest.raises(Refused) as refused:
            issue(wanted, actor=SYSTEM)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        issue(Wanted("X", (Scope.READ_CITY,)), actor=agent.as_actor())
    with pytest.raises(NotAllowed):
        services.as_staff(made_key(Scope.READ_CITY)[0])


@pytest.mark.parametrize("role", Role.values)
def test_only_administrators(client: Client, staff: Any, role: str) -> None:
    key, _whole = made_key(Scope.READ_CITY)
    client.force_login(staff(role))
    wanted = 200 if role == Role.ADMINISTRATOR else 403
    for path in ("", "new/", f"{key.pk}/revoke/"):
        assert client.get(f"/desk/keys/{path}").status_code == wanted
    if wanted == 403:
        assert client.post(f"/desk/keys/{key.pk}/revoke/").status_code == 403
        assert ApiKey.objects.get().revoked_at is None


def test_issued_on_the_page_shown_once_and_revoked(admin: Client, staff: Any) -> None:
    agent = staff("agent")
    given = {
        "name": "Crew app", "scopes": ["cases:read", "cases:work"], "acts_as": agent.pk,
        "per_minute": "60", "division": agent.division_id, "expires_at": "2099-12-31",
    }  # fmt: skip
    page = admin.post("/desk/keys/new/", given)
    key = ApiKey.objects.get()
    whole = page.content.decode().split("<code>")[1].split("</code>")[0]
    assert find(whole) == key
    assert "no-store" in page["Cache-Control"]
    assert (key.acts_as, key.division, key.per_minute) == (agent, agent.division, 60)
    listed = admin.get("/desk/keys/").content.decode()
    assert key.prefix in listed
    assert whole not in listed
    admin.post(f"/desk/keys/{key.pk}/revoke/")
    assert find(whole) is None
    assert "revoked" in admin.get("/desk/keys/").content.decode()
    row = AuditRow.objects.get(verb="api_key.issued")
    assert row.changes["scopes"] == [[], ["cases:read", "cases:work"]]
    wrong = admin.post("/desk/keys/new/", given | {"acts_as": ""})
    assert wrong.status_code == 422
    assert 'value="Crew app"' in wrong.content.decode()


def test_the_list_asks_as_often_however_long_it_is(
    admin: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made_key(Scope.READ_CITY)
    turned_away("api", "key")
    admin.get("/desk/keys/")
    with CaptureQueriesContext(connection) as first:
        admin.get("/desk/keys/")
    for _n in range(6):
        made_key(Scope.READ_CITY)
    turned_away("open311", "unknown")
    with django_assert_num_queries(len(first)):
        assert "open311" in admin.get("/desk/keys/").content.decode()


def test_the_limit_counts_by_the_minute(town: Any) -> None:
    key, _whole = made_key(Scope.READ_CITY, per_minute=2)
    moment = clock.now().replace(second=50, microsecond=0)
    with clock.at(moment):
        stands = [limits.count(key) for _n in range(3)]
    assert [s.is_over for s in stands] == [False, False, True]
    assert stands[2].headers["Retry-After"] == "10"
    with clock.at(moment + timedelta(seconds=10)):
        assert not limits.count(key).is_over
    with clock.at(moment + timedelta(hours=1)):
        assert forget_old_minutes() == 2
        assert not Minute.objects.exists()


def test_an_answer_is_kept_for_two_days_and_nothing_of_what_failed(town: Any) -> None:
    key, _whole = made_key(Scope.READ_CITY)
    done: list[int] = []

    def act() -> tuple[int, Any]:
        done.append(1)
        return 201, {"n": len(done)}

    def fail() -> tuple[int, Any]:
        raise Refused("no")

    with pytest.raises(Refused):
        repeats.once(key, "a", "digest", fail)
    assert not Answer.objects.exists()
    assert repeats.once(key, "a", "digest", act).body == {"n": 1}
    again = repeats.once(key, "a", "digest", act)
    assert (again.status, again.body, again.again) == (201, {"n": 1}, True)
    with pytest.raises(repeats.OtherContent):
        repeats.once(key, "a", "other", act)
    assert repeats.once(key, None, "digest", act).body == {"n": 2}
    with clock.at(clock.now() + timedelta(hours=49)):
        assert repeats.forget_old_answers() == 1
        assert repeats.once(key, "a", "other", act).body == {"n": 3}


def test_what_was_turned_away_is_counted_by_day(town: Any) -> None:
    turned_away("api", "key")
    turned_away("api", "key")
    turned_away("open311", "unknown")
    assert lately() == [("api", "key", 2), ("open311", "unknown", 1)]
    Rejection.objects.update(day=clock.now().date() - timedelta(days=31))
    assert lately() == []
