"""Looking for mentions: the account's notifications, the feeds; and what was deleted since."""

import logging
from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import requests
from django.conf import settings
from django.utils.dateparse import parse_datetime

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import Refused
from heard.core.plain import text_of_html
from heard.doors.social.models import Source
from heard.mentions.models import Mention
from heard.mentions.reads import to_check
from heard.mentions.services import Found, forget, keep
from heard.post import mastodon, turned

log = logging.getLogger("heard.social")

TIMEOUT = (5, 20)  # seconds
MOST_BYTES = 3_000_000  # of one feed
MOST_ENTRIES = 200  # of one feed
CHECKED_AT_ONCE = 60  # posts looked up again in an hour: far below every server's limit


def look() -> int:
    """Everything new, from every source; returns how many mentions. One fault stops one source."""
    found = 0
    for source in _sources():
        if source.not_before is not None and source.not_before > clock.now():
            continue
        try:
            found += _look_at(source)
        except (OSError, mastodon.NotTaken, mastodon.Gone) as error:
            _note(source, str(error) or type(error).__name__)
        else:
            _note(source, "")
    return found


def _sources() -> list[Source]:
    """The feeds, and the account of the settings where there is one."""
    found = list(Source.objects.filter(kind=Source.Kind.FEED, is_active=True))
    if (account := _account()) is not None:
        found.insert(0, account)
    return found


def _account() -> Source | None:
    if mastodon.client() is None:
        return None
    row, _made = Source.objects.get_or_create(
        kind=Source.Kind.MASTODON, url=settings.HEARD_MASTODON_URL, defaults={"name": "Mastodon"}
    )
    return row if row.is_active else None


def _note(source: Source, fault: str) -> None:
    source.fault, source.looked_at = fault[:500], clock.now()
    source.not_before = clock.now() + timedelta(minutes=15) if fault else None
    source.save(update_fields=["fault", "looked_at", "not_before"])
    if fault:
        log.warning("%s: %s", source.name, fault)


def _look_at(source: Source) -> int:
    if source.kind == Source.Kind.MASTODON:
        return _look_at_account(source)
    return _look_at_feed(source)


# --- Mastodon -----------------------------------------------------------------------------------


def _look_at_account(source: Source) -> int:
    api = mastodon.client()
    assert api is not None
    count = 0
    for notification in api.mentions(after=source.last_id):
        count += _keep(_found_in(notification, source))
        source.last_id = str(notification.get("id", ""))[:80]
        source.save(update_fields=["last_id"])
    return count


def _found_in(notification: dict[str, Any], source: Source) -> Found | None:
    status, account = notification.get("status"), notification.get("account")
    if not isinstance(status, dict) or not isinstance(account, dict):
        return None
    if status.get("visibility") == "direct":
        return None  # a private word is no public mention
    handle = str(account.get("acct", ""))
    return Found(
        source=source.code,
        external_id=str(status.get("id", "")),
        network="Mastodon",
        text=text_of_html(str(status.get("content", ""))),
        at=_moment(status.get("created_at")),
        url=str(status.get("url") or ""),
        author=str(account.get("display_name") or account.get("username") or ""),
        handle=f"@{handle}" if handle else "",
        language=str(status.get("language") or "")[:2],
        answer_in_place=True,
    )


def _moment(said: Any) -> datetime:
    try:
        moment = parse_datetime(str(said))
    except ValueError:
        moment = None
    if moment is None:
        return clock.now()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _keep(found: Found | None) -> int:
    if found is None:
        return 0
    try:
        _row, made = keep(found, actor=SYSTEM)
    except Refused:
        turned.count("social", "empty")
        return 0
    return int(made)


def check_deleted() -> int:
    """Look up what is kept, longest unseen first; what its author deleted goes. Returns how many.

    The server tells of edits in the same answer.
    """
    source, api = _account(), mastodon.client()
    if source is None or api is None:
        return 0
    gone = 0
    for row in to_check(source.code, clock.now(), CHECKED_AT_ONCE):
        try:
            status = api.status(row.external_id)
        except mastodon.Gone:
            forget(row, actor=SYSTEM)
            gone += 1
            continue
        except mastodon.SlowDown:
            break
        _refresh(row, str(status.get("content", "")))
    return gone


def _refresh(row: Mention, content: str) -> None:
    text = text_of_html(content)
    if text and text != row.text:
        keep(Found(row.source, row.external_id, row.network, text, row.at), actor=SYSTEM)
    Mention.objects.filter(pk=row.pk).update(checked_at=clock.now())


# --- feeds --------------------------------------------------------------------------------------


def _look_at_feed(source: Source) -> int:
    headers = {"If-None-Match": source.etag} if source.etag else {}
    with requests.get(source.url, headers=headers, timeout=TIMEOUT, stream=True) as answer:
        if answer.status_code == 304:
            return 0
        if answer.status_code >= 300:
            raise OSError(f"The site answers {answer.status_code}.")
        content = answer.raw.read(MOST_BYTES + 1, decode_content=True)
        etag = answer.headers.get("ETag", "")[:200]
    count = take_feed(source, content)
    source.etag = etag
    source.save(update_fields=["etag"])
    return count


def take_feed(source: Source, content: bytes) -> int:
    """Keep the entries of a feed. Raises ``OSError`` for what is no feed, or one made to harm."""
    if len(content) > MOST_BYTES:
        raise OSError("The feed is larger than 3 MB.")
    if b"<!ENTITY" in content:
        turned.count("social", "entities")
        raise OSError("The feed declares entities, which no feed needs.")
    feed = feedparser.parse(content)
    if not feed.get("version"):
        raise OSError("That is no feed we can read.")
    return sum(_keep(_entry(each, source)) for each in reversed(feed.entries[:MOST_ENTRIES]))


def _entry(entry: Any, source: Source) -> Found:
    parts = [str(part.get("value", "")) for part in entry.get("content", [])[:1]]
    body = text_of_html(parts[0] if parts else str(entry.get("summary", "")))
    title = text_of_html(str(entry.get("title", "")))
    stamp = entry.get("published_parsed") or entry.get("updated_parsed")
    return Found(
        source=source.code,
        external_id=str(entry.get("id") or entry.get("link") or ""),
        network=source.name,
        text=body if body.startswith(title) else f"{title}\n{body}".strip(),
        at=datetime.fromtimestamp(timegm(stamp), UTC) if stamp else clock.now(),
        url=str(entry.get("link", "")),
        author=str(entry.get("author", "")),
    )
