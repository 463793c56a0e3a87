"""How a day's cases spread over its hours, by weekday."""

import numpy as np

from heard.forecast.seasonal import Numbers

RECENT = 84  # days the shares are counted over
BORROWED = 20.0  # cases of the wider pattern mixed in, so that few cases do not make a pattern


def profile(counts: Numbers, city: Numbers) -> Numbers:
    """Shares of the 24 hours (7 by 24) for each place in the week, counted from the first day.

    Each weekday leans on the series' all-week pattern, and that on the whole city's, the more the
    fewer cases it has. ``counts`` and ``city`` are days by 24 hours.
    """
    n = len(counts)
    recent = counts[max(0, n - RECENT) :]
    place = np.arange(max(0, n - RECENT), n) % 7
    wide = city[max(0, n - RECENT) :].sum(axis=0) + 1 / 24
    wide = wide / wide.sum()
    own = recent.sum(axis=0)
    own = (own + BORROWED * wide) / (own.sum() + BORROWED)
    shares = np.empty((7, 24))
    for weekday in range(7):
        seen = recent[place == weekday].sum(axis=0)
        shares[weekday] = (seen + BORROWED * own) / (seen.sum() + BORROWED)
    # Rows from the day after the last one on, as forecasts count their days.
    return np.roll(shares, -(n % 7), axis=0)


def hourly(mean: Numbers, dispersion: float, shares: Numbers) -> tuple[Numbers, Numbers]:
    """Means and dispersions per day and hour (days by 24).

    A day of mean ``m`` and variance ``d·m``, each case falling into an hour with chance ``p``:
    that hour has the mean ``m·p`` and the variance ``m·p·(1 + p·(d - 1))``.
    """
    share = shares[np.arange(len(mean)) % 7]
    return mean[:, None] * share, 1 + share * (dispersion - 1)
