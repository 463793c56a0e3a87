"""What waits for people: alerts with their clocks, and comments to be reviewed."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.core import clock
from heard.core.errors import Refused
from heard.people.models import Role, Staff
from heard.people.roles import needs, staff_of
from heard.ui.lists import listing
from heard.voice.alerts import open_alerts, settle
from heard.voice.comments import Verdict, review
from heard.voice.desk_forms import ReviewForm
from heard.voice.models import Comment
from heard.voice.services import mark

TABS = (Comment.State.WAITING, Comment.State.PUBLISHED, Comment.State.HELD)


def own_division(person: Staff) -> str:
    """The division a manager is bound to; "" for those who see all of the city."""
    if person.role == Role.MANAGER:
        return person.division.code if person.division else "\0"
    return ""


@needs("read comments")
def alerts(request: HttpRequest) -> HttpResponse:
    """Answers somebody must act on, the first due first."""
    rows = open_alerts(own_division(staff_of(request)))
    page = listing(request, rows, per_page=20)
    context = {"listing": page, "now": clock.now(), "here": "alerts"}
    return render(request, "voice/alerts.html", context)


@needs("read comments")
@require_POST
def settle_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done about one."""
    person = staff_of(request)
    row = get_object_or_404(open_alerts(own_division(person)), pk=pk)
    try:
        settle(row, words=request.POST.get("words", ""), actor=person.as_actor())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Settled."))
    return redirect("voice:alerts")


def _comments(person: Staff) -> QuerySet[Comment, Comment]:
    found = Comment.objects.select_related("response__invitation")
    division = own_division(person)
    return found.filter(division=division) if division else found


@needs("review comments")
def comments(request: HttpRequest) -> HttpResponse:
    """The queue of comments; ``?state=published`` and ``?state=held`` for the others."""
    state = request.GET.get("state", "")
    state = state if state in TABS else Comment.State.WAITING
    rows = _comments(staff_of(request)).filter(
        state=state, response__is_spam=False, response__is_test=False
    )
    context = {
        "listing": listing(request, rows, per_page=20), "state": state, "here": "comments",
        "tabs": [(tab, tab.label) for tab in TABS],
    }  # fmt: skip
    return render(request, "voice/comments.html", context)


@needs("review comments")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment: what was written (masked), what a model suggests, what a person decides."""
    person = staff_of(request)
    row = get_object_or_404(_comments(person), pk=pk)
    reviewed = row.reviewed_at is not None
    initial: dict[str, Any] = {
        "masked": row.masked, "reply": row.reply, "why_held": row.why_held,
        "mood": row.mood if reviewed else row.suggested_mood,
        "themes": row.themes if reviewed else row.suggested_themes,
    }  # fmt: skip
    form = ReviewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _decided(request, row, form, person):
        following = _comments(person).filter(
            state=Comment.State.WAITING, response__is_spam=False, response__is_test=False
        )
        next_one = following.exclude(pk=row.pk).first()
        messages.success(request, _("Kept."))
        return redirect("voice:comment", next_one.pk) if next_one else redirect("voice:comments")
    context = {"row": row, "form": form, "here": "comments", "suggested": not reviewed}
    return render(request, "voice/comment.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, row: Comment, form: ReviewForm, person: Staff) -> bool:
    given = form.cleaned_data
    if request.POST.get("do") == "spam":
        mark(
            row.response, spam=True, test=False, why=_("Marked in review"), actor=person.as_actor()
        )
        return True
    verdict = Verdict(
        publish=request.POST.get("do") == "publish", masked=given["masked"], mood=given["mood"],
        themes=given["themes"], reply=given["reply"], why_held=given["why_held"],
        sure=given["sure"],
    )  # fmt: skip
    try:
        review(row, verdict, actor=person.as_actor())
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    return True
