"""The answers as residents find them, read them, and say whether they helped."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from heard.answers.body import as_html
from heard.answers.forms import SearchForm
from heard.answers.models import Answer, AnswerVote
from heard.answers.reads import helpfulness_of, published, ranked, services_with_answers
from heard.answers.services import MISSING_LIMIT, vote
from heard.core.references import link_secret
from heard.core.words import said
from heard.ui.lists import listing

PER_PAGE = 12
VOTER = "answers_voter"


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """All answers, or those that fit the words; service and words live in the address."""
    form = SearchForm(request.GET, services_with_answers())
    words, service = form.asked(), form.chosen()
    rows = published()
    if service is not None:
        rows = rows.filter(services=service)
    if words:
        best = [key for key, _score in ranked(words, _language())]
        kept = set(rows.filter(pk__in=best[:500]).values_list("pk", flat=True))
        found = listing(
            request, [key for key in best if key in kept], filters=form, per_page=PER_PAGE
        )
        by_key = published().in_bulk(found.rows)
        shown = [by_key[key] for key in found.rows]
    else:
        browsed = listing(request, rows, filters=form, per_page=PER_PAGE)
        found, shown = browsed, list(browsed.rows)  # type: ignore[assignment]
    context = {"listing": found, "answers": shown, "words": words, "service": service, "form": form}
    return render(request, "answers/list.html", context)


@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer; a retired one says that it is no longer so, and shows the way on."""
    row = _shown(slug)
    if row is None:
        return _gone(request, slug)
    services = list(row.services.filter(is_active=True, is_public=True))
    near = published().filter(services__in=services).exclude(pk=row.pk).distinct()[:4]
    context = {
        "answer": row,
        "body": as_html(said(row.body)),
        "services": services,
        "near": list(near) if services else [],
        "helpfulness": helpfulness_of(row.pk),
        "vote": _vote_of(request, row),
        "missing_limit": MISSING_LIMIT,
        "spoken_in": _spoken_in(row),
    }
    return render(request, "answers/answer.html", context)


@require_POST
def helped(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether it helped: once per visit, changed as often as they like, tied to nobody."""
    row = _shown(slug)
    if row is None:
        return _gone(request, slug)
    said_so = request.POST.get("helped")
    if said_so in {"yes", "no"}:
        vote(
            row,
            helped=said_so == "yes",
            token=_token(request, row, make=True),
            language=_language(),
            missing=request.POST.get("missing", "")[: MISSING_LIMIT * 2],
        )
    return redirect(reverse("answers:answer", args=[slug]) + "#helped")


def _shown(slug: str) -> Answer | None:
    return published().select_related("division").filter(slug=slug).first()


def _gone(request: HttpRequest, slug: str) -> HttpResponse:
    """A kind 410 for what was once on show; 404 for what never was."""
    row = Answer.objects.filter(slug=slug, is_public=True, state=Answer.State.RETIRED).first()
    if row is None or row.published_at is None:
        raise Http404
    services = list(row.services.filter(is_active=True, is_public=True))
    return render(request, "answers/gone.html", {"answer": row, "services": services}, status=410)


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _spoken_in(row: Answer) -> str:
    """The language the answer is really in, where it is not that of the page."""
    return "" if row.short.get(_language()) else "en"


def _token(request: HttpRequest, row: Answer, *, make: bool = False) -> str:
    """What tells this visit's vote on this answer apart. Votes on two answers cannot be joined.

    The visit keeps a random number; the row keeps what is derived from it and the answer, which
    nobody can turn back.
    """
    voter = request.session.get(VOTER)
    if voter is None and make:
        voter = request.session[VOTER] = secrets.token_hex(16)
    return link_secret("answer-vote", f"{voter}:{row.pk}") if voter else ""


def _vote_of(request: HttpRequest, row: Answer) -> AnswerVote | None:
    token = _token(request, row)
    return row.votes.filter(token=token).first() if token else None
