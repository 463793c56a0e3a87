"""A form page by page: each saved as it is sent, a last look at the end, then one case."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from heard.attachments.showing import for_customer
from heard.catalogue.models import Question, Service
from heard.core.came_from import page_behind
from heard.core.errors import Refused
from heard.doors.web import drafts, proof, uploads
from heard.doors.web.forms import ReportForm
from heard.doors.web.holding import hold
from heard.doors.web.journey import CHECK, Step, only, parts_of, steps_of, told
from heard.doors.web.limits import bounded
from heard.doors.web.mapping import map_settings
from heard.doors.web.models import Draft
from heard.doors.web.secret_pages import private
from heard.doors.web.sending import send_draft
from heard.doors.web.views.report import led_on, the_service


class Filling:
    """A form being filled in: its draft, questions, and what was uploaded."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.service: Service = draft.service
        self.questions: list[Question] = list(self.service.questions.all())
        self.look()

    def look(self) -> None:
        """Read again what is there."""
        self.typed = drafts.typed_in(self.draft)
        self.typed.setdefault("language", self.draft.language)
        self.rows = drafts.uploaded(self.draft)
        self.steps = steps_of(self.service, self.questions, self.typed)

    def form(self) -> ReportForm:
        """The whole form with what was typed so far."""
        return ReportForm(
            self.typed,
            service=self.service,
            questions=self.questions,
            sent=drafts.references(self.rows),
        )

    def step(self, slug: str) -> Step | None:
        """The page of this name, where it is asked."""
        return next((step for step in self.steps if step.slug == slug), None)

    def after(self, slug: str) -> str:
        """The address of the page behind this one."""
        slugs = [step.slug for step in self.steps]
        here = slugs.index(slug) if slug in slugs else -1
        following = [*slugs, CHECK][here + 1]
        return self.address(following)

    def before(self, slug: str) -> str:
        """The address of the page before this one."""
        slugs = [*(step.slug for step in self.steps), CHECK]
        here = slugs.index(slug) if slug in slugs else 0
        return self.address(slugs[here - 1]) if here else self.front

    @property
    def front(self) -> str:
        """The service's own page."""
        return reverse("web:service", args=[self.service.code])

    def address(self, slug: str) -> str:
        """The address of a page."""
        if slug == CHECK:
            return reverse("web:check", args=[self.service.code])
        return reverse("web:step", args=[slug, self.service.code])


