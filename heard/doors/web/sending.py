"""From a form to a case: the whole form at once, or a draft page by page; each makes one case."""

import hashlib

from heard.attachments.services import give
from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import Actor
from heard.core.writes import about_of_earlier, write
from heard.doors.web.forms import ReportForm, channel_of
from heard.doors.web.models import CameFrom, Draft
from heard.people.services import know_customer
from heard.places.outlines import district_at

NOBODY = Actor("customer", name="anonymous")


def _request(service: Service, form: ReportForm, written_in: str) -> Request:
    """What the form asks, with its customer and the district of its point."""
    given = form.cleaned_data
    customer = know_customer(
        name=given["name"],
        email=given["email"],
        phone=given["phone"],
        language=written_in,
        preferred_channel=channel_of(given["preferred_channel"]),
        actor=NOBODY,
    )
    point = form.point
    lat, lon = point or (None, None)
    return Request(
        service=service,
        words=given["words"],
        language=written_in,
        customer=customer,
        answers=form.answers,
        place=given.get("place", ""),
        lat=lat,
        lon=lon,
        district=district_at(*point) if point else None,
    )


@write
def report(
    service: Service,
    form: ReportForm,
    *,
    language: str,
    key: str,
    draft: Draft | None = None,
    came_from: str = "",
) -> Case:
    """Open the case a checked form asks for, with its customer where one is named.

    What was uploaded to the draft goes with it.
    """
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    request = _request(service, form, form.cleaned_data.get("language") or language)
    customer = request.customer
    actor = customer.as_actor() if customer else NOBODY
    case = receive(request, actor=actor, key=key)
    if draft is not None:
        give(draft.about, f"case:{case.pk}", actor=actor)
    if page := (draft.came_from if draft else "") or came_from:
        CameFrom.objects.create(case=case, page=page)
    return case


@write
def send_draft(draft: Draft, form: ReportForm, *, key: str | None = None) -> Case:
    """Make the case of a draft, once: whoever presses the button again is led to the same case.

    The key holds the content too, as for a form sent at once.
    """
    locked = Draft.objects.select_for_update(of=("self",)).select_related("case").get(pk=draft.pk)
    if locked.case is not None:
        return locked.case
    words = hashlib.sha256(str(sorted(locked.given.items())).encode()).hexdigest()[:20]
    case = report(
        locked.service,
        form,
        language=locked.language,
        key=f"web-draft-{locked.key}-{words}",
        draft=locked,
    )
    locked.case, locked.state, locked.changed_at = case, Draft.State.SENT, clock.now()
    locked.given = {}  # it lives in the case now, and nowhere else
    locked.save(update_fields=["case", "state", "changed_at", "given"])
    return case
