"""Answers to social posts, in place: a status in reply, by the Mastodon API."""

from heard.post.mastodon import Gone, NotTaken, client
from heard.post.models import Dispatch
from heard.post.transports import Undeliverable


def is_open() -> bool:
    """Whether an account is set."""
    return client() is not None


def send(row: Dispatch) -> str:
    """Post the answer under the status it answers; returns the id of ours.

    The key of the dispatch goes along, so that sending twice makes one status.
    """
    api = client()
    assert api is not None
    try:
        made = api.reply(row.text, to=row.in_reply_to, language=row.language, key=row.key)
    except Gone as error:
        raise Undeliverable("The post was deleted by its author.") from error
    except NotTaken as error:
        raise Undeliverable(str(error)) from error
    return str(made.get("id", ""))[:64]
