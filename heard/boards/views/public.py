"""The public pages of this room: ours beside others', and the one score with its method."""

import csv
import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers

from heard.boards import composing
from heard.boards.comparing import beside, comparable
from heard.boards.history import history, parts_rows, score_rows
from heard.boards.models import Peer, Recipe
from heard.boards.telling import Names

View = Callable[..., HttpResponse]


def open_page(view: View) -> View:
    """A public page made of stored rows: may be kept, and is asked for anew at each visit."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, no_cache=True)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return inner


@open_page
def compare(request: HttpRequest) -> HttpResponse:
    """Ours beside others' for one measure (``?measure=``); the first there is by default."""
    cards = comparable()
    wanted = request.GET.get("measure", "")
    card = next((one for one in cards if one.key == wanted), cards[0] if cards else None)
    rows = beside(card) if card else []
    compared = [one for one in rows if one.theirs_at is not None]
    context = {
        "cards": cards, "card": card, "compared": compared,
        "others": [one for one in rows if one.theirs_at is None],
        "unit": card.statistic().unit if card else "",
        "below": card is not None and card.statistic().kind == "nps",
        "pairs": sum(one.gap is not None for one in compared),
        "peers": Peer.objects.filter(is_on=True).exclude(good_at=None),
        "has_score": composing.composite().is_on,
    }  # fmt: skip
    return render(request, "boards/compare.html", context)


@open_page
def score(request: HttpRequest) -> HttpResponse:
    """The score, how it is made, and its course; that there is none where it is switched off."""
    row = composing.composite()
    context: dict[str, Any] = {"composite": row}
    if row.is_on:
        names = Names()
        context |= {
            "history": history(names),
            "most": composing.MOST,
            "at_least": composing.AT_LEAST,
            "recipes": Recipe.objects.order_by("-number"),
        }
    return render(request, "boards/composite.html", context)


def download(request: HttpRequest, what: str) -> HttpResponse:
    """The score of each month, or every part of every month, as CSV."""
    tables = {"scores": score_rows, "parts": parts_rows}
    if what not in tables or not composing.composite().is_on:
        raise Http404
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(tables[what]())
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="composite-{what}.csv"'
    patch_cache_control(response, public=True, no_cache=True)
    return response
