"""People are found by what they say, however it is written."""

from typing import Any

import pytest
from django.db import connection

from heard.core.actors import SYSTEM
from heard.core.errors import Refused
from heard.people.keys import name_words, phone_number
from heard.people.lookup import Said, by_email, by_name, by_phone, read_typed
from heard.people.models import Customer, NameWord
from heard.people.services import correct_customer, know_customer

pytestmark = pytest.mark.django_db


def make(*people: tuple[str, str, str]) -> list[Customer]:
    return [
        know_customer(name=name, phone=phone, email=email, actor=SYSTEM)  # type: ignore[misc]
        for name, phone, email in people
    ]


@pytest.mark.parametrize(
    "typed",
    ["303-555-0142", "(303) 555 0142", "+1 303.555.0142", "13035550142", "303 555 0142 x12"],
)
def test_a_number_is_the_same_however_it_is_written(typed: str, town: Any) -> None:
    (ana,) = make(("Ana", "303-555-0142", ""))
    assert phone_number(typed) == "13035550142"
    assert list(by_phone(typed)) == [ana]
    assert know_customer(phone=typed, actor=SYSTEM) == ana


def test_the_end_of_a_number_is_enough(town: Any) -> None:
    ana, _joe = make(("Ana", "303-555-0142", ""), ("Joe", "303-555-0199", ""))
    assert list(by_phone("0142")) == [ana]
    assert list(by_phone("555-0142")) == [ana]


def test_names_are_found_by_the_beginnings_of_words(town: Any) -> None:
    ana, sofia, _joe = make(
        ("Ana Ruiz Peña", "", "a@home.example"),
        ("Sofía Peñalver", "", "s@home.example"),
        ("Joe Boone", "", "j@home.example"),
    )
    assert by_name("PENA") == [ana.pk, sofia.pk]
    assert by_name("ruiz a") == [ana.pk]
    assert by_name("ana boone") == []
    assert by_name("a") == []
    assert by_name("%") == by_name("_n") == []


def test_an_address_is_found_by_its_beginning_in_any_case(town: Any) -> None:
    (ana,) = make(("Ana", "", "Ana.Ruiz@home.example"))
    assert list(by_email("ANA.ruiz@")) == [ana]
    assert list(by_email("ana_ruiz")) == []


def test_words_follow_a_change_of_name(town: Any) -> None:
    (ana,) = make(("Ana Ruiz", "", "a@home.example"))
    correct_customer(ana, name="Ana María Soto", phone="303-555-0101", actor=SYSTEM)
    assert by_name("ruiz") == []
    assert by_name("soto maria") == [ana.pk]
    assert list(by_phone("0101")) == [ana]


def test_many_written_at_once_are_found_too(town: Any) -> None:
    from heard.core import clock

    Customer.objects.bulk_create(
        Customer(name=f"Person Nr{n}", phone=f"303-555-01{n:02}", created_at=clock.now())
        for n in range(3)
    )
    assert len(by_name("nr2")) == 1
    assert by_phone("0102").count() == 1


def test_a_lookup_walks_an_index(town: Any) -> None:
    """The plan of the database names the index and never reads the whole table."""
    if connection.vendor != "sqlite":
        pytest.skip("an empty table is always read whole by PostgreSQL's planner")
    for query in (
        by_phone("0142"),
        by_email("ana"),
        NameWord.objects.filter(word__begins="ruiz"),
    ):
        plan = query.order_by().explain()
        assert "USING" in plan, plan
        assert "INDEX" in plan, plan


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", Said.NOTHING), ("303-555-0142", Said.PHONE), ("ana@home", Said.EMAIL),
        ("k7m4 2qxp", Said.REFERENCE), ("12 Elm", Said.WORDS), ("Ana Ruiz", Said.WORDS),
        ("<b>Ana</b>", Said.WORDS),
    ],
)  # fmt: skip
def test_what_was_typed(typed: str, kind: Said) -> None:
    assert read_typed(typed).kind == kind


@pytest.mark.parametrize("typed", ["1" * 40, "+1 303 555 0142 " * 3, "12", "x" * 201])
def test_what_cannot_be_looked_up_is_told_plainly(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_typed(typed)
    assert refusal.value.field == "q"


def test_forty_digits_are_no_number(town: Any) -> None:
    with pytest.raises(Refused, match="40 digits") as refusal:
        know_customer(name="Ana", phone="1" * 40, actor=SYSTEM)
    assert refusal.value.field == "phone"
    assert not Customer.objects.exists()


def test_words_of_a_name() -> None:
    assert name_words("  José-María O'Neil, José ") == ["jose", "maria", "o", "neil"]
