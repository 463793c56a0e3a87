"""What comes back to something we sent, offered first to whoever waits for such an answer.

A room that asks by text message (a survey) registers a listener when it starts::

    from heard.post.inbound import add_listener
    add_listener(take_answer)          # take_answer(customer, text, at) -> bool

The first one that returns True has dealt with it; nobody else sees it. Listeners run inside the
transaction in which the message is kept, so what they write stands or falls with it.
"""

from collections.abc import Callable
from datetime import datetime

from heard.people.models import Customer

Listener = Callable[[Customer, str, datetime], bool]

_listeners: list[Listener] = []


def add_listener(listener: Listener) -> None:
    """Have this function see each inbound text message before it becomes part of a case."""
    if listener not in _listeners:
        _listeners.append(listener)


def remove_listener(listener: Listener) -> None:
    """Take a listener off again (a test does)."""
    if listener in _listeners:
        _listeners.remove(listener)


def offer(customer: Customer, text: str, at: datetime) -> bool:
    """Whether a listener took it as the answer it waited for."""
    return any(listener(customer, text, at) for listener in list(_listeners))
