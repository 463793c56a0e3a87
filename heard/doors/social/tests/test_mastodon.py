"""Mentions by the Mastodon API: found once, answered in place, let go when deleted."""

from datetime import timedelta
from typing import Any

import pytest

from heard.core import clock
from heard.core.errors import NotAllowed, Refused
from heard.doors.social.models import Source
from heard.doors.social.polling import check_deleted, look
from heard.doors.social.services import open_case
from heard.doors.social.tests.server import Server
from heard.mentions.models import Mention
from heard.mentions.services import answer, judge
from heard.post.models import Dispatch
from heard.post.services import send_due

pytestmark = pytest.mark.django_db


def texts() -> list[str]:
    return [row.text for row in Mention.objects.order_by("id")]


def test_mentions_are_found_over_all_pages_oldest_first_and_once(
    network: Server, town: Any
) -> None:
    for number in range(5):
        network.mention(f"@city number {number}<br>and more")
    assert look() == 5
    assert texts() == [f"@city number {n}\nand more" for n in range(5)]
    assert sum("/notifications" in call for call in network.calls) == 3  # of two each
    network.mention("@city one more")
    assert look() == 1
    assert look() == 0
    row = Mention.objects.order_by("-id")[0]
    assert (row.author, row.handle, row.network) == ("Ana Ruiz", "@ana@kind.example", "Mastodon")
    assert row.url.startswith("https://kind.example/")


def test_a_private_word_is_no_public_mention(network: Server, town: Any) -> None:
    network.mention("@city just for you", visibility="direct")
    assert look() == 0
    assert texts() == []


def test_markup_and_bad_addresses_are_only_words(network: Server, town: Any) -> None:
    network.mention("<script>alert(1)</script>hi <b>there</b>", url="javascript:alert(1)")
    look()
    row = Mention.objects.get()
    assert (row.text, row.url) == ("hi there", "")


def test_an_answer_stands_under_the_post_once(network: Server, town: Any, staff: Any) -> None:
    number = network.mention("@city when is it mended?")
    look()
    row = Mention.objects.get()
    for _twice in range(2):
        answer(row, "On Friday.", actor=staff("cx_lead").as_actor(), key="once")
    assert send_due() == 1
    (reply,) = network.replies.values()
    assert (reply["in_reply_to_id"], reply["status"]) == (number, "@ana@kind.example On Friday.")
    row.refresh_from_db()
    assert row.state == "answered"
    # A sender killed before it noted the success sends again: the network keeps one.
    Dispatch.objects.update(state="queued")
    send_due()
    assert len(network.replies) == 1
    with pytest.raises(NotAllowed):
        answer(row, "I too.", actor=staff("field_worker").as_actor())
    with pytest.raises(Refused, match="450"):
        answer(row, "x" * 451, actor=staff("cx_lead").as_actor())


def test_what_the_author_deleted_goes(
    network: Server, service: Any, staff: Any, run_steps: Any
) -> None:
    kept, gone = network.mention("@city thanks for the bench"), network.mention("@city my secret")
    look()
    row = Mention.objects.get(external_id=gone)
    actor = staff("agent").as_actor()
    case = open_case(row, service, "A pothole is to be mended.", place="Elm", actor=actor)
    answer(row, "We look into it.", actor=actor)
    del network.statuses[gone]
    assert check_deleted() == 1
    row.refresh_from_db()
    assert (row.text, row.author, row.handle, row.url, row.state) == ("", "", "", "", "deleted")
    run_steps()
    case.refresh_from_db()
    assert "secret" not in f"{case.words}{list(case.messages.values_list('words'))}"
    send_due()
    assert Dispatch.objects.get(channel="social").state == "failed"  # there is nothing to answer
    with pytest.raises(Refused):
        judge(row, "complaint", actor=actor)
    # Neither the same notification again nor another look brings it back.
    Source.objects.update(last_id="")
    network.statuses[gone] = {}
    look()
    assert check_deleted() == 0
    row.refresh_from_db()
    assert row.text == ""
    assert Mention.objects.get(external_id=kept).text == "@city thanks for the bench"


def test_an_edit_by_the_author_is_taken_over(network: Server, town: Any) -> None:
    number = network.mention("@city a whole")
    look()
    network.statuses[number]["content"] = "<p>@city a hole</p>"
    check_deleted()
    assert texts() == ["@city a hole"]


def test_a_busy_server_is_left_alone_for_a_while(network: Server, town: Any) -> None:
    network.mention("@city hello")
    network.busy = True
    assert look() == 0
    source = Source.objects.get()
    assert "Too many" in source.fault
    network.busy, calls = False, len(network.calls)
    assert look() == 0
    assert len(network.calls) == calls  # not asked again at once
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert look() == 1
    assert Source.objects.get().fault == ""


def test_a_wrong_token_is_told_to_the_operator(network: Server, town: Any, settings: Any) -> None:
    settings.HEARD_MASTODON_TOKEN = "old"
    look()
    assert "401" in Source.objects.get().fault


def test_a_page_elsewhere_gets_no_token(network: Server, town: Any) -> None:
    for number in range(3):
        network.mention(f"@city {number}")
    network.__class__.url = property(lambda self: "http://evil.example")  # type: ignore[assignment]
    try:
        look()
    finally:
        network.__class__.url = property(  # type: ignore[assignment]
            lambda self: f"http://127.0.0.1:{self.http.server_port}"
        )
    assert len(texts()) == 2  # the first page alone
