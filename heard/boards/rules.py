"""What makes an alert: the whole table, and how often chance alone would make one.

Limits lie three sigma from the mean (Wheeler's XmR chart: mean ± 2.66 mean moving ranges). Were
mean and sigma known, 0.27% of bell-shaped noise would fall outside. Here both are estimated from 12
to 24 figures, the looked-at one among them, so the shares below are measured instead, by simulation
(``tests/test_rates.py`` repeats it): of 100,000 figures of noise each looked at as the latest.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FEWEST = 12  # finished periods of one definition before anything is called a signal
SPAN = 24  # periods that mean and limits are made of: those the public page shows
THREE_SIGMA = 0.0027  # of figures beyond known limits, where noise is bell-shaped


@dataclass(frozen=True)
class Rule:
    """One line of the table. ``rate``: the share of figures in which chance alone fires it."""

    key: str
    name: str | Promise
    says: str | Promise
    rate: float | None


RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "outside",
            _("Outside the limits"),
            _(
                "The latest finished period lies beyond the limits of chance: the mean of up to 24 "
                "periods, plus or minus 2.66 mean moving ranges (three sigma)."
            ),
            0.0047,
        ),
        Rule(
            "run",
            _("Eight in a row"),
            _(
                "The latest finished period is the eighth in a row on one side of the mean. The "
                "ninth and later ones are the same news and are not told again."
            ),
            0.0009,
        ),
        Rule(
            "verdict",
            _("The verdict turned"),
            _(
                "A target was met and is now not met, or the other way round. “Too close to "
                "call” on either side is no turn."
            ),
            None,
        ),
        Rule(
            "missing",
            pgettext_lazy("an alert", "No new figure"),
            _(
                "A figure that people enter is overdue by more periods than the program allows, or "
                "a computed one stopped that was there in each of the three months before."
            ),
            None,
        ),
    )
}
CHANCE = sum(rule.rate for rule in RULES.values() if rule.rate)


def expected(series: int) -> float:
    """How many false alarms a look at so many series makes on average, if nothing changed."""
    return series * CHANCE
