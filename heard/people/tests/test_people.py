"""Roles, sign-in rights, and knowing a customer again."""

from typing import Any

import pytest

from heard.core.actors import SYSTEM, Actor
from heard.core.errors import NotAllowed
from heard.core.models import AuditRow
from heard.people.models import Customer, Role, Staff
from heard.people.roles import ABILITIES, may, require
from heard.people.services import know_customer


def know(**given: str) -> Customer | None:
    found: Customer | None = know_customer(actor=SYSTEM, **given)
    return found


def test_every_role_is_in_the_table_and_reads_cases() -> None:
    assert set(ABILITIES) == set(Role)
    assert all("read cases" in abilities for abilities in ABILITIES.values())


def test_only_administrators_operate_and_administer() -> None:
    for ability in ("operate", "administer"):
        assert [role for role, held in ABILITIES.items() if ability in held] == [Role.ADMINISTRATOR]


def test_a_role_may_what_the_table_says(staff: Any) -> None:
    for role in Role.values:
        for ability in ABILITIES[Role.ADMINISTRATOR]:
            allowed = ability in ABILITIES[role]
            assert may(staff(role), ability) is allowed
            assert may(staff(role).as_actor(), ability) is allowed


def test_who_left_may_nothing(staff: Any) -> None:
    person = staff("administrator")
    person.is_active = False
    assert not may(person, "read cases")


def test_the_system_may_and_customers_may_not(customer: Any) -> None:
    require(SYSTEM, "work cases")
    for actor in (customer.as_actor(), Actor("staff", 1, "Nobody", "")):
        with pytest.raises(NotAllowed):
            require(actor, "read cases")


def test_the_administration_opens_for_administrators_alone(staff: Any) -> None:
    for role in Role.values:
        is_one = role == Role.ADMINISTRATOR
        assert (staff(role).is_staff, staff(role).is_superuser) == (is_one, is_one)
        assert staff(role).has_perm("catalogue.change_service") is is_one


def test_an_address_is_kept_in_small_letters(db: None) -> None:
    person = Staff.objects.create_user("Sam@City.Example", "let me in 42", name="Sam")
    assert person.email == "sam@city.example"
    assert person.check_password("let me in 42")
    assert person.role == Role.AGENT


def test_a_customer_is_known_again_by_email(town: Any) -> None:
    first = know(name="Ana", email="Ana@Home.Example ")
    again = know(name="A. Ruiz", email="ana@home.example", phone="303-555-0199")
    assert first == again
    assert again is not None
    assert (again.name, again.phone) == ("Ana", "303-555-0199")  # gaps filled, the rest kept
    assert again.preferred_channel == "email"
    assert AuditRow.objects.get(verb="customer.changed").changes == {"phone": ["", "303-555-0199"]}


def test_nothing_new_is_nothing_written(town: Any) -> None:
    know(name="Ana", email="ana@home.example")
    know(name="Ana", email="ana@home.example")
    assert AuditRow.objects.count() == 1


def test_the_latest_language_is_the_one_to_answer_in(town: Any) -> None:
    know(email="ana@home.example", language="en")
    again = know(email="ana@home.example", language="es")
    assert again is not None
    assert again.language == "es"


def test_a_number_names_a_customer_only_without_an_address(town: Any) -> None:
    with_email = know(name="Ana", email="ana@home.example", phone="303-555-0199")
    by_phone = know(phone="303-555-0199")
    again = know(name="Li", phone="303-555-0199")
    assert by_phone == again != with_email
    assert again is not None
    assert (again.name, again.preferred_channel) == ("Li", "phone")


def test_a_name_alone_is_never_somebody_known(town: Any) -> None:
    assert know(name="Ana Ruiz") != know(name="Ana Ruiz")


@pytest.mark.parametrize("given", [{}, {"name": "  "}, {"email": " ", "phone": ""}])
def test_nobody_is_nobody(given: dict[str, str], town: Any) -> None:
    assert know(**given) is None
    assert not Customer.objects.exists()


def test_who_asks_again_to_be_reached_is_reached(town: Any) -> None:
    first = know_customer(email="q@home.example", preferred_channel="none", actor=SYSTEM)
    again = know_customer(email="q@home.example", preferred_channel="email", actor=SYSTEM)
    assert first is not None
    assert again == first
    assert again.preferred_channel == "email"
    know_customer(email="q@home.example", preferred_channel="none", actor=SYSTEM)
    again.refresh_from_db()
    assert again.preferred_channel == "email"  # anybody could have typed that address
