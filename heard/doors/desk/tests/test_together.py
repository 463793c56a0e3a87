"""Working together: who is here, what they did meanwhile, nobody's words lost, mentions."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases import services
from heard.cases.models import Case
from heard.core import clock
from heard.doors.desk import mentions, presence
from heard.doors.desk.models import Mention, Presence
from heard.people.models import Staff
from heard.post.models import Dispatch


@pytest.fixture
def desk(client: Client, staff: Any) -> Client:
    client.force_login(staff("agent"))
    return client


@pytest.fixture
def other(staff: Any) -> Client:
    """The manager's browser."""
    client = Client()
    client.force_login(staff("manager"))
    return client


def hidden(client: Client, case: Case, action: str) -> dict[str, str]:
    page = client.get(case.get_absolute_url())
    form = next(o.form for o in page.context["offers"] if o.action.name == action)
    return {bound.html_name: str(bound.value()) for bound in form.hidden_fields()}


def send(client: Client, case: Case, action: str, **given: str) -> Any:
    return client.post(reverse("desk:act", args=[case.reference, action]), given)


def pulse(client: Client, case: Case, **given: str) -> Any:
    return client.post(reverse("desk:pulse", args=[case.reference]), given)


class TestPresence:
    def test_who_has_the_case_open_is_told_for_a_while(
        self, desk: Client, other: Client, case: Case
    ) -> None:
        other.get(case.get_absolute_url())
        assert (
            "Sam Manager has this case open." in desk.get(case.get_absolute_url()).content.decode()
        )
        with clock.at(clock.now() + presence.FRESH * 2):
            assert "has this case open" not in desk.get(case.get_absolute_url()).content.decode()

    def test_who_writes_is_told_and_who_leaves_is_gone(
        self, desk: Client, other: Client, case: Case
    ) -> None:
        pulse(other, case, writing="1")
        assert "Sam Manager is writing here." in pulse(desk, case).content.decode()
        assert pulse(other, case, leaving="1").status_code == 204
        assert "Sam Manager" not in pulse(desk, case).content.decode()

    def test_nobody_is_told_of_themselves(self, desk: Client, case: Case) -> None:
        pulse(desk, case, writing="1")
        assert "Sam Agent" not in pulse(desk, case).content.decode()

    def test_looking_again_writes_nothing(self, desk: Client, case: Case) -> None:
        desk.get(case.get_absolute_url())
        first = Presence.objects.get().seen_at
        desk.get(case.get_absolute_url())
        assert Presence.objects.get().seen_at == first
        with clock.at(first + 2 * presence.KEPT):
            presence.forget_old()
        assert not Presence.objects.exists()


class TestMeanwhile:
    def test_the_open_page_is_told_what_happened(
        self, desk: Client, case: Case, staff: Any
    ) -> None:
        page = desk.get(case.get_absolute_url())
        shown = page.context["case"]
        seen = {"version": str(shown.version), "since": shown.changed_at.isoformat()}
        assert "Something happened" not in pulse(desk, case, **seen).content.decode()
        services.reply(case, "We come at noon.", actor=staff("manager").as_actor())
        told = pulse(desk, case, **seen).content.decode()
        assert "Sam Manager" in told
        assert "We come at noon." in told

    def test_the_next_page_tells_it_too(self, desk: Client, case: Case, staff: Any) -> None:
        desk.get(case.get_absolute_url())
        services.note(case, "Crew B is near.", actor=staff("manager").as_actor())
        page = desk.get(case.get_absolute_url())
        assert [moment.words for moment in page.context["news"]] == ["Crew B is near."]

    def test_what_i_did_myself_is_no_news(self, desk: Client, case: Case, staff: Any) -> None:
        desk.get(case.get_absolute_url())
        services.note(case, "Mine.", actor=staff("agent").as_actor())
        assert desk.get(case.get_absolute_url()).context["news"] == []

    @pytest.mark.parametrize("since", ["", "yesterday", "2026-99-99T00:00:00Z", "9" * 500])
    def test_nonsense_is_answered_calmly(self, since: str, desk: Client, case: Case) -> None:
        assert pulse(desk, case, since=since, version="x").status_code == 200


class TestChoice:
    @pytest.mark.parametrize(
        ("action", "given"),
        [
            ("reply", {"words": "My own words."}),
            ("understand", {"words": "You need my own words."}),
            ("finish", {"outcome": "done", "words": "My own words.", "how": "close"}),
            ("move", {"division": "p", "reason": "My own words."}),
            ("decline", {"words": "My own words."}),
        ],
    )
    def test_mine_is_added_after_theirs_by_one_button(
        self, action: str, given: dict[str, str], desk: Client, case: Case, staff: Any
    ) -> None:
        from heard.people.models import Division

        Division(department=case.division.department, code="p", name={"en": "Parks"}).save()
        seen = hidden(desk, case, action)
        services.reply(case, "Their words.", actor=staff("manager").as_actor())
        answer = send(desk, case, action, **given, **seen)
        assert answer.status_code == 409
        again = dict(answer.context["again"])
        assert {name: again[name] for name in given} == given
        assert send(desk, case, action, **again).status_code == 302
        page = desk.get(case.get_absolute_url()).content.decode()
        assert "Their words." in page
        if action != "understand":
            assert page.index("Their words.") < page.rindex("My own words.")

    def test_what_no_longer_fits_is_kept_as_a_note(
        self, desk: Client, case: Case, staff: Any
    ) -> None:
        from heard.cases import closing

        seen = hidden(desk, case, "finish")
        closing.decline(case, words="Not ours.", actor=staff("manager").as_actor())
        given = {"outcome": "done", "words": "Filled at noon.", "how": "close"}
        answer = send(desk, case, "finish", **given, **seen)
        assert send(desk, case, "note", **dict(answer.context["keep"])).status_code == 302
        assert "Filled at noon." in case.messages.get(direction="note").words


