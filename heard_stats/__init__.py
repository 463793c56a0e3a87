"""Statistics one can defend: every number with its interval, its count and its method.

Pure functions without state, without Django and without anything of the rest of Heard.
"""

from heard_stats.intervals import (
    count_interval,
    count_interval_many,
    mean_interval,
    wilson,
    wilson_many,
)
from heard_stats.quantiles import quantile_interval, quantile_ranks
from heard_stats.results import Estimate, Interval
from heard_stats.satisfaction import acsi, acsi_interval, csat_index, nps, share, top_box
from heard_stats.suppression import SMALL_COMMENT, SMALL_NUMBER, is_small

__all__ = [
    "SMALL_COMMENT",
    "SMALL_NUMBER",
    "Estimate",
    "Interval",
    "acsi",
    "acsi_interval",
    "count_interval",
    "count_interval_many",
    "csat_index",
    "is_small",
    "mean_interval",
    "nps",
    "quantile_interval",
    "quantile_ranks",
    "share",
    "top_box",
    "wilson",
    "wilson_many",
]
