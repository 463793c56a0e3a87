"""What can be done with promises: a new version is made, or what was promised ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from heard.catalogue.models import Promise, Service
from heard.catalogue.promises import check_terms
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.writes import about_of_earlier, record, write
from heard.places.models import District
from heard.places.services import may_keep_calendar

LARGEST, LONGEST_CAP = 3650, 2000
A_MOMENT = timedelta(minutes=5)  # what "from now on" may be late by
FURTHEST = timedelta(days=366 * 2)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised: an amount, its unit, and whether waiting for the customer stops the clock.

    ``pause_cap_hours`` is the longest it may stand, in hours in which it would have run.
    """

    amount: int
    unit: str
    pauses: bool = False
    pause_cap_hours: int = 80


@write
def promise(
    service: Service,
    kind: str,
    terms: Terms,
    *,
    actor: Actor,
    district: District | None = None,
    effective_from: datetime | None = None,
    key: str | None = None,
) -> Promise:
    """Promise something new from a moment on (now, by default): the next version.

    Raises ``NotAllowed`` for who is neither administrator nor manager of the service's division,
    and ``Refused`` (``RefusedTerms`` with what works) for terms that cannot be kept.
    """
    if (earlier := about_of_earlier(Promise, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require_promises(actor, service)
    check_promise(service, kind, terms)
    starts = _checked_start(service, kind, district, effective_from)
    before = _last(service, kind, district)
    made = Promise.objects.create(
        service=service,
        kind=kind,
        district=district,
        amount=terms.amount,
        unit=terms.unit,
        pauses=terms.pauses,
        pause_cap_hours=terms.pause_cap_hours,
        version=_next_version(service, kind),
        effective_from=starts,
    )
    return _noted("promise.made", made, before, actor, key)


@write
def withdraw_promise(
    service: Service,
    kind: str,
    *,
    actor: Actor,
    district: District | None = None,
    key: str | None = None,
) -> Promise:
    """End what is promised, from now on: cases that were promised it keep it."""
    if (earlier := about_of_earlier(Promise, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require_promises(actor, service)
    before = _last(service, kind, district)
    if before is None or before.withdrawn:
        raise Refused(_("Nothing is promised here that could be withdrawn."))
    starts = _checked_start(service, kind, district, None)
    made = Promise.objects.create(
        service=service,
        kind=kind,
        district=district,
        amount=before.amount,
        unit=before.unit,
        withdrawn=True,
        version=_next_version(service, kind),
        effective_from=starts,
    )
    return _noted("promise.withdrawn", made, before, actor, key)


def may_promise(actor: Actor, service: Service) -> bool:
    """Administrators promise for every service, a manager for those of the own division."""
    return may_keep_calendar(actor, service.division_id)


def require_promises(actor: Actor, service: Service) -> None:
    """Raise ``NotAllowed`` for anybody else."""
    if not may_promise(actor, service):
        raise NotAllowed(_("Only an administrator or the division's manager may promise this."))


def check_promise(service: Service, kind: str, terms: Terms) -> None:
    """Refuse terms that cannot be kept, with what is near and can."""
    if kind not in Promise.Kind.values:
        raise Refused(_("Choose what is promised."), field="kind")
    if terms.unit not in Promise.Unit.values:
        raise Refused(_("Choose hours or days."), field="unit")
    if terms.amount > LARGEST:
        raise Refused(
            _("Promise at most {largest}.").format(largest=f"{LARGEST:,}"), field="amount"
        )
    if terms.pauses and not 1 <= terms.pause_cap_hours <= LONGEST_CAP:
        raise Refused(
            _("The clock may stand between 1 and {longest} hours.").format(
                longest=f"{LONGEST_CAP:,}"
            ),
            field="pause_cap_hours",
        )
    check_terms(terms.amount, terms.unit, service.division_id)


def _checked_start(
    service: Service, kind: str, district: District | None, effective_from: datetime | None
) -> datetime:
    """Now or ahead, and after the version before it: a promise does not reach back."""
    now = clock.now()
    starts = effective_from or now
    if starts < now - A_MOMENT:
        raise Refused(
            _("A promise does not reach back. Begin now, or later."), field="effective_from"
        )
    if starts > now + FURTHEST:
        raise Refused(_("Begin within two years."), field="effective_from")
    last = _last(service, kind, district)
    if last is not None and starts <= last.effective_from:
        if effective_from is None and last.effective_from <= now:
            return last.effective_from + timedelta(microseconds=1)
        raise Refused(
            _("A version begins on {day} already. Begin after it.").format(
                day=f"{last.effective_from:%Y-%m-%d}"
            ),
            field="effective_from",
        )
    return starts


def _last(service: Service, kind: str, district: District | None) -> Promise | None:
    found = Promise.objects.filter(service=service, kind=kind, district=district)
    return found.order_by("version").last()


def _next_version(service: Service, kind: str) -> int:
    # The service's row is locked, so that two people do not make one version.
    Service.objects.select_for_update().get(pk=service.pk)
    known = Promise.objects.filter(service=service, kind=kind)
    return int(known.aggregate(last=Max("version"))["last"] or 0) + 1


def _noted(
    verb: str, made: Promise, before: Promise | None, actor: Actor, key: str | None
) -> Promise:
    told: dict[str, list[Any]] = {}
    for name in ("amount", "unit", "pauses", "pause_cap_hours", "withdrawn"):
        told[name] = [getattr(before, name, None), getattr(made, name)]
    told["effective_from"] = [None, made.effective_from.isoformat()]
    data = {"service": made.service_id, "kind": made.kind, "district": made.district_id}
    record(verb, about=made, actor=actor, changes=told, data=data, key=key)
    return made
