"""From counts to figures: by the kind of the question, each with its interval and its n."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heard.core.words import said
from heard.ui.telling import NOTHING, number, share
from heard.voice.questions import ACSI, ACSI_SCALE, DRIVER_TOPICS, MATRIX, SCALES, Question
from heard.voice.results.counting import AGREE, DISAGREE, Tally
from heard.voice.wording import step_words
from heard_stats import (
    Estimate,
    acsi_interval,
    csat_index,
    is_small,
    mean_interval,
    nps,
    top_box,
)
from heard_stats import share as share_of

SPANS: dict[str, tuple[float, float]] = {
    "index": (0, 100), "share": (0, 1), "points": (-100, 100), "score": (0, 100),
    "of five": (1, 5), "of seven": (1, 7), "of ten": (1, 10),
}  # fmt: skip
EASY = 3  # effort: 5, 6 and 7 of seven agree that it was easy


@dataclass(frozen=True, slots=True)
class Value:
    """One number as a page and a file show it. ``unit`` is a key of ``SPANS``.

    ``value`` is None where it is hidden (``hidden``) or nobody answered. ``n`` stands below the
    fraction, ``count`` above it where there is one. ``tone`` colours the bar of a bad answer.
    """

    key: str
    name: str
    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    count: int | None = None
    se: float | None = None
    hidden: bool = False
    tone: str = ""
    beside: str = ""
    method: str = ""

    @property
    def told(self) -> str:
        """The number in words."""
        return tell(self.value, self.unit)

    @property
    def between(self) -> str:
        """The likely range in words; "" where there is none."""
        if self.low is None or self.high is None:
            return ""
        return _("{low} to {high}").format(
            low=tell(self.low, self.unit), high=tell(self.high, self.unit)
        )

    @property
    def part(self) -> float:
        """Where it stands on its scale, 0 to 1, for drawings."""
        return _part(self.value, self.unit)

    @property
    def ends(self) -> tuple[float, float] | None:
        """The likely range on the scale: begin and width, 0 to 1."""
        if self.low is None or self.high is None:
            return None
        begin, end = _part(self.low, self.unit), _part(self.high, self.unit)
        return begin, end - begin


def _part(value: float | None, unit: str) -> float:
    bottom, top = SPANS[unit]
    return 0.0 if value is None else (value - bottom) / (top - bottom)


def tell(value: float | None, unit: str) -> str:
    """A number of a unit in words: ``84%``, ``72``, ``+45``, ``5.3``."""
    if value is None:
        return NOTHING
    if unit == "share":
        if 0 < value < 0.001:
            return _("under {least}").format(least=share(0.001, 1))  # 0% would deny an answer
        looks_sure = 0 < value < 1 and round(value, 2) in (0, 1)
        return share(value, 1 if looks_sure else 0)
    if unit == "points":
        sign = "+" if round(value) > 0 else ""
        return sign + number(value).replace("-", "\N{MINUS SIGN}")
    return number(value, 0 if unit in ("index", "score") else 1)


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture and its table in one: a row per answer, option or reason."""

    key: str
    title: str
    rows: tuple[Value, ...]
    note: str = ""
    folded: bool = False  # shown on demand: the bars above already say the most


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one wording: headlines (the first leads), pictures, a note."""

    lines: tuple[Value, ...] = ()
    bars: tuple[Bars, ...] = ()
    note: str = ""


def figures(tally: Tally) -> Figures:
    """Everything to say of a tally; nothing where nobody, or too few, answered."""
    if not tally.answered or is_small(tally.answered):
        return Figures()
    match tally.question.kind:
        case "csat" | "ease":
            return _scored(tally)
        case "effort":
            return _effort(tally)
        case "recommend":
            return _recommend(tally)
        case "thumbs":
            return _thumbs(tally)
        case "trust":
            return _trust(tally)
        case "choice" | "many":
            return _chosen(tally)
        case "matrix":
            return _matrix(tally)
        case "acsi":
            return _acsi(tally)
    return Figures()


def headline(tally: Tally) -> Value | None:
    """The leading number of a question; None for kinds without one, or too few answers."""
    lines = figures(tally).lines
    return lines[0] if lines else None


def counts_of(question: Question, counts: Mapping[int, int]) -> list[int]:
    """Counts of every step of a scale, lowest first."""
    low, high = SCALES[question.kind]
    return [counts.get(step, 0) for step in range(low, high + 1)]


def _value(key: str, name: str, unit: str, found: Estimate, **more: object) -> Value:
    return Value(
        key, name, unit, found.value, found.low, found.high, found.n, se=found.se,
        method=found.method, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _spread(question: Question, counts: Sequence[int], *, folded: bool = False) -> Bars:
    """How the answers were spread, best first; no intervals, as each is part of the whole."""
    low, _high = SCALES[question.kind]
    n = sum(counts)
    middle = (len(counts) - 1) / 2
    rows = [
        Value(
            str(low + place), _step_name(question, place), "share", count / n, n=n, count=count,
            tone="low" if place < middle else "middle" if place == middle else "",
        )
        for place, count in enumerate(counts)
    ]  # fmt: skip
    return Bars("spread", _("How the answers were spread"), tuple(rows[::-1]), folded=folded)


def _step_name(question: Question, place: int) -> str:
    low, _high = SCALES[question.kind]
    word = step_words(question)[place]
    return word if question.kind in ("recommend", "thumbs") else f"{low + place} · {word}"


def _scored(tally: Tally) -> Figures:
    five = counts_of(tally.question, tally.counts)
    top = (
        _("satisfied or very satisfied")
        if tally.question.kind == "csat"
        else _("found it easy or very easy")
    )
    return Figures(
        lines=(
            _value("index", _("Index, 0 to 100"), "index", csat_index(five)),
            _value("top2", top, "share", top_box(five), count=sum(five[-2:])),
        ),
        bars=(_spread(tally.question, five),),
    )


def _effort(tally: Tally) -> Figures:
    seven = counts_of(tally.question, tally.counts)
    each = [step for step, count in enumerate(seven, start=1) for _one in range(count)]
    return Figures(
        lines=(
            _value("mean", _("Mean, 1 to 7"), "of seven", mean_interval(each, bounds=(1, 7))),
            _value("easy", _("agree that it was easy (5 to 7)"), "share",
                   top_box(seven, EASY), count=sum(seven[-EASY:])),
        ),
        bars=(_spread(tally.question, seven),),
    )  # fmt: skip


def _recommend(tally: Tally) -> Figures:
    eleven = counts_of(tally.question, tally.counts)
    n = sum(eleven)
    groups = {
        "promoters": (_("Promoters (9 and 10)"), sum(eleven[9:]), ""),
        "passives": (_("Passives (7 and 8)"), sum(eleven[7:9]), "middle"),
        "detractors": (_("Detractors (0 to 6)"), sum(eleven[:7]), "low"),
    }
    found = nps(*(count for _name, count, _tone in groups.values()))
    rows = tuple(
        _value(key, name, "share", share_of(count, n), count=count, tone=tone)
        for key, (name, count, tone) in groups.items()
    )
    note = _("Promoters less detractors, in points. Standard error {se}.").format(
        se=number(found.se, 1)
    )
    return Figures(
        lines=(_value("nps", _("Net promoter score, −100 to +100"), "points", found),),
        bars=(
            Bars("groups", _("Promoters, passives and detractors"), rows),
            _spread(tally.question, eleven, folded=True),
        ),
        note=note,
    )


def _thumbs(tally: Tally) -> Figures:
    down, up = counts_of(tally.question, tally.counts)
    line = _value("up", _("thumb up"), "share", share_of(up, up + down), count=up)
    return Figures(lines=(line,), bars=(_spread(tally.question, (down, up)),))


def _trust(tally: Tally) -> Figures:
    five = counts_of(tally.question, tally.counts)
    titles = {
        AGREE: _("Reasons of those who agree"),
        DISAGREE: _("Reasons of those who disagree"),
    }
    reasons = (
        Bars(side, title, _reasons(tally, side),
             note=_("Of those who were offered the reason. Each could choose several."))
        for side, title in titles.items()
    )  # fmt: skip
    line = _value("top2", _("agree or agree strongly"), "share", top_box(five), count=sum(five[3:]))
    return Figures(
        lines=(line,),
        bars=(_spread(tally.question, five), *(bars for bars in reasons if bars.rows)),
    )


def _reasons(tally: Tally, side: str) -> tuple[Value, ...]:
    """Each driver's share among those of one side to whom it was offered, the largest first."""
    rows = []
    for driver, name in DRIVER_TOPICS.items():
        chosen = tally.reasons[side, driver, 1]
        offered = chosen + tally.reasons[side, driver, 0]
        if offered:
            tone = "low" if side == DISAGREE else ""
            rows.append(share_value(driver, str(name), chosen, offered, tone))
    return _ranked(rows)


