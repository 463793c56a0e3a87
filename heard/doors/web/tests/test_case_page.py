"""The page of a case by its secret link: each state, and all a customer can do there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.cases.closing import close, decide_reopen, decline, hand_over, resolve, start, withdraw
from heard.cases.models import Case, Message, ReopenRequest, Understanding
from heard.cases.services import add_words, note, reply
from heard.cases.understanding import state_understanding
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.doors.web.tests.conftest import pieces_of
from heard.voice.services import Answers, Subject, answer, invite

CUSTOMER = Actor("customer", name="anonymous")


@pytest.fixture
def agent(staff: Any) -> Any:
    person = staff("agent")
    person.title = {"en": "Street supervisor", "es": "Supervisora de calles"}
    person.save()
    return person


def reach(case: Case, state: str, agent: Any) -> None:
    """Take a case to a state as staff and customer would."""
    by = agent.as_actor()
    steps: dict[str, Any] = {
        "received": lambda: None,
        "understood": lambda: state_understanding(case, "You want the hole filled.", actor=by),
        "in_progress": lambda: start(case, actor=by),
        "waiting": lambda: reply(case, "Which side of the street?", actor=by, wait=True),
        "resolved": lambda: resolve(case, outcome="done", words="Filled today.", actor=by),
        "closed": lambda: close(case, outcome="done", words="Filled today.", actor=by),
        "declined": lambda: decline(case, words="A private road.", actor=by),
        "handed_over": lambda: hand_over(case, words="The county has it.", actor=by),
        "withdrawn": lambda: withdraw(case, actor=CUSTOMER),
    }
    steps[state]()


STATES = {
    "received": ("We have your request", "Tenemos su solicitud"),
    "understood": ("We have read your request", "Leímos su solicitud"),
    "in_progress": ("We are working on it", "Estamos trabajando en ella"),
    "waiting": ("We need a word from you", "Necesitamos su respuesta"),
    "resolved": ("We believe this is done", "Creemos que ya está hecho"),
    "closed": ("This is finished", "Esto ya terminó"),
    "declined": ("We cannot do this", "No podemos hacer esto"),
    "handed_over": ("Somebody else has it now", "Ahora lo tiene otra institución"),
    "withdrawn": ("You withdrew this request", "Usted retiró esta solicitud"),
}
OFFERS = {
    "received": ["You hear from us by", "Add something", "I no longer need this"],
    "understood": ["Did we understand you?", "Yes, that is right", "Not quite"],
    "in_progress": ["We finish by", "Add something"],
    "waiting": ["Answer us", "Which side of the street?"],
    "resolved": ["Filled today.", "Yes, it is solved", "It is not solved"],
    "closed": ["Filled today.", "It is not solved"],
    "declined": ["A private road.", "Please look at it again"],
    "handed_over": ["The county has it.", "Please look at it again"],
    "withdrawn": ["I need it after all"],
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_said_in_plain_words(
    client: Client, case: Case, agent: Any, seen: Any, path_of: Any, state: str
) -> None:
    reach(case, state, agent)
    heading, spanish = STATES[state]
    page = client.get(path_of(case))
    assert page.status_code == 200
    for words in [
        heading,
        *OFFERS[state],
        "Talk to a person",
        "Hay un hoyo grande frente a mi casa.",
    ]:
        assert words in seen(page)
    other = client.get("/es" + path_of(case))
    assert spanish in seen(other)
    own = {case.words, case.reference, case.place, "Filled today.", "A private road.",
           "The county has it.", "Which side of the street?", "“You want the hole filled.”",
           agent.name}  # fmt: skip
    left = pieces_of(page) & pieces_of(other) - own
    assert not [words for words in left if len(words) > 12]


def test_secret_pages_stay_private(client: Client, case: Case, path_of: Any) -> None:
    for address in (
        path_of(case),
        path_of(case) + "sent/",
        path_of(case, "withdraw"),
        "/case/x/y/",
    ):
        page = client.get(address)
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert b'name="robots" content="noindex' in page.content


def test_wrong_links_say_nothing_about_any_case(
    client: Client, case: Case, service: Any, path_of: Any
) -> None:
    other = Case.objects.get(pk=case.pk)
    other.pk, other.reference = None, "BBBB-CCCC"
    other.save()
    old = path_of(case)
    Case.objects.filter(pk=case.pk).update(link_version=2)
    case.refresh_from_db()
    secret = path_of(case).split("/")[3]
    wrong = [
        old,
        f"/case/{case.reference}/{'0' * 40}/",
        f"/case/{other.reference}/{secret}/",
        f"/case/{case.reference}/",
        f"/case/NNNN-NNNN/{secret}/",
        f"/case/%00/{secret}/",
        f"/case/{case.reference}/é/",
        f"/case/{case.reference}/{secret[:-1]}/",
    ]
    answers = set()
    for address in wrong:
        for tail in ("", "sent/", "withdraw/") if address.count("/") > 3 else ("",):
            page = client.get(address + tail)
            assert page.status_code == 404
            assert b"Hay un hoyo" not in page.content
            if address.count("/") > 3:
                answers.add(page.content.replace((address + tail).encode(), b""))
    assert client.get(path_of(case)).status_code == 200
    assert len({a.partition(b"<main")[2].partition(b"</main>")[0] for a in answers}) == 1


@pytest.mark.parametrize("action", ["confirm", "correct", "add", "withdraw", "solved", "reopen"])
def test_nothing_can_be_done_with_a_wrong_link(client: Client, case: Case, action: str) -> None:
    before = Message.objects.count(), case.state
    address = f"/case/{case.reference}/{'0' * 40}/{action}/"
    assert client.post(address, {"words": "x", "reason": "x", "correction": "x"}).status_code == 404
    case.refresh_from_db()
    assert (Message.objects.count(), case.state) == before


def test_the_sentence_of_another_case_cannot_be_answered(
    case: Case, agent: Any, act: Any, report: Any, seen: Any
) -> None:
    row = state_understanding(case, "You want it filled.", actor=agent.as_actor())
    report()
    mine = Case.objects.exclude(pk=case.pk).get()
    page = act(mine, "confirm", row=row.pk)
    assert "it has changed since you opened it" in seen(page)
    row.refresh_from_db()
    assert row.answer == ""


def test_yes_that_is_right(case: Case, agent: Any, act: Any, seen: Any) -> None:
    row = state_understanding(case, "You want it filled.", actor=agent.as_actor())
    for _twice in range(2):
        page = act(case, "confirm", row=row.pk)
    assert "Good to know that we understood you." in seen(page)
    assert "Did we understand you?" not in seen(page)
    assert "You said: yes, that is right." in seen(page)
    row.refresh_from_db()
    assert row.answer == Understanding.Answer.CONFIRMED


def test_not_quite_needs_the_words_and_keeps_them(
    case: Case, agent: Any, act: Any, seen: Any
) -> None:
    row = state_understanding(case, "You want it filled.", actor=agent.as_actor())
    page = act(case, "correct", row=row.pk, correction="")
    assert page.status_code == 422
    assert seen(page).count("Tell us what we should change.") == 2
    long = act(case, "correct", row=row.pk, correction="x" * 10_001)
    assert "That is 10001 characters." in seen(long)
    assert b"x" * 10_001 in long.content
    done = act(case, "correct", row=row.pk, correction="No, the one on the left.")
    assert "We read your correction" in seen(done)
    case.refresh_from_db()
    assert case.state == "received"
    assert seen(done).count("No, the one on the left.") == 1


def test_adding_words_twice_adds_them_once(case: Case, agent: Any, act: Any, seen: Any) -> None:
    reply(case, "Which side?", actor=agent.as_actor(), wait=True)
    for _twice in range(2):
        page = act(case, "add", words="The left <b>side</b>.")
    assert "We have added your words" in seen(page)
    assert Message.objects.filter(direction="in").count() == 1
    assert b"<b>side" not in page.content
    act(case, "add", words="And another thing.")
    assert Message.objects.filter(direction="in").count() == 2
    case.refresh_from_db()
    assert case.state == "in_progress"


def test_empty_words_are_asked_for(case: Case, act: Any, seen: Any) -> None:
    page = act(case, "add", words=" \x00 ")
    assert page.status_code == 422
    assert "Write something first." in seen(page)


def test_withdrawing_asks_first(
    client: Client, case: Case, act: Any, path_of: Any, seen: Any
) -> None:
    page = client.get(path_of(case, "withdraw"))
    assert "Withdraw this request?" in seen(page)
    case.refresh_from_db()
    assert case.is_open
    done = act(case, "withdraw", reason="My neighbor fixed it.")
    assert "Your request is withdrawn." in seen(done)
    assert "My neighbor fixed it." in seen(done)
    assert act(case, "withdraw", reason="My neighbor fixed it.").status_code == 200
    again = act(case, "withdraw", reason="Once more.")
    assert again.status_code == 422
    assert "Once more." in seen(again)
    assert client.get(path_of(case, "withdraw")).status_code == 302


def test_yes_it_is_solved_closes_and_asks_how_it_went(
    case: Case, agent: Any, act: Any, run_steps: Any, client: Client, path_of: Any, seen: Any
) -> None:
    assert act(case, "solved").status_code == 422
    resolve(case, outcome="done", words="Filled.", actor=agent.as_actor())
    page = act(case, "solved")
    assert "Good to hear that it is solved." in seen(page)
    run_steps()
    page = client.get(path_of(case))
    assert "Tell us how it went" in seen(page)
    assert "/survey/" in page.content.decode()


def test_an_answered_survey_is_not_offered_again(
    client: Client, case: Case, agent: Any, path_of: Any, seen: Any
) -> None:
    close(case, outcome="done", words="Filled.", actor=agent.as_actor())
    asked = invite(
        Subject(about=f"case:{case.pk}"), customer=case.customer, language="en", actor=SYSTEM
    )
    assert asked
    answer(asked, Answers(satisfaction=4), actor=CUSTOMER)
    words = seen(client.get(path_of(case)))
    assert "You told us how it went. Thank you." in words
    assert "Tell us how it went" not in words


def test_asking_to_look_again_and_the_answer(
    client: Client, case: Case, agent: Any, act: Any, path_of: Any, seen: Any
) -> None:
    assert act(case, "reopen", reason="Still there").status_code == 422
    close(case, outcome="done", words="Filled.", actor=agent.as_actor())
    assert "Tell us what is still wrong." in seen(act(case, "reopen", reason=""))
    for _twice in range(2):
        page = act(case, "reopen", reason="The hole is still there.")
    assert "A person looks at it again" in seen(page)
    row = ReopenRequest.objects.get()
    decide_reopen(row, reopen=False, answer="We checked: it is filled.", actor=agent.as_actor())
    words = seen(client.get(path_of(case)))
    assert "We looked at it again and left it as it was" in words
    act(case, "reopen", reason="Please come and see.")
    second = ReopenRequest.objects.get(decision="")
    decide_reopen(second, reopen=True, answer="You are right.", actor=agent.as_actor())
    words = seen(client.get(path_of(case)))
    assert "We are looking at it again" in words
    assert words.count("You are right.") == 1


def test_notes_and_contact_data_never_show(
    client: Client, case: Case, agent: Any, path_of: Any, seen: Any
) -> None:
    agent.phone = "303-555-0177"
    agent.save()
    note(case, "He calls every week.", actor=agent.as_actor())
    reply(case, "We come on Monday.", actor=agent.as_actor())
    state_understanding(case, "You want it filled.", actor=agent.as_actor())
    page = client.get(path_of(case))
    assert f"{agent.name}" in seen(page)
    assert "Street supervisor" in seen(page)
    for secret in (
        "He calls every week.",
        agent.email,
        agent.phone,
        "ana@home.example",
        "Ana Ruiz",
    ):
        assert secret not in page.content.decode()


def test_a_case_in_anothers_name_shows_nothing_of_them(
    client: Client, customer: Any, report: Any
) -> None:
    """Anybody can type Ana's address; they must not learn what we know about her."""
    customer.phone = "303-555-0123"
    customer.save()
    answer = report(email="ANA@home.example")
    mine = Case.objects.get()
    assert mine.customer == customer
    for address in (answer.url, mine.tracking_path()):
        shown = client.get(address).content.decode()
        assert "Ana Ruiz" not in shown
        assert "303-555-0123" not in shown


