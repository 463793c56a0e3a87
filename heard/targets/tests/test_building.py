"""A measure built in a page: formula, preview, four eyes, publication, and its next version."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from heard.core import clock
from heard.core.models import AuditRow, Event
from heard.facts.tests.making import make_cases, utc
from heard.measures import trials
from heard.measures.built import write_cards
from heard.measures.built_models import BuiltVersion, Trial
from heard.measures.definitions import measures
from heard.measures.models import Result
from heard.measures.refresh import refresh
from heard.people.models import Role
from heard.people.roles import may
from heard.targets.models import OwnMeasure
from heard.targets.subjects import subject
from heard.targets.versions import versions_of

pytestmark = [pytest.mark.django_db, pytest.mark.only_measures("cases_received", "calls_for_help")]
NEW = "/desk/targets/build/new/cases/"
TYPED = {
    "key": "k1", "short": "calls_for_help", "month": "day:received_on", "take": "share",
    "counts_0_column": "channel", "counts_0_operator": "is", "counts_0_value": "phone",
    "name_en": "Calls for help", "name_es": "Llamadas de ayuda",
    "definition_en": "The share that came by phone.",
    "definition_es": "La proporción que llegó por teléfono.",
    "area": "reach", "direction": "none", "effective_from": "2026-01-01",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: Any) -> None:
    monkeypatch.setattr("heard.targets.views.building.WAIT", 0.0)


@pytest.fixture
def as_role(client: Client, staff: Any) -> Any:
    def signed_in(role: str) -> Client:
        client.force_login(staff(role))
        return client

    return signed_in


@pytest.fixture
def april(service: Any) -> None:
    """In March 15 cases by web, in April 20 by web and 12 by phone."""
    make_cases(service, 15, utc("2026-03-10 12:00"))
    make_cases(service, 20, utc("2026-04-10 12:00"))
    make_cases(service, 12, utc("2026-04-10 12:00"), channel="phone")


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def counted() -> None:
    """What the worker does with what pages asked it."""
    for row in Trial.objects.filter(done_at=None):
        trials.count.func(row.digest)


def drafted(client: Client, **typed: str) -> BuiltVersion:
    answer = client.post(NEW, TYPED | typed)
    assert answer.status_code == 302, text_of(answer)
    return BuiltVersion.objects.latest("pk")


def published(row: BuiltVersion, as_role: Any) -> None:
    client = as_role("administrator")
    client.get(f"/desk/targets/build/{row.pk}/")
    counted()
    for do in ("review", "publish"):
        row.refresh_from_db()
        answer = client.post(f"/desk/targets/build/{row.pk}/act/", {"seen": row.seen, "do": do})
        assert answer.status_code == 302, text_of(answer)
    write_cards()  # after the commit, which no test of this kind reaches
    row.refresh_from_db()


def test_a_preview_says_what_is_counted_and_gives_the_months(as_role: Any, april: None) -> None:
    refresh()
    client = as_role("cx_lead")
    typed = {k: v for k, v in TYPED.items() if not k.startswith(("name", "definition", "short"))}
    first = client.post(NEW, typed | {"do": "preview"})
    assert first.status_code == 200, text_of(first)
    assert "Being counted" in text_of(first)
    assert 'value="phone"' in first.content.decode()  # nothing typed is lost
    counted()
    again = text_of(client.post(NEW, typed | {"do": "preview"}))
    assert "Cases by the month of “day received”. The share where “channel” is “phone”" in again
    assert "2026-04 37.5% 22.9% – 54.7% 32 0" in again
    assert not BuiltVersion.objects.exists()


def test_from_draft_to_the_public_with_four_eyes(as_role: Any, april: None, staff: Any) -> None:
    refresh()
    client = as_role("cx_lead")
    row = drafted(client)
    page = f"/desk/targets/build/{row.pk}/"
    assert "somebody else has to review and publish it" in text_of(client.get(page))
    own = client.post(page + "act/", {"seen": row.seen, "do": "review"})
    assert own.status_code == 422
    assert "cannot approve it" in text_of(own)
    client = as_role("administrator")
    Trial.objects.all().delete()
    client.post(page + "act/", {"seen": row.seen, "do": "review"})
    row.refresh_from_db()
    unseen = client.post(page + "act/", {"seen": row.seen, "do": "publish"})
    assert "Look at the preview" in text_of(unseen)
    counted()
    assert "calls_for_help" not in measures()
    client.post(page + "act/", {"seen": row.seen, "do": "publish"})
    write_cards()
    assert str(measures()["calls_for_help"]) == "Calls for help"
    refresh()
    result = Result.objects.get(measure="calls_for_help", by="all", period="2026-04")
    assert (result.n, result.value, result.definition) == (32, 12 / 32, 1)
    client.logout()
    assert "Calls for help" in text_of(client.get("/results/calls_for_help/"))
    assert "Llamadas de ayuda" in text_of(client.get("/es/results/calls_for_help/"))
    verbs = set(Event.objects.filter(kind__startswith="built").values_list("kind", flat=True))
    assert verbs == {"built.begun", "built.reviewed", "built.published"}
    assert AuditRow.objects.filter(event__kind="built.published").exists()


def test_a_new_version_is_a_break_and_leaves_the_old_figures(as_role: Any, april: None) -> None:
    refresh()
    row = drafted(as_role("cx_lead"))
    published(row, as_role)
    refresh()
    client = as_role("cx_lead")
    page = f"/desk/targets/build/{row.pk}/again/"
    assert 'value="phone"' in client.get(page).content.decode()
    typed = TYPED | {"key": "k2", "counts_0_value": "web", "effective_from": "2026-04-15"}
    missing = client.post(page, typed)
    assert missing.status_code == 422
    assert BuiltVersion.objects.count() == 1
    said = {
        "what_changed_en": "The web counts now.", "why_changed_en": "The phones moved.",
        "what_changed_es": "Ahora cuenta la web.", "why_changed_es": "Cambió el teléfono.",
    }  # fmt: skip
    early = client.post(page, typed | said | {"effective_from": "2026-01-01"})
    assert "already changed on or after that day" in text_of(early)
    assert client.post(page, typed | said).status_code == 302
    second = BuiltVersion.objects.get(number=2)
    published(second, as_role)
    refresh()
    rows = Result.objects.filter(measure="calls_for_help", by="all", period="2026-04")
    assert {r.definition: r.value for r in rows} == {1: 12 / 32, 2: 20 / 32}
    versions = versions_of(subject("calls_for_help"))
    assert [(v.number, v.effective_from) for v in versions[1:]] == [(2, date(2026, 4, 15))]
    assert "The web counts now." in text_of(client.get("/results/calls_for_help/"))


def test_a_version_whose_day_is_to_come_waits(as_role: Any, april: None) -> None:
    refresh()
    row = drafted(as_role("cx_lead"))
    published(row, as_role)
    later = BuiltVersion.objects.get(pk=row.pk)
    later.pk, later.number, later.effective_from = None, 2, date(2026, 6, 1)
    later.what_changed = later.why_changed = {"en": "Later."}
    later.save()
    assert not write_cards()
    assert measures()["calls_for_help"].version == 1
    with clock.at(utc("2026-06-02 12:00")):
        assert write_cards()
        assert measures()["calls_for_help"].version == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"counts_0_column": ""}, "A condition is a column, an operator and a value"),
        ({"counts_0_operator": "<"}, "does not fit it"),
        ({"counts_0_value": ""}, "Say what channel is compared with"),
        ({"take": "mean"}, "lack"),
        ({"month": "day:nonsense"}, "Select a valid choice"),
        ({"counts_0_column": "days_to_close", "counts_0_value": "soon"}, "does not fit"),
        ({"counts_0_column": "received_at", "counts_0_operator": "<", "counts_0_value": "",
          "counts_0_other": "@channel"}, "cannot be compared"),
        ({"short": "on_time"}, "This short name is taken"),
        ({"short": "changes"}, "This short name is taken"),
        ({"short": "Calls!"}, "Use small letters"),
        ({"name_es": ""}, "Say it in English and in Spanish"),
        ({"effective_from": "soon"}, "Enter a valid date"),
    ],
)  # fmt: skip
def test_bad_input_is_said_plainly_and_nothing_is_lost(
    as_role: Any, typed: dict[str, str], says: str
) -> None:
    answer = as_role("cx_lead").post(NEW, TYPED | typed)
    assert answer.status_code == 422
    said = text_of(answer)
    assert says in said or (says == "lack" and "have no column" in said), said[-3000:]
    assert "The share that came by phone." in answer.content.decode()
    assert not BuiltVersion.objects.exists()


def test_a_share_of_the_wrong_rows_is_told_and_not_published(as_role: Any, april: None) -> None:
    """Rows that count but do not enter: with them a share could pass 100%."""
    refresh()
    row = drafted(
        as_role("cx_lead"), of_0_column="channel", of_0_operator="is", of_0_value="web"
    )  # fmt: skip
    client = as_role("administrator")
    client.get(f"/desk/targets/build/{row.pk}/")
    counted()
    said = text_of(client.get(f"/desk/targets/build/{row.pk}/"))
    assert "12 rows count that are not among those it is a share of" in said
    assert "withheld" in said
    BuiltVersion.objects.update(state="reviewed")
    refused = client.post(f"/desk/targets/build/{row.pk}/act/", {"seen": row.seen, "do": "publish"})
    assert refused.status_code == 422
    assert "could pass 100%" in text_of(refused)


def test_too_many_groups_are_refused(as_role: Any, april: None, monkeypatch: Any) -> None:
    refresh()
    monkeypatch.setattr(trials, "MOST_GROUPS", 1)
    row = drafted(as_role("cx_lead"))
    client = as_role("administrator")
    client.get(f"/desk/targets/build/{row.pk}/")
    counted()
    assert "It has 2 groups: too many" in text_of(client.get(f"/desk/targets/build/{row.pk}/"))


def test_the_same_key_begins_it_once_and_an_old_page_changes_nothing(as_role: Any) -> None:
    client = as_role("cx_lead")
    row = drafted(client)
    assert client.post(NEW, TYPED).status_code == 302
    assert BuiltVersion.objects.count() == 1
    page = f"/desk/targets/build/{row.pk}/change/"
    first = client.post(page, TYPED | {"seen": row.seen, "counts_0_value": "web"})
    assert first.status_code == 302
    second = client.post(page, TYPED | {"seen": row.seen, "counts_0_value": "email"})
    assert second.status_code == 422
    assert "Somebody changed this definition" in text_of(second)
    row.refresh_from_db()
    assert row.formula["counts"] == [["channel", "is", "web"]]


@pytest.mark.parametrize("role", Role.values)
def test_who_may_build_and_who_may_publish(role: str, as_role: Any, staff: Any) -> None:
    row = drafted(as_role("administrator"))
    person = staff(role)
    client = as_role(role)
    builds, publishes = may(person, "keep targets"), may(person, "publish measures")
    assert client.get(NEW).status_code == (200 if builds else 403)
    assert client.post(NEW, TYPED | {"key": "k9"}).status_code in ((302, 422) if builds else (403,))
    answer = client.post(
        f"/desk/targets/build/{row.pk}/act/", {"seen": row.seen, "do": "review"}
    ).status_code
    assert answer == (403 if not publishes else 422 if role == "administrator" else 302)
    taken = client.post("/desk/targets/library/cost_per_contact/take/").status_code
    assert taken == (302 if builds else 403)
    assert OwnMeasure.objects.filter(key="cost_per_contact").exists() == builds


def test_a_ready_made_measure_is_taken_once_with_its_parts(as_role: Any) -> None:
    client = as_role("cx_lead")
    assert "Cost of a contact" in text_of(client.get("/desk/targets/build/"))
    for _twice in range(2):
        answer = client.post("/desk/targets/library/cost_per_contact/take/", follow=True)
        assert "Cost of a contact" in text_of(answer)
    own = {row.key: row.kind for row in OwnMeasure.objects.all()}
    assert own == {"contact_cost": "entered", "cost_per_contact": "ratio"}
    assert client.post("/desk/targets/library/nothing/take/").status_code == 302


def test_a_list_of_many_costs_no_more_queries(
    as_role: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_role("cx_lead")
    row = drafted(client)
    client.get("/desk/targets/build/")
    with django_assert_max_num_queries(12):
        client.get("/desk/targets/build/")
    for number in range(2, 12):
        row.pk, row.number = None, number
        row.save()
    with django_assert_max_num_queries(12):
        assert text_of(client.get("/desk/targets/build/")).count("Calls for help") == 11


def test_old_trials_go(as_role: Any) -> None:
    client = as_role("cx_lead")
    client.post(NEW, TYPED | {"do": "preview"})
    with clock.at(clock.now() + timedelta(days=2)):
        client.post(NEW, TYPED | {"do": "preview", "counts_0_value": "web"})
    assert Trial.objects.count() == 1
