"""Signed calls of bridges, feeds and files: what is right comes in, what is wrong is told why."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.core import clock
from heard.core.errors import Refused
from heard.doors.social.bridge import forget_calls, sign
from heard.doors.social.models import Source
from heard.doors.social.polling import look, take_feed
from heard.doors.social.services import bring_in
from heard.doors.social.tests.server import Server
from heard.mentions.models import Mention
from heard.post.models import Turned

pytestmark = pytest.mark.django_db
POST = {
    "type": "mention", "id": "p1", "text": "The pool is great!", "author": "Bo",
    "at": "2026-03-04T10:00:00Z", "network": "Nextdoor", "url": "https://n.example/p1",
}  # fmt: skip


@pytest.fixture
def bridge(town: Any) -> Source:
    return Source.objects.create(kind="bridge", name="Nextdoor")


def call(
    client: Client, bridge: Source, told: Any, *, off: int = 0, secret: str = "", body: str = ""
) -> Any:
    content = (body or json.dumps(told)).encode()
    stamp = str(int(clock.now().timestamp()) + off)
    signed = sign(secret or bridge.secret(), stamp, content)
    return client.post(
        f"/hooks/social/{bridge.pk}/", content, content_type="application/json",
        headers={"Heard-Timestamp": stamp, "Heard-Signature": signed},
    )  # fmt: skip


def test_a_signed_call_is_kept_once(client: Client, bridge: Source) -> None:
    with clock.at(clock.now()):
        assert call(client, bridge, POST).json() == {"state": "kept"}
        assert call(client, bridge, POST).json() == {"state": "replayed"}
    assert call(client, bridge, POST, off=1).json() == {"state": "known"}
    row = Mention.objects.get()
    assert (row.text, row.network, row.answer_in_place) == ("The pool is great!", "Nextdoor", False)
    assert Turned.objects.get(door="social", reason="replay").times == 1


@pytest.mark.parametrize(("off", "secret"), [(-301, ""), (301, ""), (0, "wrong")])
def test_what_is_not_proven_is_turned_away(
    client: Client, bridge: Source, off: int, secret: str
) -> None:
    with clock.at(clock.now()):
        assert call(client, bridge, POST, off=off, secret=secret).status_code == 401
    assert not Mention.objects.exists()
    assert Turned.objects.get(door="social").times == 1


def test_a_new_secret_ends_the_old_one(client: Client, bridge: Source) -> None:
    old = bridge.secret()
    bridge.secret_version = 2
    bridge.save()
    assert call(client, bridge, POST, secret=old).status_code == 401
    assert call(client, bridge, POST).status_code == 200


def test_a_body_changed_on_the_way_is_turned_away(client: Client, bridge: Source) -> None:
    stamp = str(int(clock.now().timestamp()))
    signed = sign(bridge.secret(), stamp, b"{}")
    head = {"Heard-Timestamp": stamp, "Heard-Signature": signed}
    path = f"/hooks/social/{bridge.pk}/"
    answer = client.post(path, json.dumps(POST), content_type="application/json", headers=head)
    assert answer.status_code == 401


def test_a_deletion_lets_the_words_go_and_an_old_call_does_not_bring_them_back(
    client: Client, bridge: Source
) -> None:
    call(client, bridge, POST)
    assert call(client, bridge, {"type": "delete", "id": "p1"}).json() == {"state": "deleted"}
    assert call(client, bridge, POST, off=2).json() == {"state": "known"}
    assert Mention.objects.get().text == ""
    assert call(client, bridge, {"type": "delete", "id": "never seen"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("not json", 422), ("[]", 422), ('{"type": "mention"}', 422), ("[" * 30_000, 422),
        ('{"type": "mention", "id": "x", "at": "yesterday", "text": "hi"}', 422),
        ('{"type": "mention", "id": "x", "at": "2026-03-04T10:00:00Z", "text": " "}', 422),
        ('{"type": "mention", "id": 5, "at": "2026-03-04T10:00:00Z", "text": "hi"}', 422),
        ('{"type": "mention", "id": "x", "text": {"a": 1}}', 422), (" " * 70_000, 413),
    ],
)  # fmt: skip
def test_what_says_nothing_is_answered_plainly(
    client: Client, bridge: Source, body: str, status: int
) -> None:
    answer = call(client, bridge, None, body=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not Mention.objects.exists()


def test_calls_are_forgotten_when_they_cannot_be_replayed(client: Client, bridge: Source) -> None:
    call(client, bridge, POST)
    assert forget_calls() == 0
    with clock.at(clock.now() + timedelta(days=2)):
        assert forget_calls() == 1


def test_an_unknown_or_silenced_bridge(client: Client, bridge: Source) -> None:
    Source.objects.update(is_active=False)
    assert call(client, bridge, POST).status_code == 404


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">
<title>Forum</title><entry><title>Park</title><id>tag:1</id><link href="https://f.example/1"/>
<updated>2026-03-04T10:00:00Z</updated><author><name>Sue</name></author>
<content type="html">&lt;p&gt;The park is clean.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</content>
</entry></feed>"""
RSS = """<rss version="2.0"><channel><title>Blog</title><item><title>City hall</title>
<link>https://b.example/2</link><guid>2</guid><description>Long wait again</description>
<pubDate>Wed, 04 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>"""


def test_feeds_are_read_once(network: Server, town: Any) -> None:
    source = Source.objects.create(kind="feed", name="Forum", url=f"{network.url}/feed.xml")
    network.feed = ATOM.encode()
    assert (look(), look()) == (1, 0)
    row = Mention.objects.get()
    assert (row.text, row.author, row.url) == (
        "Park\nThe park is clean.", "Sue", "https://f.example/1",
    )  # fmt: skip
    assert take_feed(source, RSS.encode()) == 1


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">]><rss><channel/></rss>',
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
        b"<html><body>Not found</body></html>",
        b"",
        b"x" * 3_000_001,
    ],
)
def test_what_is_no_feed_is_told(town: Any, content: bytes) -> None:
    source = Source.objects.create(kind="feed", name="Forum", url="https://f.example/feed")
    with pytest.raises(OSError, match=r"feed|entities"):
        take_feed(source, content)
    assert not Mention.objects.exists()


def test_a_file_is_taken_row_by_row(town: Any, staff: Any) -> None:
    rows = [
        "id,at,text,author,url",
        "1,2026-03-04 10:00,Great library,Ana,https://x.example/1",
        "2,not a day,Hello,Bo,",
        "3,2026-03-04,,Bo,",
        ",2026-03-04,Hello,Bo,",
        '4,2026-03-04,"Two\nlines, and a comma",Bo,javascript:x',
        "1,2026-03-04 10:00,Great library,Ana,https://x.example/1",
    ]
    actor = staff("cx_lead").as_actor()
    done = bring_in("\ufeff".encode() + "\r\n".join(rows).encode(), source="file:x", actor=actor)
    assert (done.kept, done.known) == (2, 1)
    assert [line for line, _why in done.rejected] == [3, 4, 5]
    assert "not a day" in done.rejected[0][1]
    assert Mention.objects.get(external_id="4").url == ""
    for bad in (b"id;at;text\n1;2;3", b"", "id,at,text\n1,2,\xf1".encode("latin-1")):
        with pytest.raises(Refused):
            bring_in(bad, source="file:x", actor=actor)
