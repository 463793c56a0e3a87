"""The answers in a real browser: found, read, voted on, written and looked at."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.answers.models import Answer
from heard.answers.reads.lists import today
from heard.answers.services import Content, publish, vote, write_answer
from heard.answers.template_services import save_template
from heard.core.actors import SYSTEM
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

BODY = {
    "en": "# Your day\n\n- Old Town: Monday\n- Westlake: Tuesday\n\n# Missed\nLeave the cart "
    "where it is and [tell us](/services/). We come back **within two days**.",
    "es": "# Su día\n\n- Old Town: lunes\n- Westlake: martes\n\n# No pasó el camión\nDeje el bote "
    "donde está y [avísenos](/es/services/). Volvemos **en dos días**.",
}


@pytest.fixture
def library(service: Any, division: Any) -> Answer:
    """Three answers, of which one has votes."""

    def made(en: str, es: str, short_en: str, short_es: str, **more: Any) -> Answer:
        content = Content(
            question={"en": en, "es": es}, short={"en": short_en, "es": short_es},
            division=division, services=[service], **more,
        )  # fmt: skip
        return publish(write_answer(content, actor=SYSTEM), actor=SYSTEM)

    made(
        "Will the city pay if a pothole damaged my car?",
        "¿La ciudad paga si un bache dañó mi carro?",
        "Sometimes. Write to the city clerk within 180 days, with photos and the bill.",
        "A veces. Escriba a la secretaría en 180 días o menos, con fotos y la factura.",
    )
    made("Who plows my street?", "¿Quién limpia mi calle?", "We do.", "Nosotros.")
    trash = made(
        "When is my trash picked up?", "¿Cuándo recogen mi basura?",
        "Once a week, on the same day. Put your carts out by 7 in the morning.",
        "Una vez por semana, siempre el mismo día. Saque sus botes antes de las 7.",
        body=BODY,
    )  # fmt: skip
    for n in range(50):
        vote(trash, helped=n < 41, token=f"t{n}", language="en")
    return trash


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_a_resident_finds_an_answer_and_says_whether_it_helped(
    open_tab: Opener, library: Answer, prefix: str
) -> None:
    page = open_tab(javascript=False)
    page.goto(f"{prefix}/answers/")
    page.get_by_role("searchbox").fill("camion de la basura" if prefix else "garbage truk trash")
    page.get_by_role("button", name="Buscar" if prefix else "Find").click()
    question = "¿Cuándo recogen mi basura?" if prefix else "When is my trash picked up?"
    page.get_by_role("link", name=question).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("textbox").fill("Holidays")
    page.get_by_role("button", name="Enviar" if prefix else "Send").click()
    assert library.votes.get(helped=False, missing="Holidays").language == (prefix[1:] or "en")


def test_residents_pages_are_for_everybody(page: Page, library: Answer) -> None:
    for prefix, name in (("", ""), ("/es", "-es")):
        page.goto(f"{prefix}/answers/?q=basura")
        look(page, f"answers-found{name}")
        page.goto(f"{prefix}/answers/{library.slug}/")
        look(page, f"answer{name}")
    page.get_by_role("button", name="No", exact=True).click()
    look(page, "answer-not-helped-es")
    page.goto("/answers/?q=unicorn")
    look(page, "answers-none")


def test_writing_pages(
    page: Page, site: str, library: Answer, staff: Callable[..., Any], service: Any
) -> None:
    sign_in(page, site, staff("manager"))
    for n in range(14):
        vote(library, helped=False, token=f"n{n}", language="en")
    Answer.objects.filter(slug__startswith="who").update(review_on=today().replace(year=2020))
    page.goto("/desk/answers/")
    look(page, "desk-answers")
    page.goto(f"/desk/answers/{library.pk}/")
    look(page, "desk-answer")
    page.goto("/desk/answers/failed/")
    look(page, "desk-answers-failed")
    page.goto("/desk/answers/new/")
    look(page, "desk-answer-new")
    english = page.get_by_role("group", name="English")
    english.get_by_label("Question").fill("How do I pay?")
    english.get_by_label("Short answer").fill(
        "Prior to the deadline you shall remit the sum that is due to the city treasurer, together "
        "with the stub of the notice that you received in the mail from our office this spring."
    )
    page.get_by_role("button", name="Look how it reads").click()
    expect(page.get_by_text("prior to", exact=True)).to_be_visible()
    expect(page.get_by_text("Long sentences: cut them in two")).to_be_visible()
    look(page, "desk-answer-looked")
    words = {"en": "Hello {name},\n\nwe are done by {due}.", "es": "Hola, {name}:\n\nEl {due}."}
    template = save_template(name="Soon", words=words, services=[service], actor=SYSTEM)
    page.goto("/desk/answers/templates/")
    look(page, "desk-templates")
    page.goto(f"/es/desk/answers/templates/{template.pk}/")
    look(page, "desk-template-es")
    page.goto(f"/es/desk/answers/{library.pk}/")
    look(page, "desk-answer-es")
