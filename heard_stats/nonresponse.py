"""Who did not answer, and what that may have done to a score."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import special

from heard_stats.checks import finite, whole

SMALL_LINK = 0.1
"""A correlation this weak between answering and scoring is never seen and easily there."""


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """People known by something other than their answer: a district, a channel, an age band.

    ``mean``: mean score of those who answered, in the unit of the scale; None if nobody did.
    """

    name: str
    asked: int
    answered: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class NonresponseBias:
    """What can and what cannot be said about those who did not answer.

    Shares: ``response_rate``, ``balance`` (1 when all groups answer alike, lower when some are
    missing more). In the unit of the score: ``observed`` mean, ``adjusted`` to the make-up of
    those asked, ``bias`` (observed minus adjusted), and ``lowest`` and ``highest``, between which
    the mean of all asked must lie whatever the silent ones think. ``p_value``: could equal
    response of all groups give such differences by chance? ``enough_link``: the correlation
    between answering and score, within this sample of those asked, that would move the score by
    the tolerance; the smaller, the less the score can be trusted. ``warnings`` in plain words.
    """

    asked: int
    answered: int
    response_rate: float | None = None
    balance: float | None = None
    p_value: float | None = None
    observed: float | None = None
    adjusted: float | None = None
    bias: float | None = None
    lowest: float | None = None
    highest: float | None = None
    enough_link: float | None = None
    warnings: tuple[str, ...] = ()
    why: str = ""


def nonresponse_bias(
    groups: Iterable[AskedGroup],
    *,
    scale: tuple[float, float] = (0.0, 100.0),
    tolerance: float = 2.0,
) -> NonresponseBias:
    """How far the score may be off because not everybody answered.

    ``scale``: lowest and highest possible score. ``tolerance``: the shift, in points of the
    scale, from which on a warning is due. Adjusting by groups repairs only what the groups
    explain; for the rest there are the outer limits and ``enough_link``.
    Raises ValueError on more answered than asked, a mean outside the scale or without answers.
    Sources: bias as covariance of response and score, Bethlehem (1988), J. Off. Stat. 4, 251-260;
    balance as R-indicator, Schouten, Cobben and Bethlehem (2009), Survey Methodology 35, 101-113;
    outer limits, Manski (1989), J. Human Resources 24, 343-360; the link, Meng (2018), Annals of
    Applied Statistics 12, 685-726.
    """
    bottom, top = scale
    if not bottom < top or not tolerance > 0:
        raise ValueError("scale must be (lowest, highest) and tolerance above 0.")
    known = [_checked(group, bottom, top) for group in groups]
    known = [group for group in known if group.asked]
    asked = sum(group.asked for group in known)
    answered = sum(group.answered for group in known)
    if not answered:
        why = "no answers yet" if asked else "nobody was asked"
        return NonresponseBias(asked, 0, 0.0 if asked else None, warnings=(why,), why=why)
    return _judged(known, answered / asked, scale, tolerance)


def _judged(
    groups: Sequence[AskedGroup], rate: float, scale: tuple[float, float], tolerance: float
) -> NonresponseBias:
    answered = sum(group.answered for group in groups)
    observed = sum(group.answered * (group.mean or 0.0) for group in groups) / answered
    adjusted, bias = _adjusted(groups, observed)
    lowest, highest = (rate * observed + (1 - rate) * end for end in scale)
    link = _enough_link(observed, rate, scale, tolerance)
    p_value = _p_same_response(groups, rate)
    return NonresponseBias(
        asked=sum(group.asked for group in groups),
        answered=answered,
        response_rate=rate,
        balance=1 - 2 * _spread(groups, rate),
        p_value=p_value,
        observed=observed,
        adjusted=adjusted,
        bias=bias,
        lowest=lowest,
        highest=highest,
        enough_link=link,
        warnings=_warnings(groups, rate, bias, link, p_value, tolerance),
    )


def _checked(group: AskedGroup, bottom: float, top: float) -> AskedGroup:
    asked, answered = whole("asked", group.asked), whole("answered", group.answered)
    if answered > asked:
        raise ValueError(f"group {group.name!r}: {answered} answered, but only {asked} were asked.")
    if (group.mean is None) != (answered == 0):
        raise ValueError(f"group {group.name!r}: give a mean exactly if somebody answered.")
    if group.mean is not None and not bottom <= finite("mean", group.mean) <= top:
        raise ValueError(f"group {group.name!r}: its mean lies outside the scale.")
    return AskedGroup(group.name, asked, answered, group.mean)


def _adjusted(groups: Sequence[AskedGroup], observed: float) -> tuple[float | None, float | None]:
    """Mean at the make-up of those asked; None if a group is silent, as its mean is unknown."""
    if any(group.mean is None for group in groups):
        return None, None
    asked = sum(group.asked for group in groups)
    adjusted = sum(group.asked * (group.mean or 0.0) for group in groups) / asked
    return adjusted, observed - adjusted


def _spread(groups: Sequence[AskedGroup], rate: float) -> float:
    """Standard deviation of the groups' response rates over all those asked."""
    asked = sum(group.asked for group in groups)
    square = sum(group.asked * (group.answered / group.asked - rate) ** 2 for group in groups)
    return math.sqrt(square / asked)


def _p_same_response(groups: Sequence[AskedGroup], rate: float) -> float | None:
    """Pearson's chi-square test that all groups answer at the same rate."""
    if len(groups) < 2 or not 0 < rate < 1:
        return None
    statistic = sum(
        (group.answered - group.asked * rate) ** 2 / (group.asked * rate * (1 - rate))
        for group in groups
    )
    return float(special.chdtrc(len(groups) - 1, statistic))


def _enough_link(
    observed: float, rate: float, scale: tuple[float, float], tolerance: float
) -> float | None:
    """Correlation of answering and score that shifts the mean by ``tolerance``; None if none can.

    The spread of all scores is unknown. It is taken as wide as it can be around a mean that lies
    the tolerance away, which makes the correlation the smallest that could do it.
    """
    if rate == 1:
        return None
    bottom, top = scale
    true_means = (observed - tolerance, observed + tolerance)
    squares = [(mean - bottom) * (top - mean) for mean in true_means if bottom <= mean <= top]
    spread = math.sqrt(max(squares, default=0.0))
    if spread == 0:
        return None
    link = tolerance / (math.sqrt((1 - rate) / rate) * spread)
    return link if link <= 1 else None


def _warnings(
    groups: Sequence[AskedGroup],
    rate: float,
    bias: float | None,
    link: float | None,
    p_value: float | None,
    tolerance: float,
) -> tuple[str, ...]:
    notes = []
    silent = [group.name for group in groups if not group.answered]
    if silent:
        notes.append(f"nobody answered from {', '.join(silent)}: the score does not speak for them")
    if bias is not None and abs(bias) >= tolerance:
        way = "higher" if bias > 0 else "lower"
        notes.append(f"the score is {abs(bias):.1f} {way} than with every group in its true share")
    if p_value is not None and p_value < 0.05:
        notes.append("some groups answered less often than others by more than chance")
    if link is not None and link < SMALL_LINK:
        notes.append(
            f"only {rate:.0%} answered: if those content answer slightly more readily than others"
            f" of their group (a correlation of {link:.2f}), the score is off by {tolerance:g};"
            " weighting cannot repair that"
        )
    return tuple(notes)