@private
@require_http_methods(["GET", "HEAD", "POST"])
@bounded
def step(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One page of a form."""
    found = the_service(code)
    if found is None:
        return render(request, "web/no_service.html", status=404)
    draft, signed = drafts.draft_of(request, found), ""
    if draft is None:
        if request.method != "POST" or slug != "need":
            return redirect("web:service", found.code)
        draft, signed = drafts.begin(found, came_from=page_behind(request))
    draft.service = found
    filling = Filling(draft)
    here = filling.step(slug)
    if here is None:  # no longer asked after an answer was changed
        return redirect(filling.address(CHECK))
    answer = _saved(request, filling, here) if request.method == "POST" else None
    if answer is None:
        answer = _page(request, filling, here)
    if signed:
        drafts.remember(answer, draft, signed)
    return answer


def _saved(request: HttpRequest, filling: Filling, here: Step) -> HttpResponse:
    """Keep what a page sent, then go on, or show what is to be mended."""
    names = parts_of(filling.form(), here.fields)
    try:
        drafts.save(filling.draft, request.POST, names)
    except Refused:
        return render(request, "web/too_long.html", status=413)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    refused, position = uploads.keep(request, filling.draft, here.questions)
    if reference := request.POST.get("drop"):
        uploads.drop(filling.draft, reference)
    place_said = _photo_place(request, filling, here)
    filling.look()
    for words in (f"{name}: {fault}" for name, fault in refused):
        messages.error(request, words)
    answer = redirect(_onward(request, filling, here, refused=bool(refused)))
    if position is not None:
        uploads.offer(answer, filling.draft, position)
    elif place_said:
        uploads.withdraw(answer)
    return answer


def _onward(request: HttpRequest, filling: Filling, here: Step, *, refused: bool) -> str:
    """Where a page leads: on, or to itself to be mended. Always an address to go to, never an
    answer to the press itself: going back must not send anything again.
    """
    form = filling.form()
    form.is_valid()
    fine = only(form, here.fields) and not refused
    back = request.POST.get("back") == CHECK
    if request.POST.get("drop") or (fine and request.POST.get("more")):
        return filling.address(here.slug) + ("?back=check" if back else "")
    if not fine:
        return filling.address(here.slug) + "?mend=1" + ("&back=check" if back else "")
    return filling.address(CHECK) if back else filling.after(here.slug)


def _photo_place(request: HttpRequest, filling: Filling, here: Step) -> bool:
    """Whether the sender answered the offer of the photo's place; a yes is kept as the place."""
    if here.slug != "where" or "photo_place" not in request.POST:
        return False
    position = uploads.offered(request, filling.draft)
    if position is not None and request.POST["photo_place"] == "yes":
        given = filling.draft.given
        given["lat"], given["lon"] = [str(position.lat)], [str(position.lon)]
        filling.draft.save(update_fields=["given"])
    return True


def _page(
    request: HttpRequest,
    filling: Filling,
    here: Step,
) -> HttpResponse:
    form = filling.form()
    form.is_valid()
    # Nobody is told what is missing before they had the chance to say it.
    only(form, here.fields if "mend" in request.GET else ())
    secret = drafts.secret_of(filling.draft)
    shown = {code: for_customer(rows, secret) for code, rows in filling.rows.items()}
    place = [s.slug for s in filling.steps].index(here.slug)
    context: dict[str, Any] = {
        "service": filling.service,
        "form": form,
        "step": here,
        "fields": [form[name] for name in here.fields if name in form.fields],
        "asked": [(q, form[f"q_{q.code}"], shown.get(q.code, [])) for q in here.questions],
        "number": place + 1,
        "total": len(filling.steps) + 1,
        "before": filling.before(here.slug),
        "offered": uploads.offered(request, filling.draft) if here.slug == "where" else None,
        "back": request.GET.get("back", ""),
        "has_uploads": any(q.is_upload for q in here.questions),
        **map_settings(),
    }
    return render(request, "web/step.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@bounded
def check(request: HttpRequest, code: str) -> HttpResponse:
    """The last look: everything answered, each with a way to change it; then it is sent."""
    found = the_service(code)
    if found is None:
        return render(request, "web/no_service.html", status=404)
    draft = drafts.draft_of(request, found, sent=request.method == "POST")
    if draft is None:
        return redirect("web:service", found.code)
    if draft.case is not None:
        return led_on(request, draft.case)
    if draft.state == Draft.State.HELD:
        return render(request, "web/held.html", {"service": found})
    draft.service = found
    filling = Filling(draft)
    form = filling.form()
    if not form.is_valid() or request.method != "POST":
        return _last_look(request, filling, form, status=422 if request.method == "POST" else 200)
    odd = proof.is_odd(request, request.POST.get("website", ""))
    if odd and not proof.is_solved(request.POST.get("solution", "")):
        if request.POST.get("hold"):
            return hold(request, found, filling.typed, draft)
        return _last_look(request, filling, form, prove=True)
    try:
        case = send_draft(draft, form)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _last_look(request, filling, form, status=422)
    return led_on(request, case)


def _last_look(
    request: HttpRequest,
    filling: Filling,
    form: ReportForm,
    *,
    prove: bool = False,
    status: int = 200,
) -> HttpResponse:
    counts = {code: len(rows) for code, rows in filling.rows.items()}
    secret = drafts.secret_of(filling.draft)
    context: dict[str, Any] = {
        "service": filling.service,
        "form": form,
        "told": told(form, filling.steps, counts),
        "complete": not form.errors,
        "shown": [s for rows in filling.rows.values() for s in for_customer(rows, secret)],
        "prove": prove,
        "challenge": proof.challenge() if prove else None,
        "before": filling.before(CHECK),
        "number": len(filling.steps) + 1,
        "total": len(filling.steps) + 1,
    }
    return render(request, "web/check.html", context, status=status)


@require_POST
@bounded
def start_over(request: HttpRequest, code: str) -> HttpResponse:
    """Forget the draft with its photos: for whoever changed their mind at a shared computer."""
    found = the_service(code)
    if found is None:
        return render(request, "web/no_service.html", status=404)
    draft = drafts.draft_of(request, found)
    if draft is not None:
        drafts.discard(draft)
    answer = redirect("web:service", found.code)
    answer.delete_cookie(drafts.cookie_name(found), samesite="Lax")
    uploads.withdraw(answer)
    return answer
