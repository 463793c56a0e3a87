"""Who is it? From one field to one person, with all they asked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.contacts.calls import Wish, ask_for_call
from heard.contacts.places import catch_up_fully
from heard.core.actors import SYSTEM
from heard.people.models import Role
from heard.people.roles import may

FIND = reverse("contacts:find")
CALLER = "/desk/caller"


def look(client: Client, typed: str) -> Any:
    return client.get(FIND, {"q": typed})


def test_each_way_to_say_who_one_is_leads_to_the_person(
    desk: Client, known: Any, report: Any
) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142", email="ana@home.example")
    known("Joe Boone", email="joe@home.example")
    case = report(ana, place="12 North Elm Street")
    page = reverse("contacts:person", args=[ana.pk])
    for typed in ("3035550142", "0142", "ruiz", "ana r", "ANA@home", "12 n. elm", "12 North Elm"):
        assert look(desk, typed)["Location"] == page, typed
    assert look(desk, case.reference.lower())["Location"].startswith(page)


def test_several_are_shown_to_choose_from(desk: Client, known: Any, report: Any) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142", email="ana@home.example")
    eva = known("Eva Ruiz", phone="303-555-0142", email="eva@home.example")
    report(eva)
    answer = look(desk, "ruiz")
    assert list(answer.context["listing"].rows) == [ana, eva]
    assert "1 open case" in answer.content.decode()
    assert list(look(desk, "303 555 0142").context["listing"].rows) == [ana, eva]


def test_nobody_is_found_and_what_was_typed_goes_along(desk: Client) -> None:
    page = look(desk, "303-555-0177").content.decode()
    assert f"{reverse('desk:new')}?phone=303-555-0177" in page
    assert (
        f"{reverse('contacts:new')}?name=Nobody+Here" in look(desk, "Nobody Here").content.decode()
    )


def test_forty_digits_get_a_plain_message_and_stay(desk: Client) -> None:
    answer = look(desk, "5" * 40)
    assert answer.status_code == 422
    assert "That is 40 digits" in answer.content.decode()
    assert answer.context["form"]["q"].value() == "5" * 40


def test_pasted_markup_is_text(desk: Client) -> None:
    page = look(desk, "<script>alert(1)</script> <b>Ana</b>").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_case_without_a_name_is_shown_itself(desk: Client, report: Any) -> None:
    case = report(None)
    assert case.get_absolute_url() in look(desk, case.reference).content.decode()


def test_a_telephone_system_leads_to_the_caller(desk: Client, known: Any) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142", language="es")
    at_once = desk.get(CALLER, {"phone": "+13035550142"}, follow=True)
    assert at_once.context["customer"] == ana
    assert "+13035550142" in at_once.content.decode()
    new = desk.get(CALLER, {"phone": "(303) 555-0199"}).content.decode()
    assert "New caller" in new
    assert "phone=%28303%29+555-0199" in new
    assert "withheld" in desk.get(CALLER, {"phone": "anonymous"}).content.decode()
    assert "withheld" in desk.get(CALLER).content.decode()
    assert desk.get(CALLER, {"phone": "9" * 40}).status_code == 422
    known("Eva Ruiz", phone="303-555-0142", email="eva@home.example")
    shared = desk.get(CALLER, {"phone": "13035550142"})
    assert "Several people share this number" in shared.content.decode()


def test_the_person_on_one_page(
    desk: Client, known: Any, report: Any, spoke: Any, service: Any
) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142", language="es")
    case = report(ana, channel="web")
    spoke(ana, words="When is the hall open?", days_ago=2)
    ask_for_call(Wish(phone="303-555-0142", window="soon"), actor=SYSTEM)
    answer = desk.get(reverse("contacts:person", args=[ana.pk]))
    page = answer.content.decode()
    for seen in ("Speaks Español", case.reference, "When is the hall open?", "We owe them a call"):
        assert seen in page
    assert answer.context["person"].open_total == 1
    assert [c.due_at for c in answer.context["person"].open_cases] == [case.due_at]


def test_very_many_cases_come_in_pages_with_the_open_ones_first(
    desk: Client, known: Any, service: Any
) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142")
    first = receive(Request(service=service, words="The oldest.", customer=ana), actor=SYSTEM)
    row = {
        f.attname: getattr(first, f.attname)
        for f in Case._meta.concrete_fields
        if f.attname not in {"id", "reference", "state"} and not f.generated
    }
    Case.objects.bulk_create((Case(**row, state="closed") for _ in range(400)), batch_size=500)
    answer = desk.get(reverse("contacts:person", args=[ana.pk]))
    found = answer.context["person"]
    assert (found.total, found.open_total) == (401, 1)
    assert [case.pk for case in found.open_cases] == [first.pk]
    assert len(found.cases) == 20
    last = desk.get(reverse("contacts:person", args=[ana.pk]), {"page": "21"})
    assert len(last.context["person"].cases) == 1


@pytest.mark.parametrize("address", ["person", "name", "place"])
def test_the_number_of_queries_stays(
    address: str, desk: Client, known: Any, report: Any, spoke: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    """At most ten, as many for three as for thirty."""

    def size(count: int) -> int:
        for n in range(count):
            ana = known("Ana Ruiz", email=f"ana{n}{count}@home.example")
            report(ana, place="12 Elm Street")
        for _ in range(count):
            report(ana, place="12 Elm Street")
            spoke(ana)
        path = {
            "person": reverse("contacts:person", args=[ana.pk]),
            "name": f"{FIND}?q=ruiz",
            "place": f"{FIND}?q=12+elm",
        }[address]
        with django_assert_max_num_queries(10) as seen:
            assert desk.get(path).status_code == 200
        return len(seen)

    assert size(3) == size(15)


@pytest.mark.parametrize("role", Role.values)
def test_who_may_look(role: str, client: Client, staff: Any, known: Any) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142")
    client.force_login(staff(role))
    right = {True: {200, 302}, False: {403}}
    paths = (FIND, CALLER + "?phone=3035550142", reverse("contacts:person", args=[ana.pk]))
    for path in paths:
        assert client.get(path).status_code in right[may(staff(role), "see people")]
    for name in ("new", "list", "calls"):
        status = client.get(reverse(f"contacts:{name}")).status_code
        assert status in right[may(staff(role), "take contacts")]


def test_places_of_imported_cases_are_caught_up(desk: Client, known: Any, service: Any) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142")
    for _ in range(3):
        receive(
            Request(service=service, words="A hole.", customer=ana, place="9 Oak Ave."),
            actor=SYSTEM,
        )
    assert look(desk, "9 oak").status_code == 200
    catch_up_fully()
    assert look(desk, "9 oak avenue").status_code == 302


def test_in_spanish(desk: Client, known: Any) -> None:
    known("Ana Ruiz", phone="303-555-0142")
    page = desk.get("/es/desk/contacts/", {"q": "Nadie"}).content.decode()
    assert "No encontramos a nadie" in page
