"""Statistics one can defend: every number with its interval, its count and its method.

Pure functions without state, without Django and without anything of the rest of Heard.
"""

from heard_stats.comparison import (
    Change,
    Difference,
    Point,
    change,
    holm,
    score_point,
    share_point,
    two_proportions,
)
from heard_stats.composite import CityScore, Scored, cityscore, pooled_rate
from heard_stats.control import Control, Signal, xmr
from heard_stats.definitions import (
    ON_TIME,
    SATISFACTION,
    Answers,
    Break,
    DefinitionFit,
    Fit,
    Promised,
    Stretch,
    fits_definition,
)
from heard_stats.drivers import Aspect, Priority, importance_satisfaction
from heard_stats.intervals import (
    count_interval,
    count_interval_many,
    mean_interval,
    mean_interval_of_sums,
    wilson,
    wilson_many,
)
from heard_stats.judging import Compared, compared, judge
from heard_stats.nonresponse import AskedGroup, NonresponseBias, nonresponse_bias
from heard_stats.quantiles import quantile_interval, quantile_ranks
from heard_stats.results import Estimate, Interval
from heard_stats.satisfaction import acsi, acsi_interval, csat_index, nps, share, top_box
from heard_stats.shapley import Driver, Drivers, shapley_drivers
from heard_stats.suppression import (
    ALL,
    SMALL_COMMENT,
    SMALL_NUMBER,
    Suppression,
    is_small,
    limit_of,
    small_numbers,
)
from heard_stats.trends import Trend, mann_kendall
from heard_stats.weights import (
    Raking,
    design_effect,
    effective_n,
    finite_population,
    margin_of_error,
    narrowed,
    rake,
    weighted_share,
)

__all__ = [
    "ALL",
    "ON_TIME",
    "SATISFACTION",
    "SMALL_COMMENT",
    "SMALL_NUMBER",
    "Answers",
    "AskedGroup",
    "Aspect",
    "Break",
    "Change",
    "CityScore",
    "Compared",
    "Control",
    "DefinitionFit",
    "Difference",
    "Driver",
    "Drivers",
    "Estimate",
    "Fit",
    "Interval",
    "NonresponseBias",
    "Point",
    "Priority",
    "Promised",
    "Raking",
    "Scored",
    "Signal",
    "Stretch",
    "Suppression",
    "Trend",
    "acsi",
    "acsi_interval",
    "change",
    "cityscore",
    "compared",
    "count_interval",
    "count_interval_many",
    "csat_index",
    "design_effect",
    "effective_n",
    "finite_population",
    "fits_definition",
    "holm",
    "importance_satisfaction",
    "is_small",
    "judge",
    "limit_of",
    "mann_kendall",
    "margin_of_error",
    "mean_interval",
    "mean_interval_of_sums",
    "narrowed",
    "nonresponse_bias",
    "nps",
    "pooled_rate",
    "quantile_interval",
    "quantile_ranks",
    "rake",
    "score_point",
    "shapley_drivers",
    "share",
    "share_point",
    "small_numbers",
    "top_box",
    "two_proportions",
    "weighted_share",
    "wilson",
    "wilson_many",
    "xmr",
]
