"""A figure worked out step by step, in plain words, with its numbers put into its formula."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.core.words import said
from heard.measures.definitions import Definition, Statistic
from heard.measures.models import Result
from heard.public.sentences import value_told
from heard.ui.telling import number
from heard_stats import SMALL_NUMBER
from heard_stats.quantiles import quantile_ranks

Z = 1.959964


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, what is done, and the formula with its numbers where there is one."""

    title: str
    words: str
    formula: str = ""


def steps(card: Definition, statistic: Statistic, row: Result) -> list[Step]:
    """From the rows of the month to the figure and its interval."""
    found = [_rows(statistic, row), _left_out(statistic, row)]
    if row.suppressed:
        return [*found, _hidden(row)]
    if row.detail.get("outside"):
        words = _(
            "{n} rows count that the share is not of. Such a share could pass 100%, so none is "
            "shown: the formula is at fault."
        ).format(n=number(row.detail["outside"]))
        return [*found, Step(_("The figure"), words)]
    if row.value is None:
        words = _("There is nothing to divide by, so there is no figure; it is not taken for zero.")
        return [*found, Step(_("The figure"), words)]
    made = _KINDS.get(statistic.kind, _plain)(statistic, row)
    shown = _("Pages show it as {shown}.").format(shown=value_told(row, statistic.unit))
    figure = made[0]
    return [*found, Step(figure.title, f"{figure.words} {shown}", figure.formula), *made[1:]]


def _rows(statistic: Statistic, row: Result) -> Step:
    total = row.n + row.left_out
    words = ngettext(
        "{n} row belongs to this month and group.", "{n} rows belong to this month and group.",
        total,
    ).format(n=number(total))  # fmt: skip
    return Step(_("Rows"), f"{words} {said(statistic.says)}")


def _left_out(statistic: Statistic, row: Result) -> Step:
    title = _("Left out")
    sum_ = f"n = {row.n + row.left_out} − {row.left_out} = {row.n}"
    if not row.left_out:
        return Step(title, _("None is left out."), sum_)
    why = said(statistic.left_out) or _("they have no value to count")
    words = ngettext("{n} is left out: {why}.", "{n} are left out: {why}.", row.left_out).format(
        n=number(row.left_out), why=why
    )
    return Step(title, words, sum_)


def _hidden(row: Result) -> Step:
    if row.is_companion:
        words = _(
            "The figure is not shown: with it, the figure of a smaller group beside it could be "
            "worked out by subtraction."
        )
    else:
        words = _(
            "The figure is not shown: it is of fewer than {limit}, and single people could be "
            "recognized in it."
        ).format(limit=SMALL_NUMBER)
    return Step(_("Hidden"), words)


def _share(statistic: Statistic, row: Result) -> list[Step]:
    gave = row.detail.get("gave")
    x = sum(gave[3:]) if gave else row.detail.get("x", round((row.value or 0) * row.n))
    words = _("{x} of {n} count as a yes.").format(x=number(x), n=number(row.n))
    return [
        Step(_("The figure"), words, f"p = x / n = {x} / {row.n} = {_n(row.value)}"),
        _wilson(x, row),
    ]


def _wilson(x: int, row: Result) -> Step:
    n = row.n
    words = _(
        "Wilson's score interval for a share, 95% (Wilson 1927, without continuity correction). "
        "z is the 97.5th percentile of the normal distribution."
    )
    formula = (
        "(x + z²/2 ± z·√(x·(n − x)/n + z²/4)) / (n + z²)\n"
        f"= ({x} + 1.920729 ± {Z}·√({x}·{n - x}/{n} + 0.960365)) / ({n} + 3.841459)\n"
        f"= {_ends(row)}"
    )
    return Step(_("The interval"), words, formula)


def _index(statistic: Statistic, row: Result) -> list[Step]:
    gave, n = row.detail.get("gave", [0] * 5), row.n
    words = _(
        "From the worst to the best answer, {gave} people gave each. They weigh 0, 25, 50, 75 and "
        "100; the index is their mean."
    ).format(gave=", ".join(map(str, gave)))
    points = " + ".join(f"{25 * k}·{count}" for k, count in enumerate(gave))
    mean = sum(k * count for k, count in enumerate(gave)) / (4 * n)
    square = sum(k * k * count for k, count in enumerate(gave)) / (16 * n)
    first, second = (n * mean + 0.5) / (n + 1), (n * square + 0.5) / (n + 1)
    f = min(1.0, max(1e-12, (second - first**2) / (first * (1 - first))))
    how = _(
        "Score interval for a mean of bounded scores, 95%: Wilson's interval at the number of "
        "yes-or-no answers that would be as certain (McCullagh and Nelder 1989, section 4.5). "
        "m is the mean and s the mean square on a scale of 0 to 1; half an answer is added at "
        "each end."
    )
    formula = (
        f"m = {_n(mean)}, s = {_n(square)}\n"
        f"a = (n·m + ½) / (n + 1) = {_n(first)}, b = (n·s + ½) / (n + 1) = {_n(second)}\n"
        f"f = (b − a²) / (a·(1 − a)) = {_n(f)}, N = n / f = {_n(n / f)}\n"
        f"100·(N·m + z²/2 ± z·√(N·m·(1 − m) + z²/4)) / (N + z²) = {_ends(row)}"
    )
    return [
        Step(_("The figure"), words, f"({points}) / {n} = {_n(row.value)}"),
        Step(_("The interval"), how, formula),
    ]


