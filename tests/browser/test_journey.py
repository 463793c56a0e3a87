"""A form page by page in a real browser: conditions, photo, its place, the map, the last look."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.attachments.tests.pictures import LAT, picture
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def asked(service: Any, settings: Any, tmp_path: Path) -> Any:
    """Potholes with two pages of questions and a district on the map."""
    from heard.catalogue.models import Question, QuestionGroup
    from heard.places.models import District

    settings.MEDIA_ROOT = tmp_path
    service.place = "required"
    service.save()
    hole = QuestionGroup.objects.create(
        service=service, order=1, title={"en": "The hole", "es": "El hoyo"},
        intro={"en": "Two short questions.", "es": "Dos preguntas breves."},
    )  # fmt: skip
    pictures = QuestionGroup.objects.create(
        service=service, order=2, title={"en": "Photos", "es": "Fotos"}
    )
    hurt = Question.objects.create(
        service=service, group=hole, code="hurt", kind="yes_no", required=True,
        label={"en": "Was anybody hurt?", "es": "¿Alguien se lastimó?"},
    )  # fmt: skip
    Question.objects.create(
        service=service, group=hole, code="how", kind="text", order=1, required=True,
        label={"en": "How?", "es": "¿Cómo?"}, only_if=hurt, only_if_value="yes",
    )  # fmt: skip
    Question.objects.create(
        service=service, group=pictures, code="photo", kind="photo",
        label={"en": "A photo, if you have one", "es": "Una foto, si la tiene"},
    )  # fmt: skip
    box = [[-105.1, 39.6], [-104.8, 39.6], [-104.8, 39.9], [-105.1, 39.9], [-105.1, 39.6]]
    District.objects.create(
        code="n", name={"en": "North"}, outline={"type": "Polygon", "coordinates": [box]}
    )
    return service


def onward(tab: Page) -> None:
    tab.get_by_role("button", name="Go on", exact=True).click()


def test_page_by_page_with_photo_and_map(
    open_tab: Opener, asked: Any, complaints: list[str]
) -> None:
    from heard.cases.models import Case

    tab = open_tab()
    tab.goto("/services/pothole/", timeout=30_000)  # the first page of a fresh house
    tab.locator("[name=words]").fill("A hole by the bridge.")
    look(tab, "journey-1-begin")
    onward(tab)
    how = tab.get_by_label("How?")
    expect(how).to_be_hidden()
    tab.get_by_text("Yes", exact=True).click()
    expect(how).to_be_visible()
    look(tab, "journey-2-questions")
    tab.get_by_text("No", exact=True).click()
    expect(how).to_be_hidden()
    onward(tab)
    sent = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": picture("HEIF", (640, 480))}
    tab.locator("input[type=file]").set_input_files(sent)  # type: ignore[arg-type]
    tab.get_by_role("button", name="Send these now and add more").click()
    expect(tab.get_by_text("IMG_1.jpg", exact=True)).to_be_visible()
    look(tab, "journey-3-photo")
    onward(tab)
    expect(tab.get_by_text("Use the place where the photo was taken?")).to_be_visible()
    look(tab, "journey-4-photo-place")
    tab.get_by_text("Yes, it is there").click()
    onward(tab)
    tab.go_back()
    expect(tab.locator("[name=lat]")).to_have_value(re.compile(rf"^{re.escape(str(LAT)[:6])}"))
    tab.get_by_role("button", name="Choose on a map").click()
    canvas = tab.locator("[data-canvas]")
    expect(canvas.locator("path.map-city")).to_be_visible()
    look(tab, "journey-5-map")
    canvas.click(position={"x": 60, "y": 60})
    expect(tab.get_by_text("A point on the map is chosen.")).to_be_visible()
    expect(tab.locator("[name=lat]")).not_to_have_value(
        re.compile(rf"^({re.escape(str(LAT)[:6])}|$)")
    )
    canvas.focus()
    tab.keyboard.press("Enter")  # the middle of the map, without a mouse
    onward(tab)
    tab.locator("[name=email]").fill("ana@home.example")
    look(tab, "journey-6-you")
    onward(tab)
    look(tab, "journey-7-check")
    tab.get_by_role("link", name="Change The hole").click()
    onward(tab)
    expect(tab.get_by_role("heading", name="Check your answers")).to_be_visible()
    tab.get_by_role("button", name="Send", exact=True).click()
    tab.wait_for_url("**/sent/")
    case = Case.objects.get()
    assert case.district.code == "n"
    assert case.answers["hurt"] == "no"
    tab.goto(case.tracking_path())
    look(tab, "journey-8-case")
    expect(tab.locator("img.attached__photo")).to_have_js_property("naturalWidth", 480)


def test_in_spanish_what_is_written_is_saved_by_itself(open_tab: Opener, asked: Any) -> None:
    tab = open_tab(320, locale="es-US")
    tab.goto("/es/services/pothole/")
    tab.locator("[name=words]").fill("Un hoyo junto al puente.")
    tab.get_by_role("button", name="Continuar", exact=True).click()
    look(tab, "journey-2-questions-es")
    tab.get_by_text("Sí", exact=True).click()
    tab.get_by_label("¿Cómo?").fill("Se cayó.")
    expect(tab.get_by_text("Guardado", exact=True)).to_be_visible()
    tab.goto("/es/services/pothole/")
    tab.get_by_role("link", name="Seguir donde lo dejó").click()
    expect(tab.locator("main")).to_contain_text("Se cayó.")
    look(tab, "journey-7-check-es")


def test_a_person_in_doubt_solves_the_sum_by_script(
    open_tab: Opener, service: Any, complaints: list[str]
) -> None:
    from heard.cases.models import Case

    tab = open_tab()
    tab.goto("/services/pothole/")
    tab.locator("[name=words]").fill("A hole.")
    tab.locator("[name=email]").fill("ana@home.example")
    tab.evaluate("document.getElementsByName('website')[0].value = 'filled by a password manager'")
    tab.get_by_role("button", name="Send", exact=True).click()
    button = tab.get_by_role("button", name="I am a person: send it now")
    expect(button).to_be_visible(timeout=30_000)
    look(tab, "journey-doubt")
    button.click()
    tab.wait_for_url("**/sent/")
    assert Case.objects.count() == 1


def test_building_a_form_at_the_desk(
    page: Page, site: str, asked: Any, staff: Any, complaints: list[str]
) -> None:
    sign_in(page, site, staff("manager"))
    page.goto("/desk/forms/")
    look(page, "forms-list")
    page.get_by_role("link", name="Pothole").click()
    look(page, "forms-form")
    page.get_by_role("link", name="Add a question", exact=True).click()
    page.get_by_label("Question in English").fill("How deep is it?")
    page.get_by_label("Ask it only if").select_option("hurt=yes")
    page.get_by_label("On which page").select_option("Photos")
    look(page, "forms-question")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Move How deep is it? up").click()
    for number, code in enumerate(["hurt", "how", "how_deep_is_it", "photo"]):
        rows = page.locator("[data-question]")
        expect(rows.nth(number)).to_have_attribute("data-question", code)
    expect(rows).to_have_count(4)
    page.get_by_role("link", name="See it in both languages").click()
    look(page, "forms-preview")
    page.goto("/desk/held/")
    look(page, "held-none")