def share_value(key: str, name: str, x: int, n: int, tone: str = "") -> Value:
    """A share with its interval; hidden where fewer than ten make up the whole."""
    if is_small(n):
        return Value(key, name, "share", n=n, hidden=True)
    return _value(key, name, "share", share_of(x, n), count=x, tone=tone)


def _ranked(rows: Sequence[Value]) -> tuple[Value, ...]:
    """Best first; what is hidden comes last."""
    return tuple(sorted(rows, key=lambda row: (row.value is None, -(row.value or 0), row.name)))


def _chosen(tally: Tally) -> Figures:
    rows = [
        share_value(option.key, said(option.label), tally.counts[option.key], tally.answered)
        for option in tally.question.options
    ]
    if tally.question.kind == "choice":
        return Figures(bars=(Bars("options", _("What they chose"), tuple(rows)),))
    note = _("Each could choose several, so the shares do not add up to 100%.")
    return Figures(bars=(Bars("options", _("What they chose"), _ranked(rows), note),))


def _matrix(tally: Tally) -> Figures:
    """The top two of each row with its interval, sorted; the mean beside it."""
    low, high = MATRIX
    rows = []
    for option in tally.question.options:
        steps: Mapping[int, int] = tally.parts.get(option.key, {})
        five = [steps.get(step, 0) for step in range(low, high + 1)]
        n = sum(five)
        if not n or is_small(n):
            rows.append(Value(option.key, said(option.label), "share", n=n, hidden=bool(n)))
            continue
        mean = sum(step * count for step, count in enumerate(five, start=low)) / n
        beside = _("mean {mean}").format(mean=number(mean, 1))
        found = top_box(five)
        rows.append(
            _value(option.key, said(option.label), "share", found, count=sum(five[-2:]),
                   beside=beside)
        )  # fmt: skip
    note = _("Satisfied or very satisfied, of those who rated the row.")
    return Figures(bars=(Bars("rows", _("Satisfied or very satisfied, row by row"),
                              _ranked(rows), note),))  # fmt: skip


def _acsi(tally: Tally) -> Figures:
    """The score of those who gave all three ratings, and the mean of each rating."""
    n = len(tally.triples)
    name = _("ACSI score, 0 to 100")
    line = (
        Value("acsi", name, "score", n=n, hidden=bool(n))
        if not n or is_small(n)
        else _value("acsi", name, "score", acsi_interval(tally.triples))
    )
    rows = []
    for key, label in ACSI.items():
        each = [step for step, count in tally.parts.get(key, {}).items() for _one in range(count)]
        if not each or is_small(len(each)):
            rows.append(Value(key, str(label), "of ten", n=len(each), hidden=bool(each)))
        else:
            found = mean_interval(each, bounds=ACSI_SCALE)
            rows.append(_value(key, str(label), "of ten", found))
    note = _(
        "The three ratings weigh the same, of those who gave all three. The published American "
        "index takes its weights from a model fitted to its own surveys; compare with care."
    )
    title = pgettext("ratings of 1 to 10", "The three ratings, mean of 1 to 10")
    return Figures(lines=(line,), bars=(Bars("ratings", title, tuple(rows)),), note=note)
