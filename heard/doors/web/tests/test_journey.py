"""A form page by page: saved, safe to go back in, checked at the end, and one case."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from heard.attachments.models import Attachment
from heard.attachments.tests.pictures import LAT, LON, picture
from heard.cases.models import Case
from heard.catalogue.models import Question, QuestionGroup
from heard.core import clock
from heard.doors.web import drafts
from heard.doors.web.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked(service: Any) -> dict[str, Any]:
    """Two pages: how big (and, if big, how deep), then photos."""
    service.place = "required"
    service.save()
    size = QuestionGroup.objects.create(service=service, order=1, title={"en": "The hole"})
    photos = QuestionGroup.objects.create(service=service, order=2, title={"en": "Pictures"})

    def question(code: str, kind: str, group: Any, **more: Any) -> Question:
        order = Question.every.count()
        return Question.objects.create(
            service=service, code=code, kind=kind, group=group, order=order,
            label={"en": f"About {code}?"}, **more,
        )  # fmt: skip

    sizes = [{"key": "big", "name": {"en": "Big"}}, {"key": "small", "name": {"en": "Small"}}]
    size_of = question("size", "choice", size, required=True, choices=sizes)
    question("deep", "number", size, required=True, only_if=size_of, only_if_value="big")
    question("marks", "many", size, choices=[{"key": "a", "name": {"en": "Cone"}}, {"key": "b"}])
    question("photo", "photo", photos)
    question("spot", "place", photos, only_if=size_of, only_if_value="big")
    return {"size": f"page-{size.pk}", "photos": f"page-{photos.pk}"}


@pytest.fixture
def go(client: Client) -> Callable[..., Any]:
    """``go("need", words="...")``: send a page of the form; gives what it leads to."""

    def send(slug: str, **data: Any) -> Any:
        return client.post(reverse("web:step", args=[slug, "pothole"]), data)

    return send


@pytest.fixture
def mended(client: Client) -> Callable[..., Any]:
    """The page a fault leads back to, which says what to mend."""

    def page(answer: Any) -> Any:
        assert "mend=1" in answer.url
        return client.get(answer.url)

    return page


@pytest.fixture
def sure(client: Client) -> Callable[..., Any]:
    """Press "Send" on the last page."""
    return lambda **data: client.post(reverse("web:check", args=["pothole"]), data)


YOU = {"name": "Joe", "email": "joe@home.example", "language": "en"}


def test_page_by_page_to_one_case(
    client: Client, asked: dict[str, Any], go: Any, sure: Any, seen: Any
) -> None:
    first = client.get("/services/pothole/")
    assert "Go on" in seen(first)
    assert "About size?" not in seen(first)
    at_size = go("need", words="A hole.")
    assert asked["size"] in at_size.url
    shown = seen(client.get(at_size.url))
    assert "About size?" in shown
    assert "Page 2 of 6" in shown
    at_photos = go(asked["size"], q_size="big", q_deep="12", q_marks=["a", "b"])
    sent = SimpleUploadedFile("IMG.HEIC", picture("HEIF"))
    at_where = go(asked["photos"], q_photo=sent, q_spot="By the pump", q_spot_lat="39.7",
                  q_spot_lon="-104.9")  # fmt: skip
    assert "page" in at_photos.url
    at_you = go("where", place="12 Elm")
    assert (at_where.url, at_you.url) == ("/report/where/pothole/", "/report/you/pothole/")
    at_check = go("you", **YOU)
    look = seen(client.get(at_check.url))
    for words in ("A hole.", "About size? Big", "About deep? 12", "About marks? Cone, b",
                  "About photo? 1 file", "By the pump", "12 Elm", "joe@home.example"):  # fmt: skip
        assert words in look
    done, again = sure(), sure()
    assert done.status_code == 302
    assert done.url == again.url
    case = Case.objects.get()
    photo = Attachment.objects.get()
    assert case.answers == {
        "size": "big", "deep": 12, "marks": ["a", "b"], "photo": [photo.reference],
        "spot": {"words": "By the pump", "lat": 39.7, "lon": -104.9},
    }  # fmt: skip
    assert photo.about == f"case:{case.pk}"
    page = client.get(case.tracking_path()).content.decode()
    assert photo.reference in page
    assert Draft.objects.get().given == {}


def test_an_answer_that_changes_takes_its_followers_with_it(
    client: Client, asked: dict[str, Any], go: Any, sure: Any
) -> None:
    go("need", words="A hole.")
    go(asked["size"], q_size="big", q_deep="12")
    go(asked["size"], q_size="small", q_deep="12")  # what no longer applies is not kept
    page = client.get(reverse("web:step", args=[asked["photos"], "pothole"])).content.decode()
    assert "About spot?" not in page
    go("where", place="Elm")
    go("you", **YOU)
    sure()
    assert Case.objects.get().answers == {"size": "small"}


def test_faults_stay_on_their_page_and_what_was_typed_stays(
    client: Client, asked: dict[str, Any], go: Any, seen: Any, mended: Any
) -> None:
    go("need", words="A hole.")
    page = mended(go(asked["size"], q_size="big", q_deep="deep"))
    assert "Please write a number in figures" in seen(page)
    assert "Give an email" not in seen(page)  # that page is still to come
    assert 'value="deep"' in page.content.decode()
    mended(go("where", place="p" * 301))
    bad = mended(go("where", place="", lat="95", lon="0"))
    assert "say in words where it is" in seen(bad)
    for lat, lon in (("nan", "1"), ("1", ""), ("1e400", "0"), ("x", "y"), ("1", "181")):
        mended(go("where", place="Elm", lat=lat, lon=lon))


def test_the_last_look_says_what_is_missing_and_leads_there(
    client: Client, asked: dict[str, Any], go: Any, sure: Any, seen: Any
) -> None:
    go("need", words="A hole.")
    look = client.get(reverse("web:check", args=["pothole"]))
    assert "Something is still missing" in seen(look)
    assert "Please choose an answer to “About size?”" in seen(look)
    change = f"/report/{asked['size']}/pothole/?back=check"
    assert change in look.content.decode()
    assert 'name="back" value="check"' in client.get(change).content.decode()
    assert go(asked["size"], q_size="small", back="check").url == "/report/check/pothole/"
    assert sure().status_code == 422
    assert not Case.objects.exists()


def test_a_draft_waits_and_belongs_to_its_browser_alone(
    client: Client, asked: dict[str, Any], go: Any, seen: Any
) -> None:
    go("need", words="A hole of mine.")
    assert "A hole of mine." in client.get("/services/pothole/").content.decode()
    assert "Go on where you stopped" in seen(client.get("/services/pothole/"))
    stranger = Client()
    assert "A hole of mine." not in stranger.get("/services/pothole/").content.decode()
    assert stranger.get("/report/check/pothole/").status_code == 302
    shell = client.get("/services/pothole/?whole=1&shell=1").content.decode()
    assert "A hole of mine." not in shell
    assert "csrfmiddlewaretoken" not in shell.partition("<main")[2].partition("</main>")[0]
    forged = Client()
    forged.cookies[client.cookies.keys().__iter__().__next__()] = "forged:1:sign"
    assert forged.get("/report/check/pothole/").status_code == 302


def test_autosave_keeps_and_says_nothing_is_wrong(
    client: Client, asked: dict[str, Any], go: Any
) -> None:
    go("need", words="A hole.")
    address = reverse("web:step", args=["you", "pothole"])
    saved = client.post(address, {"email": "joe@"}, headers={"X-Autosave": "1"})
    assert saved.status_code == 204
    page = client.get(address).content.decode()
    assert 'value="joe@"' in page
    assert "Please check the email" not in page


def test_drafts_end(client: Client, asked: dict[str, Any], go: Any, folder: Any) -> None:
    go("need", words="A hole.")
    go(asked["size"], q_size="small")
    go(asked["photos"], q_photo=SimpleUploadedFile("a.jpg", picture()))
    client.post(reverse("web:start_over", args=["pothole"]))
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()
    go("need", words="Another.")
    assert drafts.forget_old() == 0
    with clock.at(clock.now() + timedelta(days=4)):
        assert drafts.forget_old() == 1
    assert client.get("/report/check/pothole/").status_code == 302


def test_a_draft_has_an_end_in_length_too(client: Client, service: Any, go: Any) -> None:
    assert go("need", words="x" * 70_000).status_code == 413
    assert Draft.objects.get().given == {}


def test_the_place_of_a_photo_is_offered_and_kept_only_after_a_yes(
    client: Client, asked: dict[str, Any], go: Any, sure: Any, seen: Any
) -> None:
    go("need", words="A hole.")
    go(asked["size"], q_size="small")
    go(asked["photos"], q_photo=SimpleUploadedFile("a.jpg", picture()))
    where = client.get("/report/where/pothole/")
    assert "Use the place where the photo was taken?" in seen(where)
    assert "39.7392" not in str(Draft.objects.values())
    go("where", photo_place="yes")
    assert "Use the place" not in seen(client.get("/report/where/pothole/"))
    go("you", **YOU)
    sure()
    case = Case.objects.get()
    assert (round(case.lat, 4), round(case.lon, 4)) == (round(LAT, 4), round(LON, 4))  # type: ignore[arg-type]


def test_a_no_to_the_place_of_a_photo_keeps_nothing(
    client: Client, asked: dict[str, Any], go: Any, sure: Any, mended: Any
) -> None:
    go("need", words="A hole.")
    go(asked["size"], q_size="small")
    go(asked["photos"], q_photo=SimpleUploadedFile("a.jpg", picture()))
    mended(go("where", photo_place="no"))  # then words are needed
    go("where", place="Elm")
    go("you", **YOU)
    sure()
    case = Case.objects.get()
    assert (case.lat, case.lon, case.place) == (None, None, "Elm")


def test_photos_stay_when_something_else_is_wrong_and_can_be_taken_away(
    client: Client, asked: dict[str, Any], go: Any, seen: Any, mended: Any
) -> None:
    go("need", words="A hole.")
    go(asked["size"], q_size="big", q_deep="1")
    files = [
        SimpleUploadedFile("a.jpg", picture()),
        SimpleUploadedFile("evil.jpg", b"<html>not a photo</html>"),
    ]
    page = mended(go(asked["photos"], q_photo=files))
    assert "evil.jpg: We could not read this as a photo." in seen(page)
    kept = Attachment.objects.get()
    assert kept.reference in page.content.decode()
    go(asked["photos"], drop=kept.reference)
    assert not Attachment.objects.exists()
    again = go(asked["photos"], q_photo=SimpleUploadedFile("a.jpg", picture()), key="2", more="y")
    assert asked["photos"] in again.url
    assert Attachment.objects.count() == 1


def test_a_required_photo_may_have_come_before(
    client: Client, asked: dict[str, Any], go: Any, seen: Any, mended: Any
) -> None:
    Question.objects.filter(code="photo").update(required=True)
    go("need", words="A hole.")
    go(asked["size"], q_size="small")
    assert "Please send at least one" in seen(mended(go(asked["photos"])))
    go(asked["photos"], q_photo=SimpleUploadedFile("a.jpg", picture()))
    assert go(asked["photos"]).url == "/report/where/pothole/"


def test_the_whole_form_takes_photos_too(
    asked: dict[str, Any], report: Any, client: Client, seen: Any
) -> None:
    page = report(q_size="", q_photo=SimpleUploadedFile("a.jpg", picture()))
    assert page.status_code == 422
    assert report(q_size="small").status_code == 302  # the photo came with the first press
    case = Case.objects.get()
    assert Attachment.objects.get().about == f"case:{case.pk}"
    assert case.answers["photo"] == [Attachment.objects.get().reference]


def test_a_district_is_found_from_the_point(client: Client, service: Any, report: Any) -> None:
    from heard.places.models import District

    box = [[-105, 39], [-104, 39], [-104, 40], [-105, 40], [-105, 39]]
    north = District.objects.create(
        code="n", name={"en": "North"}, outline={"type": "Polygon", "coordinates": [box]}
    )
    District.objects.create(code="x", name={"en": "Broken"}, outline={"type": "Nonsense"})
    report(lat="39.5", lon="-104.5")
    assert Case.objects.get().district == north
    found = client.get(reverse("places:outlines")).json()["features"]
    assert [f["properties"]["kind"] for f in found] == ["district", "city"]


def test_where_the_resident_came_from_is_kept_without_what_is_private(
    client: Client, asked: dict[str, Any], go: Any, sure: Any, staff: Callable[..., Any]
) -> None:
    page = client.get("/services/pothole/", {"from": "https://city.example/roads?token=1#x"})
    assert 'value="https://city.example/roads"' in page.content.decode()
    go("need", words="A hole.", **{"from": "https://city.example/roads?token=1#x"})
    go(asked["size"], q_size="small")
    go("where", place="Elm")
    go("you", **YOU)
    sure()
    case = Case.objects.get()
    assert case.came_from.page == "https://city.example/roads"
    desk = Client()
    desk.force_login(staff("agent"))
    shown = desk.get(f"{case.get_absolute_url()}?whole").content.decode()
    assert "Began on this page" in shown
    assert "https://city.example/roads" in shown
