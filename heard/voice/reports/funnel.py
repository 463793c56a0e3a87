"""From those we served to those who answered, and who is missing among them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from heard.post.models import Dispatch
from heard.voice.models import Invitation, Occasion
from heard.voice.reports.slices import Slice, invitations, occasions
from heard_stats import AskedGroup, NonresponseBias, is_small, nonresponse_bias, wilson

PERSONAL = ("opt_out", "no_way", "cool_down", "recontact")  # before chance decides
SCALE = (0.0, 100.0)
MANY_GROUPS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: how many came this far, and why the others did not."""

    key: str
    n: int
    lost: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Funnel:
    """Counts of people asked in a period; answers may have come later.

    ``rate`` is answered among invited, a share, with Wilson's interval; None where nobody was
    invited (a kiosk, an open link), since there is nothing to divide by.
    """

    served: int
    eligible: int
    sampled: int
    invited: int
    delivered: int
    started: int
    answered: int
    reasons: tuple[tuple[str, int], ...]
    rate: float | None
    low: float | None
    high: float | None

    @property
    def steps(self) -> list[Step]:
        """The steps in their order, each with the reasons of what was lost before it."""
        told = dict(self.reasons)
        personal = tuple((key, told[key]) for key in PERSONAL if told.get(key))
        chance = tuple((key, told[key]) for key in ("not_sampled", "quota") if told.get(key))
        return [
            Step("served", self.served),
            Step("eligible", self.eligible, personal),
            Step("sampled", self.sampled, chance),
            Step("delivered", self.delivered),
            Step("started", self.started),
            Step("answered", self.answered),
        ]


COUNTS = Q(response__isnull=False, response__is_spam=False, response__is_test=False)
ARRIVED = (
    Q(dispatch__state=Dispatch.State.SENT)
    | Q(
        dispatch=None, via__in=[Invitation.Via.EMAIL, Invitation.Via.SMS]
    )  # before there was a ledger
    | Q(started_at__isnull=False)
    | Q(response__isnull=False)
    | Q(via=Invitation.Via.PHONE)
)


def funnel(of: Slice) -> Funnel:
    """Count the steps, in two queries.

    Whoever began, arrived; whoever answered, began. Invitations from before occasions were noted
    count as served.
    """
    reasons = dict(
        occasions(of)
        .exclude(excluded="")
        .values_list("excluded")
        .annotate(n=Count("id"))
        .order_by()
    )
    seen = invitations(of).aggregate(
        invited=Count("id"),
        delivered=Count("id", filter=ARRIVED),
        started=Count("id", filter=Q(started_at__isnull=False) | Q(response__isnull=False)),
        answered=Count("id", filter=COUNTS),
    )
    left_out = sum(reasons.values())
    by_chance = sum(reasons.get(key, 0) for key in ("not_sampled", "quota"))
    invited = seen["invited"]
    ends = wilson(seen["answered"], invited) if invited else None
    return Funnel(
        served=invited + left_out,
        eligible=invited + by_chance,
        sampled=invited,
        reasons=tuple(sorted(reasons.items(), key=lambda pair: -pair[1])),
        rate=seen["answered"] / invited if invited else None,
        low=ends.low if ends else None,
        high=ends.high if ends else None,
        **seen,
    )


REASONS = dict(Occasion.Excluded.choices)


@dataclass(frozen=True, slots=True)
class Asked:
    """One group of those asked: how many answered. ``mean`` is hidden where few answered."""

    name: str
    asked: int
    answered: int

    @property
    def rate(self) -> float:
        """The share that answered."""
        return self.answered / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Missing:
    """Who answered less, by one grouping, and what that may have done to the score."""

    by: str
    groups: tuple[Asked, ...]
    silent: tuple[str, ...]
    bias: NonresponseBias


def missing(of: Slice, by: str, names: dict[str, str] | None = None) -> Missing:
    """Response by group and the note on bias, in one query.

    Groups are what is known of everybody asked: channel, district, service. Rare ones are taken
    together, as a rate of three people says nothing.
    """
    counted = (
        invitations(of)
        .values_list(by)
        .annotate(
            asked=Count("id"),
            answered=Count("id", filter=COUNTS & Q(response__satisfaction__isnull=False)),
            mean=Avg("response__satisfaction", filter=COUNTS),
        )
        .order_by("-asked", by)
    )
    table: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for place, (code, asked, answered, mean) in enumerate(counted):
        rare = place >= MANY_GROUPS or is_small(asked)
        known = (names or {}).get(code, code) or _("not known")
        row = table[_("others together") if rare else known]
        row[0] += asked
        row[1] += answered
        row[2] += answered * (float(mean or 1) - 1) * 25
    groups = [
        AskedGroup(name, int(asked), int(answered), total / answered if answered else None)
        for name, (asked, answered, total) in table.items()
    ]
    return Missing(
        by=by,
        groups=tuple(Asked(group.name, group.asked, group.answered) for group in groups),
        silent=tuple(group.name for group in groups if not group.answered),
        bias=nonresponse_bias(groups, scale=SCALE),
    )
