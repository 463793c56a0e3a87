"""The answers at the desk: the list, one answer with all that is known of it, those that failed."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heard.answers.body import as_html
from heard.answers.forms import DeskFilters, ReviewForm
from heard.answers.models import Answer
from heard.answers.readability import Reading, read
from heard.answers.reads import at_desk, failures, helpfulness_of, ranked, version_of
from heard.answers.reads.helpfulness import Helpfulness, helpfulness
from heard.answers.reads.lists import today
from heard.answers.services import may_review, may_write
from heard.core.words import said
from heard.people.models import Staff
from heard.people.roles import may, needs, staff_of
from heard.ui.lists import Listing, listing

PER_PAGE = 25
TONES = {"draft": "info", "published": "good", "retired": "plain"}
SHOWN_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One answer as the list shows it."""

    answer: Answer
    tone: str
    votes: Helpfulness
    is_stale: bool
    lacks_spanish: bool


@dataclass(frozen=True, slots=True)
class Side:
    """An answer in one language: its words drawn, and how hard they are to read."""

    code: str
    spoken: str
    question: str
    short: str
    body: str
    note: str
    reading: Reading

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in this language."""
        return not (self.question or self.short or self.body)


def sides_of(words: dict[str, dict[str, str]]) -> list[Side]:
    """An answer's words in each language, ready to be looked at."""
    found = []
    for code, spoken in settings.LANGUAGES:
        question, short, body, note = (
            words.get(part, {}).get(code, "") for part in ("question", "short", "body", "desk_note")
        )
        reading = read("\n\n".join(part for part in (question, short, body) if part), code)
        found.append(Side(code, str(spoken), question, short, as_html(body), note, reading))
    return found


@needs("read answers")
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """All answers of the house, the earliest day of review first; filters live in the address."""
    viewer, filters = staff_of(request), DeskFilters(request.GET)
    found = _found(request, filters, viewer)
    day = today()
    rows = [_row(answer, day) for answer in found.rows]
    context = {
        "listing": found,
        "rows": rows,
        "writes": may(viewer, "write answers"),
        "stale_mine": Answer.objects.filter(
            state=Answer.State.PUBLISHED, review_on__lt=day, owner=viewer
        ).count(),
    }
    return render(request, "answers/desk_list.html", context)


def _found(request: HttpRequest, filters: DeskFilters, viewer: Staff) -> Listing[Answer]:
    filters.is_valid()
    asked: dict[str, Any] = filters.cleaned_data
    rows = _filtered(at_desk(), asked, viewer)
    words = asked.get("q") or ""
    if not words:
        return listing(
            request, rows.order_by("review_on", "slug"), filters=filters, per_page=PER_PAGE
        )
    # Drafts are not in the search of what is on show; they are found by their question.
    best = [key for key, _score in ranked(words, "en", for_staff=True)][:500]
    named = Q(question__en__icontains=words) | Q(question__es__icontains=words)
    kept = rows.filter(Q(pk__in=best) | named).order_by("review_on", "slug")
    place = {key: n for n, key in enumerate(best)}
    ordered = sorted(kept[:500], key=lambda answer: place.get(answer.pk, len(place)))
    return listing(request, ordered, filters=filters, per_page=PER_PAGE)


def _filtered(rows: QuerySet[Answer], asked: dict[str, Any], viewer: Staff) -> QuerySet[Answer]:
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if asked.get("division"):
        rows = rows.filter(division=asked["division"])
    if asked.get("mine"):
        rows = rows.filter(owner=viewer)
    match asked.get("needs"):
        case "review":
            rows = rows.filter(state=Answer.State.PUBLISHED, review_on__lt=today())
        case "spanish":
            rows = rows.filter(short__es__isnull=True).exclude(state=Answer.State.RETIRED)
        case "owner":
            rows = rows.filter(owner=None).exclude(state=Answer.State.RETIRED)
    return rows


def _row(answer: Answer, day: Any) -> Row:
    votes = helpfulness(answer.votes_yes, answer.votes_all)  # type: ignore[attr-defined]
    retired = answer.state == Answer.State.RETIRED
    lacks = not retired and not answer.short.get("es")
    return Row(answer, TONES[answer.state], votes, answer.is_stale(day), lacks)


def found_answer(answer_id: int) -> Answer:
    """The answer, or 404."""
    rows = Answer.objects.select_related("division", "owner").prefetch_related("services")
    answer = rows.filter(pk=answer_id).first()
    if answer is None:
        raise Http404
    return answer


@needs("read answers")
@require_safe
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """One answer: both languages, how it reads, how it did, and its versions."""
    return answer_page(request, found_answer(answer_id))


def answer_page(
    request: HttpRequest, row: Answer, *, form: ReviewForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, with the form of a review that could not be taken where there is one."""
    viewer = staff_of(request)
    number = request.GET.get("version", "")
    earlier = version_of(row, int(number)) if number.isdecimal() and len(number) < 9 else None
    parts = ("question", "short", "body", "desk_note")
    words = earlier.words if earlier else {part: getattr(row, part) for part in parts}
    context = {
        "answer": row,
        "tone": TONES[row.state],
        "is_stale": row.is_stale(today()),
        "earlier": earlier,
        "sides": sides_of(words),
        "votes": helpfulness_of(row.pk),
        "missing": list(row.votes.exclude(missing="")[:10]),
        "versions": list(row.versions.defer("words")[:SHOWN_VERSIONS]),
        "form": form or ReviewForm(initial={"version": row.version}),
        "may_write": may_write(row, viewer),
        "may_review": may_review(row, viewer.as_actor()),
        "may_publish": may(viewer, "publish answers"),
        "title": said(row.question) or row.slug,
    }
    return render(request, "answers/desk_answer.html", context, status=status)


@needs("read answers")
@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    """Answers that did not help, or after which people came back; the surest first."""
    found = listing(request, failures.failed(), per_page=PER_PAGE)
    context = {"listing": found, "counts_contacts": failures.is_known()}
    return render(request, "answers/desk_failed.html", context)
