"""Why an open case has no date: nothing promised, a calendar that never opens, or not yet."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.catalogue.models import Promise
from heard.catalogue.promises import BUSINESS, due_of
from heard.core import clock
from heard.places.calendars import NeverOpens
from heard.places.reads import Calendars


def why_without(cases: Sequence[Case]) -> dict[int, str]:
    """The reason by the case's key, with what mends it; four queries however many."""
    promised = _promised({case.service_id for case in cases})
    calendars = Calendars()
    found = {}
    for case in cases:
        promise = promised.get(case.service_id)
        if promise is None:
            found[case.pk] = _("Its service promises no date for being done. Make a promise.")
        elif _never_opens(promise, calendars):
            found[case.pk] = _("The calendar of its division never opens. Change its hours.")
        elif case.source:
            found[case.pk] = _("It was imported without a date. Run: heard promises adopt")
        else:
            found[case.pk] = _(
                "It came before its service promised anything. Run: heard promises adopt"
            )
    return found


def _promised(services: set[int]) -> dict[int, Promise]:
    rows = Promise.objects.filter(
        service__in=services, kind=Promise.Kind.RESOLUTION, effective_from__lte=clock.now(),
        district=None,
    )  # fmt: skip
    latest = {row.service_id: row for row in rows.select_related("service").order_by("version")}
    return {key: row for key, row in latest.items() if not row.withdrawn}


def _never_opens(promise: Promise, calendars: Calendars) -> bool:
    if promise.unit not in BUSINESS:
        return False
    try:
        due_of(promise, clock.now(), calendars.of(promise.service.division_id).calendar)
    except NeverOpens:
        return True
    return False
