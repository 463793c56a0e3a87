"""What the rules of restraint did, and what longer ones would have done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import pgettext

from heard.core import clock
from heard.ui.telling import number
from heard.voice.models import Invitation, Occasion, Response
from heard.voice.reports.telling import StepRow
from heard.voice.restraint import ASKED

DAYS = 90
TRIED = (0, 14, 30, 60, 90, 180)
MOST_ROWS = 200_000
PERSONAL = (Occasion.Excluded.OPT_OUT, Occasion.Excluded.NO_WAY, Occasion.Excluded.COOL_DOWN,
            Occasion.Excluded.RECONTACT)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """A cool-down of so many days over the last stretch: who would still have been asked.

    ``more``: those the rule of today left out, of whom a shorter one would bring some back.
    """

    days: int
    asked: int
    more: int
    is_now: bool


@dataclass(frozen=True, slots=True)
class Restrained:
    """Counts over all surveys since ``since``; ``reasons`` is why people were left out."""

    since: datetime
    served: int
    eligible: int
    asked: int
    answered: int
    reasons: tuple[tuple[str, int], ...]
    trials: tuple[Trial, ...]

    @property
    def steps(self) -> list[StepRow]:
        """The steps as a page shows them."""
        named = dict(Occasion.Excluded.choices)
        told = {key: f"{named[key]}: {number(n)}" for key, n in self.reasons}
        personal = [told[key] for key in PERSONAL if key in told]
        chance = [words for key, words in told.items() if key not in PERSONAL]
        return [
            self._step(pgettext("step of a survey", "Served"), self.served, []),
            self._step(pgettext("step of a survey", "Could be asked"), self.eligible, personal),
            self._step(pgettext("step of a survey", "Asked"), self.asked, chance),
            self._step(pgettext("step of a survey", "Answered"), self.answered, []),
        ]

    def _step(self, name: str, n: int, lost: list[str]) -> StepRow:
        part = round(100 * n / self.served, 1) if self.served else 0.0
        return StepRow(name, n, part, lost)


def restrained(cool_down: int) -> Restrained:
    """The last 90 days, with trials of other cool-downs. Four queries."""
    since = clock.now() - timedelta(days=DAYS)
    reasons = dict(
        Occasion.objects.filter(at__gte=since)
        .exclude(excluded="")
        .values_list("excluded")
        .annotate(n=Count("id"))
        .order_by()
    )
    invited = Invitation.objects.filter(pool__in=ASKED, asked_at__gte=since)
    asked = invited.count()
    answered = Response.objects.filter(invitation__in=invited, is_spam=False, is_test=False).count()
    left_out = sum(reasons.values())
    return Restrained(
        since=since,
        served=asked + left_out,
        eligible=asked + left_out - sum(reasons.get(key, 0) for key in PERSONAL),
        asked=asked,
        answered=answered,
        reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        trials=_trials(since, asked, cool_down, reasons.get(Occasion.Excluded.COOL_DOWN, 0)),
    )


def _trials(since: datetime, asked: int, cool_down: int, cooled: int) -> tuple[Trial, ...]:
    """Walk each person's invitations again under other rules; those without a person stay.

    A shorter rule cannot be walked: of those left out only their number is kept.
    """
    rows = list(
        Invitation.objects.filter(
            pool__in=ASKED, customer__isnull=False, asked_at__gte=since - timedelta(max(TRIED))
        )
        .order_by("asked_at", "id")
        .values_list("customer", "asked_at")[:MOST_ROWS]
    )
    return tuple(
        Trial(days, asked - _lost(rows, since, days) if days > cool_down else asked,
              cooled if days < cool_down else 0, days == cool_down)
        for days in sorted({*TRIED, cool_down})
    )  # fmt: skip


def _lost(rows: Sequence[tuple[int, datetime]], since: datetime, days: int) -> int:
    """How many of those asked since then would have been asked too soon."""
    last: dict[int, datetime] = {}
    lost = 0
    for person, at in rows:
        if person in last and at - last[person] < timedelta(days):
            lost += at >= since
        else:
            last[person] = at
    return lost
