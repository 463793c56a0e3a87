"""The search index follows every writer, and says nothing to who may not see people."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.operations import RunPython

from heard.cases import search_index, services
from heard.cases.models import Case, Message
from heard.cases.searching import Query, fold, having, query_of, stem
from heard.core.actors import SYSTEM
from heard.people.models import Customer
from heard.people.services import know_customer


def found(typed: str, *, people: bool = True, marks: tuple[tuple[str, ...], ...] = ()) -> list[int]:
    query = query_of(typed, sees_people=people, marks=marks)
    return ids_of(query, 100) if query else []


def ids_of(query: Query, limit: int) -> list[int]:
    cases = Case.objects.filter(pk__in=having(query, limit))
    return list(cases.order_by("-pk").values_list("pk", flat=True))


def test_what_verbs_write_is_found_at_once(case: Case, staff: Any) -> None:
    assert found("hoyo grande") == [case.pk]
    services.reply(case, "The crew comes on Thursday.", actor=staff().as_actor())
    assert found("thursday") == [case.pk]
    assert found("hoyo thursday") == [case.pk]


def test_what_goes_round_the_verbs_is_found_too(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(words="A lamp is dark.")
    assert (found("lamp"), found("hoyo")) == ([case.pk], [])
    Message.objects.bulk_create(
        [Message(case=case, direction="in", words="It flickers.", at=case.received_at)]
    )
    assert found("flickers") == [case.pk]
    Message.objects.all().delete()
    assert found("flickers") == []


def test_a_case_that_is_gone_is_not_found(case: Case) -> None:
    pk = case.pk
    Case.objects.filter(pk=pk).delete()
    assert found("hoyo") == []


@pytest.mark.parametrize("typed", ["PEÑA", "pena", "Peñ", "josé peña", "jose pena"])
def test_accents_and_case_are_folded(typed: str, case: Case, customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(name="José Peña")
    assert found(typed) == [case.pk]


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("Two potholes", "pothole"), ("A pothole", "potholes"),
        ("Los baches de la calle", "bache"), ("Un bache", "baches"),
        ("Đường bị hỏng", "hong"),
        ("It’s at 12-B Elm/Oak", "12 oak"),
    ],
)  # fmt: skip
def test_both_languages(words: str, typed: str, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(words=words)
    assert found(typed) == [case.pk]


def test_people_are_found_by_name_email_and_number_by_who_may(case: Case) -> None:
    Customer.objects.update(name="Ana Ruiz", email="ana@home.example", phone="+1 (303) 555-0199")
    for typed in ("ana ruiz", "ana@home.example", "303-555-0199", "5550199", "13035550199"):
        assert found(typed) == [case.pk], typed
        assert found(typed, people=False) == [], typed
    # Words that stand in the case itself are not a secret of its customer.
    Case.objects.update(words="Ana lives here")
    assert found("ana", people=False) == [case.pk]


def test_when_customers_become_one_their_cases_follow(case: Case) -> None:
    other = know_customer(name="Bea Blau", email="bea@home.example", actor=SYSTEM)
    Case.objects.update(customer=other)
    assert (found("blau"), found("ruiz")) == ([case.pk], [])


def test_marks_narrow_inside_the_index(case: Case, staff: Any) -> None:
    here = (f"d{case.division_id}",)
    assert found("hoyo", marks=(("xopen",), here)) == [case.pk]
    assert found("hoyo", marks=(("d999", *here),)) == [case.pk]
    assert found("hoyo", marks=(("xfinished",),)) == []
    services.assign(case, staff(), actor=staff().as_actor())
    assert found("hoyo", marks=((f"a{staff().pk}",),)) == [case.pk]
    Case.objects.update(state="closed", customer_waits_since=None)
    assert found("hoyo", marks=(("xopen",),)) == []
    assert found("hoyo", marks=(("xfinished",),)) == [case.pk]
    assert found("xfinished") == []  # marks are not words


def test_newest_first_and_no_further_than_asked(case: Case, service: Any) -> None:
    more = [
        Case.objects.create(
            service=service, division=service.division, words="hoyo",
            received_at=case.received_at, changed_at=case.changed_at,
        ).pk
        for _number in range(3)
    ]  # fmt: skip
    assert ids_of(Query(("hoyo",)), 3) == more[::-1]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "' OR 1=1 --",
        "words:hoyo*",
        "NEAR(a b)",
        "& | !",
        "hoyo\x00",
        "(((",
        "ﬁ ²",
        "กำ",
        "😀",
        "a:*",
    ],
)
def test_nothing_typed_is_a_command(typed: str, case: Case) -> None:
    assert set(found(typed)) <= {case.pk}


def test_plain_forms() -> None:
    assert fold("Çà et Là — ÑANDÚ 12").split() == ["ca", "et", "la", "nandu", "12"]
    assert [stem(w) for w in ("potholes", "baches", "bus", "elm", "12345s")] == [
        "pothol", "bach", "bus", "elm", "12345s",
    ]  # fmt: skip


def test_rebuilding_brings_back_what_was_lost(case: Case, run_steps: Any) -> None:
    key = "rowid" if connection.vendor == "sqlite" else "case_id"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM cases_search WHERE {key} = {case.pk}")
    assert (found("hoyo"), search_index.missing()) == ([], 1)
    said = StringIO()
    call_command("search", "check", stdout=said)
    assert "heard search rebuild" in said.getvalue()
    call_command("search", "rebuild", stdout=said)
    assert (found("hoyo"), search_index.missing()) == ([case.pk], 0)
    call_command("search", "check", stdout=said)
    assert "Every case" in said.getvalue()


def test_triggers_come_back_after_migrations(case: Case) -> None:
    search_index.before_migrations(plan=[("a migration", False)])
    Case.objects.update(words="A dark lamp.")
    assert found("lamp") == []

    class Touches:
        app_label = "cases"
        operations = (RunPython(RunPython.noop),)

    search_index.after_migrations(plan=[(Touches, False)])
    assert found("lamp") == [case.pk]
    Case.objects.update(words="A wet cellar.")
    assert found("cellar") == [case.pk]


OLD = {
    "sqlite": [
        "DROP TABLE cases_search",
        "CREATE VIRTUAL TABLE cases_search USING fts5(marks, words, people)",
    ],
    "postgresql": [
        "COMMENT ON TABLE cases_search IS NULL",
        "UPDATE cases_search SET doc = to_tsvector('simple', 'xopen')",
    ],
}


def test_an_index_of_an_earlier_version_is_made_anew(case: Case) -> None:
    with connection.cursor() as cursor:
        for statement in OLD[connection.vendor]:
            cursor.execute(statement)
    search_index.after_migrations()
    assert found("hoyo") == [case.pk]
    search_index.after_migrations()
    assert not search_index.missing()


def test_cases_far_apart_are_all_found(case: Case) -> None:
    numbers = (131_071, 131_072, 400_000, 900_000)
    for turn, number in enumerate(numbers):
        case.pk, case.reference = number, f"R{number:07}"
        case.save(force_insert=True)
        if turn % 2:
            search_index.widen()
    everything = found("hoyo")
    assert everything[:4] == sorted(numbers, reverse=True)
    assert len(everything) == 5
    query = query_of("hoyo", sees_people=False)
    assert query is not None
    assert ids_of(query, 2) == [900_000, 400_000]
    assert not search_index.missing()
