"""The mails a customer gets: both languages, the next steps, a person, and nothing executed."""

import re
from typing import Any

import pytest

from heard.cases.closing import (
    ask_to_reopen,
    close,
    decide_reopen,
    decline,
    hand_over,
    resolve,
    withdraw,
)
from heard.cases.models import Case
from heard.cases.services import reply
from heard.cases.understanding import state_understanding
from heard.core.actors import Actor
from heard.post.models import Dispatch

ANA = Actor("customer", name="Ana")


def everything_happens(case: Case, by: Any) -> None:
    """One case after another in each way it can go, so that every template is used."""

    def another() -> Case:
        copy = Case.objects.get(pk=case.pk)
        copy.pk, copy.reference = None, f"NNNN-{2222 + Case.objects.count():04}"
        copy.save()
        return copy

    first = another()
    state_understanding(first, "You want the <hole> & curb fixed.", actor=by)
    reply(first, "We come on Monday.\n<b>Early</b>.", actor=by)
    resolve(first, outcome="done", words="Filled.", actor=by)
    second = another()
    close(second, outcome="done", words="Filled.", actor=by)
    decide_reopen(
        ask_to_reopen(second, reason="No.", actor=ANA), reopen=False, answer="It is.", actor=by
    )
    decide_reopen(
        ask_to_reopen(second, reason="No!", actor=ANA), reopen=True, answer="Right.", actor=by
    )
    decline(another(), words="A private road.", actor=by)
    hand_over(another(), words="The county has it.", actor=by)
    withdraw(another(), actor=ANA)


def pieces(text: str) -> set[str]:
    """What stands between two tags or line ends."""
    return {" ".join(piece.split()) for piece in re.split(r"<[^>]+>|\n", text)}


TEMPLATES = {
    "case_received", "case_understood", "case_replied", "case_resolved", "case_closed",
    "case_declined", "case_handed_over", "case_withdrawn", "case_reopen_asked",
    "case_reopen_decided",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_mail_is_whole(case: Case, staff: Any, run_steps: Any, language: str) -> None:
    case.language = language
    case.save()
    agent = staff("agent")
    agent.title = {"en": "Street supervisor", "es": "Supervisora de calles"}
    agent.save()
    everything_happens(case, agent.as_actor())
    run_steps()
    sent = list(Dispatch.objects.all())
    assert {row.template for row in sent} == TEMPLATES
    for row in sent:
        link = row.text.split("/case/")[1].split("/")[0]
        assert Case.objects.filter(reference=link).exists()
        assert link in row.subject
        assert "\n" not in row.subject
        for part in (row.text, row.html):
            assert "303-555-0100" in part
            assert "hello@city.example" in part
            assert ("Hello Ana Ruiz," if language == "en" else "Hola, Ana Ruiz:") in part
            assert "{{" not in part
            assert "{%" not in part
            assert ("/es/case/" in part) == (language == "es")
        assert "&amp;" not in row.text
        assert "&#x27;" not in row.text
        assert f'<html lang="{language}">' in row.html
    signed = [r for r in sent if r.template in {"case_understood", "case_replied", "case_closed"}]
    title = "Street supervisor" if language == "en" else "Supervisora de calles"
    assert signed
    assert all(agent.name in r.text and title in r.html for r in signed)


def test_no_english_is_left_in_spanish_mails(case: Case, staff: Any, run_steps: Any) -> None:
    texts: dict[str, dict[str, set[str]]] = {}
    for language in ("en", "es"):
        Dispatch.objects.all().delete()
        case.language = language
        case.save()
        everything_happens(case, staff("agent").as_actor())
        run_steps()
        texts[language] = {
            row.template: pieces(row.text + row.html)
            for row in Dispatch.objects.exclude(template="case_received")
        }
    own = {
        "Filled.", "We come on Monday.", "Early", "<b>Early</b>.", "&lt;b&gt;Early&lt;/b&gt;.",
        "A private road.", "The county has it.", "It is.", "Right.", "Sam Agent", "Testville",
        "“You want the <hole> & curb fixed.”", "“You want the &lt;hole&gt; &amp; curb fixed.”",
        "hello@city.example", "303-555-0100", "Neutral",
    }  # fmt: skip
    for template in texts["en"]:
        left = texts["en"][template] & texts["es"][template]
        english = {p for p in left - own if re.match(r"[A-Z][a-z]", p)}
        assert not english, template


def test_what_people_wrote_is_text_in_a_mail(case: Case, staff: Any, run_steps: Any) -> None:
    everything_happens(case, staff("agent").as_actor())
    run_steps()
    understood = Dispatch.objects.get(template="case_understood")
    assert "“You want the <hole> & curb fixed.”" in understood.text
    assert "“You want the &lt;hole&gt; &amp; curb fixed.”" in understood.html
    replied = Dispatch.objects.get(template="case_replied")
    assert "<b>Early</b>" in replied.text
    assert "<b>Early</b>" not in replied.html


def test_the_confirmation_repeats_nothing_a_stranger_could_send_through_us(
    case: Case, run_steps: Any
) -> None:
    run_steps()
    sent = Dispatch.objects.get(template="case_received")
    assert case.words not in sent.text + sent.html


def test_the_sentence_is_answered_on_the_page_not_by_the_link(
    case: Case, staff: Any, run_steps: Any, client: Any
) -> None:
    row = state_understanding(case, "You want it filled.", actor=staff("agent").as_actor())
    run_steps()
    sent = Dispatch.objects.get(template="case_understood")
    for link in re.findall(r"http://[^\s\"]+", sent.text + sent.html):
        if "/case/" in link:
            assert client.get(link.split("8000", 1)[1].partition("#")[0]).status_code == 200
    row.refresh_from_db()
    assert row.answer == ""


def test_five_faces_lead_to_the_survey_where_we_ask(case: Case, staff: Any, run_steps: Any) -> None:
    close(case, outcome="done", words="Filled.", actor=staff("agent").as_actor())
    run_steps()
    sent = Dispatch.objects.get(template="case_closed")
    for part in (sent.text, sent.html):
        assert re.findall(r"/\?s=(\d)", part) == ["5", "4", "3", "2", "1"]


def test_dates_are_those_of_the_city(case: Case, run_steps: Any) -> None:
    from zoneinfo import ZoneInfo

    run_steps()
    sent = Dispatch.objects.get(template="case_received")
    assert case.due_at
    here = case.due_at.astimezone(ZoneInfo("America/Denver"))
    assert f"{here.hour % 12 or 12}:{here.minute:02}" in sent.text
    assert "<time" not in sent.text
