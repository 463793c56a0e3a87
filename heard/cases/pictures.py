"""What would move, as a small picture: earlier to the left, later to the right, by group."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from heard.core.words import Words, said
from heard.ui.figures import Column, Figure
from heard.ui.telling import number

SHOWN = 8  # bars; the table has all
WIDTH = 100.0  # of the picture's own units


@dataclass(frozen=True, slots=True)
class Bar:
    """One group: where its two bars begin and how long they are, in hundredths of the width."""

    name: str
    later: int
    earlier: int
    zero: float
    to_left: float
    to_right: float

    @property
    def left(self) -> float:
        """Where the bar of earlier dates begins."""
        return round(self.zero - self.to_left, 2)


def moves_figure(title: str, group: str, rows: Sequence[tuple[Words, int, int]]) -> Figure:
    """A figure of groups with how many of their dates come later and earlier."""
    told = [(said(name), later, earlier) for name, later, earlier in rows]
    bars = _bars(told[:SHOWN])
    later, earlier = sum(row[1] for row in told), sum(row[2] for row in told)
    summary = _("{later} dates come later and {earlier} earlier.").format(
        later=number(later), earlier=number(earlier)
    )
    chart = render_to_string("cases/parts/moves.html", {"bars": bars, "earlier": earlier})
    return Figure(
        title,
        summary,
        [Column(group, is_number=False), Column(_("Later")), Column(_("Earlier"))],
        [[name, number(later), number(earlier)] for name, later, earlier in told],
        chart=chart if later or earlier else "",
    )


def _bars(rows: Sequence[tuple[str, int, int]]) -> list[Bar]:
    """Both directions by one measure, so that the longest two fill the width."""
    most_later = max((row[1] for row in rows), default=0)
    most_earlier = max((row[2] for row in rows), default=0)
    unit = WIDTH / max(most_later + most_earlier, 1)
    zero = round(most_earlier * unit, 2)
    return [
        Bar(name, later, earlier, zero, round(earlier * unit, 2), round(later * unit, 2))
        for name, later, earlier in rows
    ]