def test_a_late_promise_is_admitted(client: Client, case: Case, path_of: Any, seen: Any) -> None:
    with clock.at(case.received_at + timedelta(days=6)):
        words = seen(client.get(path_of(case)))
    assert "We are late, and we are sorry." in words
    assert "303-555-0100" in words


def test_a_long_conversation_comes_in_pages_with_constant_queries(
    client: Client, case: Case, path_of: Any, seen: Any, monkeypatch: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    monkeypatch.setattr("heard.core.city._KEEP_SECONDS", 3600)

    def count() -> int:
        with django_assert_max_num_queries(20) as asked:
            client.get(path_of(case))
        return len(asked)

    add_words(case, "Turn 0.", actor=CUSTOMER)
    client.get(path_of(case))
    few = count()
    for n in range(1, 45):
        add_words(case, f"Turn {n}.", actor=CUSTOMER)
    assert count() == few
    shown = [
        seen(client.get(path_of(case), {"page": n})) for n in ("1", "2", "3", "99999999", "-1", "x")
    ]
    assert "Turn 44." in shown[0]
    assert "Turn 24." not in shown[0]
    assert "Turn 24." in shown[1]
    assert "Turn 0." in shown[2]
    assert "You sent this request" in shown[2]
    assert "Earlier" not in shown[2]
    assert "Turn 44." in shown[4]
    assert "Turn 44." in shown[5]


def test_what_happens_next_gives_way_to_what_happened(
    client: Client, case: Case, agent: Any, path_of: Any
) -> None:
    assert client.get(path_of(case) + "sent/").status_code == 200
    start(case, actor=agent.as_actor())
    assert client.get(path_of(case) + "sent/").url == path_of(case)


def test_thanks_are_ours_alone(client: Client, case: Case, path_of: Any) -> None:
    page = client.get(path_of(case), {"done": "<script>alert(1)</script>", "answer": "'\">"})
    assert page.status_code == 200
    assert b"<script>alert(1)" not in page.content


def test_an_anonymous_case_works_the_same(client: Client, report: Any, act: Any, seen: Any) -> None:
    report(anonymous="on")
    case = Case.objects.get()
    assert "We have added your words" in seen(act(case, "add", words="By the tree."))
    assert Message.objects.get().words == "By the tree."
