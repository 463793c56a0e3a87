"""A chart and the table behind it: what a page shows of numbers over time or by group."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """A column of a figure's table; numbers are set flush right."""

    label: str | Promise
    is_number: bool = True


@dataclass(frozen=True)
class Figure:
    """A chart with its title, what it says in one sentence, and its table.

    ``chart`` is SVG made by us (drawn into the page) or ``chart_url`` an address of a picture. The
    first cell of each row heads it. ``downloads`` are pairs of label and address.
    """

    title: str | Promise
    summary: str | Promise
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    chart: str = ""
    chart_url: str = ""
    note: str | Promise = ""
    downloads: Sequence[tuple[str | Promise, str]] = field(default_factory=list)
