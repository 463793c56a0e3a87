"""The pages by role, in both languages, with a constant number of queries."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from heard.boards import panels
from heard.boards.looking import look
from heard.boards.models import Composite, MailChoice, Mute, Outside, OutsideFile, Peer, Signal
from heard.boards.tests.conftest import LAST, NOW, course, months, received
from heard.boards.tests.test_comparing import HEAD, line, peer
from heard.boards.tests.test_looking import QUIET, target
from heard.measures.models import Result
from heard.people.models import Department, Division
from heard.targets.models import Entry, Owner, OwnMeasure, Target

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role(client: Client, staff: Any) -> Callable[[str], Client]:
    def signed_in(role: str) -> Client:
        client.force_login(staff(role))
        return client

    return signed_in


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def parks(town: Any) -> Division:
    works = Department.objects.create(code="green", name={"en": "Green"})
    return Division.objects.create(department=works, code="green/parks", name={"en": "Parks"})


@pytest.fixture
def two(parks: Division, division: Division, computed: Any) -> None:
    """Two divisions and the city, with a signal in each."""
    received()
    course([*QUIET, 0.45])
    for code in ("streets", "green/parks"):
        received(by="division", group=code)
        course([*QUIET, 0.99], by="division", group=code)
    target(LAST, 0.9)
    target(LAST, 0.9, by="division", group="streets")
    assert look() == 3


@pytest.mark.parametrize(
    ("role", "city", "own", "other"),
    [
        ("agent", False, 200, 403), ("field_worker", False, 200, 403),
        ("manager", False, 200, 403), ("cx_lead", True, 200, 200),
        ("administrator", True, 200, 200),
    ],
)  # fmt: skip
def test_each_role_sees_its_boards(
    two: None, as_role: Any, role: str, city: bool, own: int, other: int
) -> None:
    client = as_role(role)
    home = text_of(client.get("/desk/boards/"))
    assert ("The whole city" in home) == city
    assert ("Streets" in home) is True
    assert client.get("/desk/boards/streets/").status_code == own
    assert client.get("/desk/boards/green/parks/").status_code == other
    foreign = Signal.objects.get(group="green/parks")
    assert client.get(f"/desk/boards/alerts/{foreign.pk}/").status_code == other
    listed = text_of(client.get("/desk/boards/alerts/?state=all"))
    assert ("Parks" in listed) == city
    lead = role in ("cx_lead", "administrator")
    for path in ("compare/", "score/", "compare/import/", "mute/on_time/"):
        assert client.get(f"/desk/boards/{path}").status_code == (200 if lead else 403)


def test_a_board_says_what_changed_and_what_did_not(two: None, as_role: Any) -> None:
    said = text_of(as_role("manager").get("/desk/boards/"))
    assert "higher than chance explains" in said
    assert "99%" in said
    assert "1 met" in said
    assert "chance would still make about" in said
    assert "Requests received" in said
    spanish = text_of(as_role("manager").get("/es/desk/boards/"))
    assert "más alto de lo que explica el azar" in spanish
    assert "higher than" not in spanish


def test_a_calm_board_and_an_empty_one(town: Any, as_role: Any, staff: Any) -> None:
    assert "no figures yet" in text_of(as_role("manager").get("/desk/boards/"))
    received(by="division", group="streets")
    received()
    assert "A calm month" in text_of(as_role("manager").get("/desk/boards/"))
    person = staff("agent")
    person.division = None
    person.save()
    assert "You belong to no division" in text_of(as_role("agent").get("/desk/boards/"))
    assert "You belong to no division" in text_of(as_role("agent").get("/desk/boards/mail/"))
    assert as_role("agent").get("/desk/boards/nowhere/").status_code == 404


def test_comments_as_the_role_may_read_them(two: None, as_role: Any) -> None:
    from heard.core.actors import SYSTEM
    from heard.voice.services import Answers, Subject, answer, invite

    row = invite(Subject("visit:1", division="streets"), customer=None, language="en", actor=SYSTEM)
    assert row is not None
    words = "Call me on 303-555-0142, it was slow."
    given = answer(row, Answers(satisfaction=2, comment=words), actor=SYSTEM)
    assert "303-555-0142" in text_of(as_role("manager").get("/desk/boards/"))
    assert "it was slow" not in text_of(as_role("agent").get("/desk/boards/"))
    given.review.state = "published"
    given.review.save()
    seen = text_of(as_role("agent").get("/desk/boards/"))
    assert "it was slow" in seen
    assert "303-555-0142" not in seen


def test_what_is_due_and_stale(two: None, as_role: Any, staff: Any) -> None:
    for place, key in enumerate(("visits", "loans")):
        OwnMeasure.objects.create(
            key=key, name={"en": f"Own {key}"}, definition={"en": "x"}, created_at=NOW
        )
        Entry.objects.create(
            measure=key, kind="month", period="2026-01", first=date(2026, 1, 1), value=3,
            last=date(2026, 1, 31), state="published", entered_at=NOW,
        )  # fmt: skip
        if place:
            Owner.objects.create(measure=key, staff=staff("manager"))
    said = text_of(as_role("cx_lead").get("/desk/boards/"))
    assert "Own visits overdue" in said.replace("  ", " ")
    assert "nobody answers for it" in said
    mine = text_of(as_role("manager").get("/desk/boards/"))
    assert "Own loans" in mine
    assert "Own visits" not in mine


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_queries_are_constant(two: None, as_role: Any, staff: Any) -> None:
    """Whatever the number of measures, divisions, months, alerts and own measures."""
    client = as_role("administrator")
    paths = ("/desk/boards/", "/desk/boards/streets/", "/desk/boards/alerts/?state=all",
             "/desk/boards/alerts/rules/", "/results/compare/", "/desk/boards/compare/",
             "/desk/boards/mail/")  # fmt: skip
    grow(staff("manager"), range(1))
    before = [queries(client, path) for path in paths]
    grow(staff("manager"), range(1, 13))
    for key, way in (("satisfaction", "index"), ("first_contact_resolution", "share")):
        for by, group in (("all", "all"), ("division", "streets")):
            course([0.8] * 30, measure=key, statistic=way, by=by, group=group)
    Result.objects.filter(measure="satisfaction").update(value=80, low=70, high=90)
    assert [queries(client, path) for path in paths] == before
    assert max(before) <= 25


def grow(owner: Any, numbers: range) -> None:
    """One more of everything a board lists, for each number."""
    works, _made = Department.objects.get_or_create(code="more", defaults={"name": {"en": "More"}})
    for n in numbers:
        Division.objects.create(department=works, code=f"d{n}", name={"en": f"D{n}"})
        Signal.objects.create(
            measure="late_by", statistic="median", by="division", group=f"d{n}", period=LAST,
            first=date(2026, 4, 1), last=date(2026, 4, 30), kind="month", unit="days", at=NOW,
            rules=[{"rule": "missing", "since": "2026-03"}],
        )  # fmt: skip
        OwnMeasure.objects.create(
            key=f"own{n}", name={"en": f"Own {n}"}, definition={"en": "x"}, created_at=NOW
        )
        Entry.objects.create(
            measure=f"own{n}", kind="month", period="2026-01", first=date(2026, 1, 1), value=3,
            last=date(2026, 1, 31), state="published", entered_at=NOW,
        )  # fmt: skip
        Owner.objects.create(measure=f"own{n}", staff=owner)
        Mute.objects.create(measure=f"own{n}", until=date(2026, 6, 1), reason="x", at=NOW)
        peer(f"city{n}")
        target(months(14)[n], 0.8)


def test_an_alert_is_answered_on_its_page(two: None, as_role: Any, staff: Any) -> None:
    client = as_role("manager")
    row = Signal.objects.get(group="streets")
    path = f"/desk/boards/alerts/{row.pk}/"
    request = RequestFactory().get("/desk/")
    request.user = staff("manager")
    assert "1 figure changed beyond chance" in text_of_html(panels.waiting(request, None))
    empty = client.post(path, {"words": " ", "key": "k"})
    assert empty.status_code == 422
    done = client.post(path, {"words": "Thank the crew.", "key": "k"}, follow=True)
    assert "no longer on the open list" in text_of(done)
    assert panels.waiting(request, None) == ""
    assert "Thank the crew." in text_of(client.get(path))
    assert "Thank the crew." in text_of(client.get("/desk/boards/"))
    assert "No alert waits" in text_of(client.get("/desk/boards/alerts/"))
    assert client.get("/desk/boards/alerts/?state=answered&page=9").status_code == 200
    agent = as_role("agent")
    assert agent.get(path).status_code == 200
    assert "Note it" not in text_of(agent.get(path))
    request.user = staff("agent")
    assert panels.waiting(request, None) == ""


def text_of_html(html: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


def test_muting_on_the_pages(two: None, as_role: Any) -> None:
    client = as_role("cx_lead")
    assert client.get("/desk/boards/mute/nothing/").status_code == 404
    wrong = client.post("/desk/boards/mute/on_time/", {"until": "2030-01-01", "reason": "Moving",
                                                       "key": "k"})  # fmt: skip
    assert wrong.status_code == 422
    assert "half a year" in text_of(wrong)
    assert "Moving" in wrong.content.decode()
    good = {"until": "2026-06-30", "reason": "Moving office", "key": "k"}
    client.post("/desk/boards/mute/on_time/", good)
    assert "Moving office" in text_of(client.get("/desk/boards/alerts/rules/"))
    assert "Moving office" in text_of(client.get("/desk/boards/"))
    client.post("/desk/boards/mute/on_time/", {"do": "unmute"})
    assert "None. A measure is muted" in text_of(client.get("/desk/boards/alerts/rules/"))


def test_the_mail_and_its_choice(two: None, as_role: Any) -> None:
    client = as_role("manager")
    said = text_of(client.get("/desk/boards/mail/"))
    assert "Next Monday, as it stands now" in said
    assert "higher than chance explains" in said
    client.post("/desk/boards/mail/", {})
    assert MailChoice.objects.get().weekly is False
    client.post("/desk/boards/mail/", {"weekly": "on"})
    assert MailChoice.objects.get().weekly is True
    assert "Send me this mail" not in text_of(as_role("agent").get("/desk/boards/mail/"))


def test_comparing_on_the_pages(town: Any, as_role: Any) -> None:
    client = as_role("cx_lead")
    assert "nobody to compare with yet" in text_of(client.get("/results/compare/"))
    assert "No other city yet" in text_of(client.get("/desk/boards/compare/"))
    bad = client.post("/desk/boards/compare/", {"url": "nonsense", "key": "k"})
    assert bad.status_code == 422
    assert "nonsense" in bad.content.decode()
    client.post("/desk/boards/compare/", {"url": "https://river.example/m.json", "key": "k2"})
    row = Peer.objects.get()
    Peer.objects.update(fault="No answer in time.")
    assert "No answer in time." in text_of(client.get("/desk/boards/compare/"))
    client.post(f"/desk/boards/compare/cities/{row.pk}/", {"do": "off"})
    row.refresh_from_db()
    assert not row.is_on
    received()
    course([0.8, 0.81, 0.85])
    peer()
    text = "\n".join([HEAD, line(publisher="Yearbook", same_version=""), line(period="x")]).encode()
    path = "/desk/boards/compare/import/"
    assert client.post(path, {"key": "k3"}).status_code == 422
    answer = client.post(
        path, {"file": SimpleUploadedFile("o.csv", text), "key": "k3"}, follow=True
    )
    assert "1 line not taken" in text_of(answer)
    file = OutsideFile.objects.get()
    own = client.post(f"/desk/boards/compare/files/{file.pk}/", {"do": "publish"})
    assert own.status_code == 422
    assert "cannot approve it" in text_of(own)
    as_role("administrator").post(f"/desk/boards/compare/files/{file.pk}/", {"do": "publish"})
    assert Outside.objects.count() == 1
    said = text_of(client.get("/results/compare/"))
    assert "we do better" in said
    assert "Defined differently" in said
    assert "Rivertown" in said
    spanish = text_of(client.get("/es/results/compare/"))
    assert "lo hacemos mejor" in spanish


def test_the_score_on_the_pages(two: None, as_role: Any) -> None:
    client = as_role("cx_lead")
    path = "/desk/boards/score/"
    assert "Nobody sees it" in text_of(client.get(path))
    Target.objects.all().delete()
    assert "No measure has a target yet" in text_of(client.get(path))
    target(LAST, 0.9)
    target(LAST, 2.0, measure="late_by", statistic="median")
    early = client.post(path, {"switch": "on"})
    assert early.status_code == 422
    form = client.get(path).context["form"]
    names = {pair[0]: name for name, pair in form.names.items()}
    typed = {"key": "k", "why_en": "What people notice.", "why_es": "Lo que se nota."}
    one = client.post(path, typed | {names["on_time"]: "2"})
    assert one.status_code == 422
    assert "Choose 2 to" in text_of(one)
    assert "What people notice." in one.content.decode()
    both = typed | {names["on_time"]: "2", names["late_by"]: "1"}
    bad = client.post(path, both | {names["late_by"]: "-1"})
    assert bad.status_code == 422
    answer = client.post(path, both, follow=True)
    assert "It counts from this month on" in text_of(answer)
    client.post(path, {"switch": "on"})
    assert Composite.objects.get().is_on
    said = text_of(client.get("/results/composite/"))
    assert "0.50" in said  # 45% of a target of 90%
    assert "1 of 2 parts counted" in said
    assert "What people notice." in said
    assert "Una puntuación" in text_of(client.get("/es/results/composite/"))
    assert client.get("/results/composite/nothing.csv").status_code == 404


def test_nonsense_in_the_address(town: Any, as_role: Any) -> None:
    client = as_role("cx_lead")
    for query in ("?since=nonsense", "?since=quarter"):
        assert client.get(f"/desk/boards/{query}").status_code == 200
    assert client.get("/results/compare/?measure=%00").status_code == 200
