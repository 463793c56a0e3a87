"""Whether somebody may be asked now: opt-out, cool-down, recontact, sample, quota, quiet hours."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from heard.core.actors import Actor
from heard.core.city import city_zone
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Customer
from heard.people.roles import require
from heard.voice.models import Instrument, Invitation, Occasion, Pool, Restraint

Excluded = Occasion.Excluded
ASKED = (Pool.INVITED, Pool.PHONE)  # pools in which we went to the person


def restraint() -> Restraint:
    """The rules of the city; the defaults where none are kept."""
    return Restraint.objects.order_by("id").first() or Restraint(
        quiet_from=time(20), quiet_until=time(9)
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every survey: days, times of the city, a score of 1 to 5, hours."""

    cool_down_days: int
    quiet_from: time
    quiet_until: time
    low_score: int
    answer_hours: int


BOUNDS = {
    "cool_down_days": (0, 365), "low_score": (1, 4), "answer_hours": (1, 720),
}  # fmt: skip


@write
def keep_restraint(rules: Rules, *, actor: Actor, key: str | None = None) -> Restraint:
    """Change the rules of the city; the audit keeps what they were. Holds from the next asking."""
    require(actor, "write surveys")
    if (earlier := about_of_earlier(Restraint, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    for name, (low, high) in BOUNDS.items():
        if not low <= getattr(rules, name) <= high:
            words = _("Give a number from {low} to {high}.").format(low=low, high=high)
            raise Refused(words, field=name)
    row = Restraint.objects.select_for_update().order_by("id").first() or restraint()
    changes = {
        name: [str(getattr(row, name)), str(value)]
        for name, value in asdict(rules).items()
        if row.pk is None or getattr(row, name) != value
    }
    if not changes:
        return row
    for name, value in asdict(rules).items():
        setattr(row, name, value)
    row.save()
    record("restraint.changed", about=row, actor=actor, changes=changes, key=key)
    return row


def drawn(code: str, about: str) -> float:
    """A number from 0 up to 1, always the same for one thing and one survey.

    The sample is thus the same however often an event is tried again, and nobody can move a
    customer in or out of it by closing a case twice.
    """
    digest = hashlib.sha256(f"{code}|{about}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def excluded(instrument: Instrument, about: str, customer: Customer | None, now: datetime) -> str:
    """Why the customer is not asked; "" where they are. The first reason that holds is kept.

    Reasons that belong to the person come first, so that "eligible" does not depend on chance.
    """
    if customer is not None:
        if customer.asked_not_to_be_surveyed:
            return Excluded.OPT_OUT
        if reason := _asked_lately(instrument, customer, now):
            return reason
    if drawn(instrument.code, about) >= instrument.sampling_share / 100:
        return Excluded.NOT_SAMPLED
    if instrument.monthly_quota is not None:
        local = now.astimezone(city_zone())
        first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        asked = Invitation.objects.filter(
            version__instrument=instrument, pool__in=ASKED, asked_at__gte=first
        )
        if asked.count() >= instrument.monthly_quota:
            return Excluded.QUOTA
    return ""


def _asked_lately(instrument: Instrument, customer: Customer, now: datetime) -> str:
    asked = Invitation.objects.filter(customer=customer, pool__in=ASKED)
    rules = restraint()
    since = now - timedelta(days=rules.cool_down_days)
    if rules.cool_down_days and asked.filter(asked_at__gt=since).exists():
        return Excluded.COOL_DOWN
    since = now - timedelta(days=instrument.recontact_days)
    same = asked.filter(version__instrument=instrument, asked_at__gt=since)
    return Excluded.RECONTACT if instrument.recontact_days and same.exists() else ""


def after_quiet(moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into, in the city's time."""
    rules = restraint()
    local = moment.astimezone(city_zone())
    begin, end, clock = rules.quiet_from, rules.quiet_until, local.time()
    if begin == end:
        return moment
    quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not quiet:
        return moment
    wake = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    if wake <= local:
        wake = (wake.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=local.tzinfo)
    return wake.astimezone(moment.tzinfo)