class TestMentions:
    @pytest.fixture
    def people(self, staff: Any, division: Any) -> list[Staff]:
        named = ["Ana Ruiz", "Ana Blau", "José Peña"]
        return [
            Staff.objects.create(email=f"{n}@city.example", name=name, division=division)
            for n, name in enumerate(named)
        ]

    @pytest.mark.parametrize(
        ("text", "who", "unknown"),
        [
            ("@Ana Ruiz please look", ["Ana Ruiz"], []),
            ("Ask @jose pena, or @Ana Blau.", ["José Peña", "Ana Blau"], []),
            ("@José knows", ["José Peña"], []),
            ("@Ana knows", [], ["@Ana"]),
            ("@nobody", [], ["@nobody"]),
            ("write to ana@home.example", [], []),
            ("@ alone", [], []),
            ("(@Ana Ruiz) @Ana Ruiz", ["Ana Ruiz"], []),
        ],
    )
    def test_who_is_meant(
        self, text: str, who: list[str], unknown: list[str], people: list[Staff]
    ) -> None:
        named = mentions.named_in(text, people)
        assert [p.name for p in named.people] == who
        assert named.unknown == unknown

    def test_a_mention_waits_in_their_queue_until_they_look(
        self, desk: Client, other: Client, case: Case, run_steps: Any
    ) -> None:
        seen = hidden(desk, case, "note")
        send(desk, case, "note", words="@Sam Manager, can you decide?", **seen)
        run_steps()
        queue = {"only": "mentions", "division": "all", "show": "all"}
        listed = other.get("/desk/", queue)
        assert [row.case for row in listed.context["rows"]] == [case]
        assert next(q.count for q in listed.context["queues"] if q.label == "Mentions") == "1"
        assert "You are mentioned here" in other.get(case.get_absolute_url()).content.decode()
        assert other.get("/desk/", queue).context["rows"] == []
        assert desk.get("/desk/", queue).context["rows"] == []

    def test_they_get_one_letter(self, case: Case, staff: Any, run_steps: Any) -> None:
        staff("manager")
        services.note(case, "@Sam Manager look", actor=staff("agent").as_actor())
        run_steps()
        letter = Dispatch.objects.get(template="mention")
        assert letter.address == "manager@city.example"
        assert "@Sam Manager look" in letter.text
        assert case.reference in letter.subject

    def test_words_to_customers_mention_nobody(
        self, case: Case, staff: Any, run_steps: Any
    ) -> None:
        staff("manager")
        services.reply(case, "@Sam Manager", actor=staff("agent").as_actor())
        run_steps()
        assert not Mention.objects.exists()

    def test_a_name_nobody_has_is_said(self, desk: Client, case: Case) -> None:
        seen = hidden(desk, case, "note")
        send(desk, case, "note", words="@Nobodyhere look", **seen)
        page = desk.get(case.get_absolute_url()).content.decode()
        assert "Nobody was told for @Nobodyhere" in page


def test_a_template_fills_the_reply(desk: Client, case: Case) -> None:
    from heard.answers.models import ReplyTemplate

    words = {"en": "Hello {name}", "es": "Hola {name}, caso {reference}, {due}."}
    row = ReplyTemplate.objects.create(
        name="Hello", words=words, is_active=True, changed_at=clock.now()
    )
    page = desk.get(case.get_absolute_url(), {"do": "reply", "template": str(row.pk)})
    reply = next(o for o in page.context["offers"] if o.action.name == "reply")
    assert reply.is_open
    assert f"Hola Ana Ruiz, caso {case.reference}, " in reply.form["words"].value()
    for nonsense in ("0", "x", "9" * 40):
        assert desk.get(case.get_absolute_url(), {"template": nonsense}).status_code == 200


def test_last_night_is_from_the_close_to_the_opening(division: Any) -> None:
    from datetime import UTC, datetime

    from heard.doors.desk.nights import last_night

    # Denver, Monday to Friday 8 to 5; in May that is 14:00 to 23:00 UTC.
    monday = datetime(2026, 5, 4, 16, tzinfo=UTC)
    with clock.at(monday):
        weekend = (datetime(2026, 5, 1, 23, tzinfo=UTC), datetime(2026, 5, 4, 14, tzinfo=UTC))
        assert last_night(division.pk) == weekend
    with clock.at(monday + timedelta(hours=9)):
        assert last_night(division.pk) == (datetime(2026, 5, 4, 23, tzinfo=UTC), None)
