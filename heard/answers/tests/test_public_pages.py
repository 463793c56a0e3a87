"""The answers as residents meet them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from heard.answers.models import Answer
from heard.answers.services import retire
from heard.core.actors import SYSTEM

pytestmark = pytest.mark.django_db
Maker = Callable[..., Answer]
EVIL = "<script>alert(1)</script>"


def test_the_page_in_both_languages(client: Client, written: Maker, service: Any) -> None:
    answer = written(
        "When is it?",
        "¿Cuándo es?",
        short={"en": "On Monday.", "es": "El lunes."},
        body={"en": "# More\n\n- one", "es": "# Más\n\n- uno"},
        desk_note={"en": "Do not promise a time."},
        services=[service],
    )
    other = written("And then?", services=[service])
    english = client.get(f"/answers/{answer.slug}/").content.decode()
    for words in ("When is it?", "On Monday.", "<h2>More</h2>", "Pothole", "And then?"):
        assert words in english
    assert "promise a time" not in english
    spanish = client.get(f"/es/answers/{answer.slug}/").content.decode()
    for words in ("¿Cuándo es?", "El lunes.", "<h2>Más</h2>", "Bache", "¿Le sirvió?"):
        assert words in spanish
    only_english = client.get(f"/es/answers/{other.slug}/").content.decode()
    assert 'lang="en"' in only_english
    assert "en inglés" in only_english


def test_what_was_typed_never_acts(client: Client, written: Maker, staff: Any) -> None:
    answer = written(
        f"Q {EVIL}", f"P {EVIL}", short={"en": EVIL, "es": EVIL}, body={"en": EVIL, "es": EVIL},
        desk_note={"en": EVIL},
    )  # fmt: skip
    client.force_login(staff("manager"))
    for path in (
        f"/answers/{answer.slug}/", f"/es/answers/{answer.slug}/", f"/answers/?q={EVIL}",
        f"/desk/answers/{answer.pk}/", f"/desk/answers/{answer.pk}/edit/", "/desk/answers/",
    ):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200
        assert EVIL not in page.content.decode(), path


def test_search_keeps_words_and_service_in_the_address(
    client: Client, written: Maker, service: Any
) -> None:
    written("Where is the lamp?", services=[service])
    written("Where is the lamp shop?")
    both = client.get("/answers/?q=lamps").content.decode()
    assert "the lamp?" in both
    assert "lamp shop" in both
    one = client.get("/answers/?q=lamps&service=pothole").content.decode()
    assert "lamp shop" not in one
    assert 'value="pothole" selected' in one
    assert client.get("/answers/?service=nonsense&page=99").status_code == 200
    assert client.get("/answers/?q=" + "x" * 3000).status_code == 200


def test_nothing_found_leads_to_a_person(client: Client, written: Maker) -> None:
    written("Where is the lamp?")
    page = client.get("/answers/?q=unicorn+stable").content.decode()
    assert "We have no answer to that yet" in page
    assert "/person/?q=unicorn%20stable" in page
    assert "/services/?q=unicorn%20stable" in page


def test_an_empty_house_leads_to_a_person(client: Client, town: Any) -> None:
    page = client.get("/answers/").content.decode()
    assert "No answers are written here yet" in page
    assert "/person/" in page


def test_a_retired_answer_says_so_and_others_are_not_there(client: Client, written: Maker) -> None:
    gone = retire(written("Old?"), actor=SYSTEM)
    page = client.get(f"/answers/{gone.slug}/")
    assert page.status_code == 410
    assert "no longer kept" in page.content.decode()
    draft = written("New?", state="draft")
    inside = written("Inside?", is_public=False)
    for answer in (draft, inside):
        assert client.get(f"/answers/{answer.slug}/").status_code == 404
    listed = client.get("/answers/").content.decode()
    assert not any(words in listed for words in ("Old?", "New?", "Inside?"))


@pytest.mark.parametrize("address", ["/answers/", "/answers/?q=lamp", "/answers/?q=lampp"])
def test_the_list_asks_the_same_at_any_length(
    client: Client, written: Maker, service: Any, address: str
) -> None:
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    written("First lamp?", services=[service])
    client.get(address)
    few = queries()
    for n in range(9):
        written(f"Lamp {n}?", services=[service])
    assert queries() == few <= 10


def test_the_service_page_shows_its_answers(client: Client, written: Maker, service: Any) -> None:
    assert "Before you write" not in client.get("/services/pothole/").content.decode()
    answer = written("Who pays for my tire?", services=[service])
    page = client.get("/services/pothole/").content.decode()
    assert f'href="/answers/{answer.slug}/"' in page
