"""Reviewing and publishing by POST: the same of a figure and of a definition."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.people.roles import staff_of

Step = tuple[Callable[[int, Actor], object], str]  # what is done, and what is said of it then


def decide(request: HttpRequest, *, review: Step, publish: Step, unseen: str) -> str:
    """Take the step asked for in ``do``; gives why not, and nothing where it was taken.

    ``seen`` is the version the person looked at; without it, ``unseen`` is the answer.
    """
    seen = request.POST.get("seen", "")
    if not seen.isdecimal() or len(seen) > 9:
        return unseen
    step, said = publish if request.POST.get("do") == "publish" else review
    try:
        step(int(seen), staff_of(request).as_actor())
    except Refused as refused:
        return str(refused)
    messages.success(request, said)
    return ""
