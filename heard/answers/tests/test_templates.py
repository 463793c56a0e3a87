"""Reply templates: variables, what fits a case, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from heard.answers.models import ReplyTemplate
from heard.answers.reads import templates_for
from heard.answers.replies import check, example, fill, filled
from heard.answers.template_services import save_template
from heard.catalogue.models import Service
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.people.models import Division

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Hello {nmae}", "no variable {nmae}. Did you mean {name}?"),
        ("By {Due}", "Did you mean {due}?"),
        ("{refrence}", "Did you mean {reference}?"),
        ("{qqqq}", "You can use: {name}, {reference}"),
        ("{name.__class__}", "no variable {name.__class__}"),
        ("a { b", "brace stands alone"),
        ("{{name}}", "brace stands alone"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest(words: str, message: str) -> None:
    with pytest.raises(Refused) as fault:
        check(words)
    assert message in str(fault.value)


def test_filling_in_happens_once_and_says_what_is_missing() -> None:
    values = {"name": "Ana {staff}", "staff": "Sam", "due": None, "secret": "x"}
    found = fill("Dear {name}, by {due}. {staff} {secret}", values)
    assert found.text == "Dear Ana {staff}, by {due}. Sam {secret}"
    assert found.missing == ("due", "secret")
    assert fill("{name}", {"name": "a\x00b" + "c" * 900}).text == "ab" + "c" * 498


def test_the_example_is_escaped() -> None:
    html = example("<script>{name}</script>", "en")
    assert html == "&lt;script&gt;<mark>Ana Ruiz</mark>&lt;/script&gt;"


def test_filled_speaks_the_language_asked_for(staff: Any) -> None:
    actor = staff("manager").as_actor()
    words = {"en": "Hello {name}", "es": "Hola, {name}"}
    row = save_template(name="Hello", words=words, actor=actor)
    assert filled(row.pk, {"name": "Ana"}, "es").text == "Hola, Ana"
    assert filled(row.pk, {"name": "Ana"}).text == "Hello Ana"
    save_template(name="Hello", words=words, actor=actor, template=row, is_active=False)
    assert filled(row.pk, {}) is None
    assert filled(10**9, {}) is None


def test_what_fits_a_case(service: Any, division: Any, staff: Any) -> None:
    actor = staff("manager").as_actor()
    other = Division.objects.create(
        department=division.department, code="parks", name={"en": "Parks"}
    )
    lamp = Service.objects.create(code="lamp", name={"en": "Lamp"}, division=division)

    def made(name: str, **more: Any) -> ReplyTemplate:
        return save_template(name=name, words={"en": "x"}, actor=actor, **more)

    everywhere, ours = made("All"), made("Ours", division=division)
    of_service = made("Pothole", services=[service], division=division)
    made("Lamp", services=[lamp])
    made("Parks", division=other)
    made("Off", is_active=False)
    case = {"service": service.pk, "division": division.pk}
    assert list(templates_for(case)) == [of_service, ours, everywhere]  # type: ignore[arg-type]
    assert list(templates_for({})) == [everywhere]


def test_saving_checks_words_role_and_version(staff: Any) -> None:
    actor = staff("manager").as_actor()
    with pytest.raises(NotAllowed):
        save_template(name="x", words={"en": "x"}, actor=staff("agent").as_actor())
    with pytest.raises(Refused, match="English at least"):
        save_template(name="x", words={"es": "x"}, actor=actor)
    with pytest.raises(Refused) as fault:
        save_template(name="x", words={"en": "x", "es": "{nombre}"}, actor=actor)
    assert fault.value.field == "words_es"
    row = save_template(name="x", words={"en": "x"}, actor=actor, key="k")
    assert save_template(name="x", words={"en": "x"}, actor=actor, key="k") == row
    with pytest.raises(ChangedMeanwhile):
        save_template(name="y", words={"en": "y"}, actor=actor, template=row, seen_version=0)


def test_a_wrong_variable_keeps_what_was_typed(client: Client, staff: Any) -> None:
    client.force_login(staff("manager"))
    data = {"key": "k", "name": "Hello", "words_en": "Hello {nam}", "is_active": "on"}
    answer = client.post("/desk/answers/templates/new/", {**data, "do": "save"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Did you mean {name}?" in page
    assert "Hello {nam}" in page
    looked = client.post("/desk/answers/templates/new/", {**data, "do": "look"})
    assert looked.status_code == 200
    assert ReplyTemplate.objects.count() == 0
    saved = client.post("/desk/answers/templates/new/", {**data, "words_en": "Hello {name}"})
    assert saved.status_code == 302
    assert ReplyTemplate.objects.get().words == {"en": "Hello {name}"}
    assert "Hello" in client.get("/desk/answers/templates/").content.decode()


def test_the_case_page_offers_what_fits(
    client: Client, case: Any, staff: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    from heard.answers.panels import case_templates

    actor = staff("manager").as_actor()
    row = save_template(name="Filled", words={"en": "x"}, services=[case.service], actor=actor)
    request: Any = type("Request", (), {"user": staff("agent"), "META": {}})()
    with django_assert_num_queries(1):
        html = case_templates(request, case)
    assert f"{case.get_absolute_url()}?do=reply&amp;template={row.pk}" in html
    request.user = staff("cx_lead")
    assert case_templates(request, case) == ""