def _count(statistic: Statistic, row: Result) -> list[Step]:
    how = _(
        "Garwood's exact interval for a count, 95% (Garwood 1936): what another month like this "
        "one might have counted by chance alone. χ² is the quantile of the chi-square distribution."
    )
    formula = (
        f"½·χ²(0.025; 2·{row.n}) … ½·χ²(0.975; 2·{row.n} + 2)\n= {_ends(row)}"
        if row.n
        else f"0 … ½·χ²(0.975; 2)\n= {_ends(row)}"
    )
    return [
        Step(_("The figure"), _("The count itself."), f"{row.n}"),
        Step(_("The interval"), how, formula),
    ]


def _quantile(statistic: Statistic, row: Result) -> list[Step]:
    q = statistic.quantile or 0.5
    low, high = quantile_ranks(row.n, q)
    place = (row.n - 1) * q + 1
    words = _(
        "The {n} values in rising order; the figure lies at place {place} of them, between two "
        "neighbors in proportion (as a spreadsheet's PERCENTILE does)."
    ).format(n=number(row.n), place=_n(place))
    how = _(
        "Distribution-free interval from the order of the values, 95% (David and Nagaraja 2003, "
        "section 7.1): the ends are values of the data. Their places are those beyond which the "
        "binomial distribution leaves at most 2.5% on each side."
    )
    missing = _("too few values")
    places = (
        f"{_('places')} {low if low else missing} … {high if high else missing}\n= {_ends(row)}"
    )
    formula = f"1 + ({row.n} − 1)·{q} = {_n(place)}  →  {_n(row.value)}"
    return [Step(_("The figure"), words, formula), Step(_("The interval"), how, places)]


def _sum(statistic: Statistic, row: Result) -> list[Step]:
    squares = row.detail.get("squares")
    how = _(
        "Normal interval of a total in which both the number and the amounts vary, 95% (compound "
        "Poisson): the variance is the sum of the squares."
    )
    d = statistic.divisor
    root = "√Σv²" if squares is None else f"√{_n(squares / d / d)}"
    formula = f"Σv ± {Z}·√Σv² = {_n(row.value)} ± {Z}·{root}\n= {_ends(row)}"
    words = _("The {n} amounts added up.").format(n=number(row.n))
    return [
        Step(_("The figure"), words, f"Σv = {_n(row.value)}"),
        Step(_("The interval"), how, formula),
    ]


def _mean(statistic: Statistic, row: Result) -> list[Step]:
    total, squares, d = row.detail.get("total"), row.detail.get("squares"), statistic.divisor
    words = _("The {n} values added up and divided by how many they are.").format(n=number(row.n))
    how = _(
        "Student’s interval of a mean, 95%: s is the standard deviation, t the 97.5th percentile "
        "of Student’s distribution with n − 1 degrees of freedom."
    )
    if total is None or squares is None:
        return [
            Step(_("The figure"), words, _n(row.value)),
            Step(_("The interval"), how, _ends(row)),
        ]
    formula = f"Σv / n = {_n(total / d)} / {row.n} = {_n(row.value)}"
    spread = f"s² = (Σv² − (Σv)²/n) / (n − 1), Σv² = {_n(squares / d / d)}"
    interval = f"{spread}\nΣv/n ± t·s/√n = {_ends(row)}"
    return [Step(_("The figure"), words, formula), Step(_("The interval"), how, interval)]


def _nps(statistic: Statistic, row: Result) -> list[Step]:
    for_us, against = row.detail.get("promoters", 0), row.detail.get("detractors", 0)
    words = _("{p} answered 9 or 10, {d} answered 0 to 6.").format(
        p=number(for_us), d=number(against)
    )
    how = _(
        "Adjusted Wald interval for a difference of two shares of one sample, 95% (Rocks 2016): "
        "3/4 of an answer is added to each side, 3 to the number of answers."
    )
    formula = f"100·({for_us} − {against}) / {row.n} = {_n(row.value)}"
    interval = (
        f"m = n + 3 = {row.n + 3}, δ = ({for_us} − {against}) / m\n"
        f"100·(δ ± {Z}·√((({for_us} + {against} + 1.5)/m − δ²)/m)) = {_ends(row)}"
    )
    return [Step(_("The figure"), words, formula), Step(_("The interval"), how, interval)]


def _plain(statistic: Statistic, row: Result) -> list[Step]:
    """A kind whose formula has no words here yet: the figures as they are."""
    made = [Step(_("The figure"), said(statistic.says), _n(row.value))]
    if row.low is not None or row.high is not None:
        made.append(Step(_("The interval"), "", _ends(row)))
    return made


_KINDS: dict[str, Callable[[Statistic, Result], list[Step]]] = {
    "share": _share,
    "top2": _share,
    "index": _index,
    "count": _count,
    "quantile": _quantile,
    "sum": _sum,
    "mean": _mean,
    "nps": _nps,
}


def _ends(row: Result) -> str:
    return f"{_n(row.low)} … {_n(row.high)}"


def _n(value: float | None) -> str:
    """A number with all that matters of it, the same in every language."""
    if value is None:
        return "–"
    return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1e9 else f"{value:.6g}"
