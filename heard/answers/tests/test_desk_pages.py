"""The answers at the desk: list, writing, reviews."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heard.answers.models import Answer
from heard.answers.panels import case_answers, own_reviews
from heard.answers.reads.lists import today
from heard.answers.reviews import ask_for_reviews
from heard.core import clock
from heard.core.models import Event
from heard.post.models import Dispatch

pytestmark = pytest.mark.django_db
Maker = Callable[..., Answer]


def posted(division: Any, **more: Any) -> dict[str, Any]:
    return {"key": "k", "division": division.pk, "is_public": "on", "question_en": "When?", **more}


def test_the_list_filters_in_the_address(
    client: Client, written: Maker, overdue: Maker, staff: Any
) -> None:
    client.force_login(staff("agent"))
    written("Fresh?", "¿Fresco?", short={"en": "a", "es": "b"})
    overdue("Overdue?", owner=staff("agent"))
    written("Draft?", state="draft")

    def shows(query: str) -> list[str]:
        page = client.get(f"/desk/answers/?{query}").content.decode()
        return [words for words in ("Fresh?", "Overdue?", "Draft?") if words in page]

    assert shows("") == ["Fresh?", "Overdue?", "Draft?"]
    assert shows("state=draft") == ["Draft?"]
    assert shows("needs=review") == ["Overdue?"]
    assert shows("needs=spanish") == ["Overdue?", "Draft?"]
    assert shows("needs=owner") == ["Fresh?", "Draft?"]
    assert shows("mine=on") == ["Overdue?"]
    assert shows("q=draft") == ["Draft?"]
    assert shows("q=fresh&state=published") == ["Fresh?"]
    assert shows("state=nonsense&division=x&page=9") == ["Fresh?", "Overdue?", "Draft?"]
    assert "One answer of yours waits" in client.get("/desk/answers/").content.decode()


@pytest.mark.parametrize(
    "address", ["/desk/answers/", "/desk/answers/?q=lamp", "/desk/answers/templates/"]
)
def test_lists_ask_the_same_at_any_length(
    client: Client, written: Maker, service: Any, staff: Any, address: str
) -> None:
    from heard.answers.template_services import save_template

    client.force_login(staff("manager"))

    def more(n: int) -> None:
        written(f"Lamp {n}?", services=[service], owner=staff("manager"))
        save_template(
            name=f"T{n}", words={"en": "x"}, services=[service], actor=staff("manager").as_actor()
        )

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    more(0)
    queries()
    few = queries()
    for n in range(1, 6):
        more(n)
    assert queries() == few <= 10


def test_looking_saves_nothing_and_loses_nothing(client: Client, division: Any, staff: Any) -> None:
    client.force_login(staff("agent"))
    words = "Utilize the form. " + "Then go on and on " * 8
    data = posted(division, body_en=words, body_es="Hay que utilizar el formulario.", do="look")
    page = client.post("/desk/answers/new/", data).content.decode()
    assert "How it reads" in page
    assert "<strong>utilize</strong> → use" in page
    assert "<strong>utilizar</strong> → usar" in page
    assert "Long sentences" in page
    assert words.strip() in page
    assert Answer.objects.count() == 0


def test_writing_then_publishing(client: Client, division: Any, service: Any, staff: Any) -> None:
    client.force_login(staff("manager"))
    data = posted(division, services=[service.pk], do="publish")
    told = client.post("/desk/answers/new/", data, follow=True).content.decode()
    answer = Answer.objects.get()
    assert answer.state == "draft"
    assert "Saved, not published" in told
    data = posted(division, key="k2", version=answer.version, short_en="Soon.", do="publish")
    client.post(f"/desk/answers/{answer.pk}/edit/", data)
    answer.refresh_from_db()
    assert (answer.state, answer.short) == ("published", {"en": "Soon."})
    assert answer.services.count() == 0
    client.post(f"/desk/answers/{answer.pk}/retire/", {"version": answer.version})
    answer.refresh_from_db()
    assert answer.state == "retired"
    client.post(f"/desk/answers/{answer.pk}/publish/", {"version": answer.version})
    answer.refresh_from_db()
    assert answer.state == "published"


def test_faults_keep_what_was_typed(client: Client, division: Any, staff: Any) -> None:
    client.force_login(staff("agent"))
    answer = client.post("/desk/answers/new/", posted(division, question_en="", body_en="Kept <b>"))
    assert answer.status_code == 422
    assert "Kept &lt;b&gt;" in answer.content.decode()
    assert "Write the question" in answer.content.decode()
    long = client.post("/desk/answers/new/", posted(division, question_en="w" * 300))
    assert "200 fit" in long.content.decode()
    assert "w" * 300 in long.content.decode()
    past = client.post("/desk/answers/new/", posted(division, review_on="2001-01-01"))
    assert "lies ahead" in past.content.decode()


def test_two_writers_see_it_and_lose_nothing(
    client: Client, written: Maker, division: Any, staff: Any
) -> None:
    client.force_login(staff("manager"))
    answer = written("When?")
    seen = answer.version
    url = f"/desk/answers/{answer.pk}/edit/"
    client.post(url, posted(division, version=seen, short_en="First."))
    second = client.post(url, posted(division, key="k2", version=seen, short_en="Second."))
    assert second.status_code == 409
    page = second.content.decode()
    assert "Somebody changed this answer while you wrote" in page
    assert "Second." in page
    answer.refresh_from_db()
    assert answer.short == {"en": "First."}
    assert f'name="version" value="{answer.version}"' in page
    client.post(url, posted(division, key="k3", version=answer.version, short_en="Second."))
    answer.refresh_from_db()
    assert answer.short == {"en": "Second."}
    assert answer.versions.filter(words__short__en="First.").exists()


def test_an_earlier_version_is_read_and_written_on(
    client: Client, written: Maker, division: Any, staff: Any
) -> None:
    client.force_login(staff("manager"))
    answer = written("When?", short={"en": "Early words."})
    data = posted(division, version=answer.version, short_en="Late words.")
    client.post(f"/desk/answers/{answer.pk}/edit/", data)
    assert "Early words." in client.get(f"/desk/answers/{answer.pk}/?version=1").content.decode()
    assert "Early words." in client.get(f"/desk/answers/{answer.pk}/edit/?from=1").content.decode()
    for strange in ("?version=99", "?version=x", "?version=9999999999999"):
        assert client.get(f"/desk/answers/{answer.pk}/{strange}").status_code == 200


def test_reviewing_from_the_page(client: Client, overdue: Maker, staff: Any) -> None:
    owner = staff("agent")
    client.force_login(owner)
    answer = overdue("When?", owner=owner)
    url = f"/desk/answers/{answer.pk}/review/"
    wrong = client.post(url, {"version": answer.version, "key": "a", "next_on": "31/31/31"})
    assert wrong.status_code == 422
    client.post(url, {"version": answer.version, "key": "a", "next_on": ""})
    answer.refresh_from_db()
    assert answer.review_on == today() + timedelta(days=180)
    assert client.post(f"/desk/answers/{answer.pk}/retire/").status_code == 403
    assert client.get(f"/desk/answers/{answer.pk}/edit/").status_code == 403


def test_owners_are_told_once_a_week(
    overdue: Maker, staff: Any, run_steps: Callable[[], None]
) -> None:
    owner, lead = staff("agent"), staff("cx_lead")
    lead.language = "es"
    lead.save()
    first, second = overdue("First?", owner=owner), overdue("Second?", owner=owner)
    overdue("Nobody's?")
    assert ask_for_reviews() == 2
    assert ask_for_reviews() == 0
    run_steps()
    letter = Dispatch.objects.get(address=owner.email)
    assert letter.subject == "2 answers wait for you to look at them again"
    assert f"/desk/answers/{first.pk}/" in letter.text
    assert "Second?" in letter.text
    assert "Nobody" not in letter.text
    # Nobody keeps the third, and its division has no manager: the lead hears, in Spanish.
    spanish = Dispatch.objects.get(address=lead.email)
    assert "/es/desk/answers/" in spanish.text
    assert Event.objects.filter(kind="answer.review_due").count() == 2
    with clock.at(clock.now() + timedelta(days=7)):
        Answer.objects.filter(pk=second.pk).update(review_on=today() + timedelta(days=9))
        assert ask_for_reviews() == 2
        Answer.objects.update(review_on=today() + timedelta(days=9))
        run_steps()  # seen to in the meantime: no letter
    assert Dispatch.objects.count() == 2


def test_panels_show_what_concerns_the_viewer(
    written: Maker, overdue: Maker, case: Any, staff: Any, django_assert_num_queries: Any
) -> None:
    request: Any = type("Request", (), {"user": staff("agent"), "META": {}})()
    assert own_reviews(request, None) == ""
    assert case_answers(request, case) == ""
    overdue("Mine?", owner=staff("agent"))
    written("Of this service?", services=[case.service], is_public=False)
    with django_assert_num_queries(1):
        assert "Mine?" in own_reviews(request, None)
    with django_assert_num_queries(1):
        assert "Of this service?" in case_answers(request, case)
    request.user = staff("field_worker")
    assert own_reviews(request, None) == ""


def test_who_may_see_what(client: Client, written: Maker, staff: Any) -> None:
    answer = written("When?")
    pages = {
        "/desk/answers/": {"agent", "field_worker", "manager", "cx_lead", "administrator"},
        "/desk/answers/failed/": {"agent", "field_worker", "manager", "cx_lead", "administrator"},
        "/desk/answers/new/": {"agent", "manager", "cx_lead", "administrator"},
        f"/desk/answers/{answer.pk}/edit/": {"manager", "cx_lead", "administrator"},
        "/desk/answers/templates/new/": {"manager", "cx_lead", "administrator"},
    }
    roles = ("agent", "field_worker", "manager", "cx_lead", "administrator")
    wrong = []
    for role in roles:
        client.force_login(staff(role))
        for path, allowed in pages.items():
            status = client.get(path).status_code
            if status != (200 if role in allowed else 403):
                wrong.append((role, path, status))
    assert wrong == []
