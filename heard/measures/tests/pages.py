"""What the pages print, read as a reader does, against the downloads rounded as is stated."""

import re
from html.parser import HTMLParser
from typing import Any

import pandas as pd
from django.test import Client

from heard.measures.definitions import measures
from heard.measures.models import Result

EMPTY = {"br", "img", "input", "link", "meta", "path", "rect", "line", "source", "use", "hr"}


class Tree(HTMLParser):
    """The words of every element that has a class or is a table's cell, in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str, list[str]]] = []
        self.found: list[tuple[str, str, str]] = []  # tag, class, words
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in EMPTY:
            self.open.append((tag, dict(attrs).get("class") or "", []))

    def handle_endtag(self, tag: str) -> None:
        while tag not in EMPTY and self.open:
            name, looks, words = self.open.pop()
            text = " ".join(" ".join(words).split())
            self.found.append((name, looks, text))
            if self.open:
                self.open[-1][2].append(text)
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1][2].append(data)

    def of(self, tag: str, looks: str = "") -> list[str]:
        """The words of all elements of a tag with a class."""
        return [w for name, cls, w in self.found if name == tag and looks in cls.split(" ")]


def rounded(value: Any, unit: str) -> str:
    """As docs/user/results.md states it."""
    if pd.isna(value):
        return "–"
    if unit == "share":
        if 0 < value < 1 and not 0.005 < value < 0.995:
            return f"{100 * min(max(value, 0.001), 0.999):.1f}%"
        return f"{_half_even(100 * value, 0)}%"
    if unit == "days":
        return _lasting(value)
    if unit == "dollars":
        return f"${value:,.2f}".removesuffix(".00")
    return f"{int(_half_even(value, 0)):,}"


def _half_even(value: float, digits: int) -> str:
    return f"{value:.{digits}f}"


def _lasting(days: float) -> str:
    if days == 0:
        return "0 days"
    if days < 1 / 24:
        n = max(1, round(days * 1440))
        return f"{n} minute" + "s" * (n != 1)
    if days < 2:
        n = round(days * 24)
        return f"{n} hour" + "s" * (n != 1)
    digits = 0 if days >= 10 or round(days, 1) == round(days) else 1
    return f"{days:,.{digits}f} days"


def pages_say_what_the_downloads_do(client: Client, tables: dict[str, pd.DataFrame]) -> None:
    """The city's page, the page of every measure, and one division's."""
    month = Result.objects.filter(measure="cases_received", by="all").order_by("-period")[0].period
    seen = _lines(client, f"/results/?period={month}", tables, month, "all", "all")
    assert seen > 8
    assert sum(_every_month(client, key, tables) for key in measures()) > 60
    busy = Result.objects.filter(measure="cases_received", by="division", period="2011-08")
    code = busy.order_by("-n")[0].group
    address = f"/results/division/{code}/?period=2011-08"
    assert _lines(client, address, tables, "2011-08", "division", code) > 5


def _cell(
    tables: dict[str, pd.DataFrame], key: str, month: str, by: str, group: str
) -> pd.DataFrame:
    rows = tables[key]
    way = measures()[key].default
    return rows[
        (rows["statistic"] == way) & (rows["dimension"] == by) & (rows["group"] == group)
        & (rows["period"] == month)
    ]  # fmt: skip


def _lines(
    client: Client, address: str, tables: dict[str, pd.DataFrame], month: str, by: str, group: str
) -> int:
    """Every line of a page by area: name, figure, n and interval. How many show a figure."""
    tree = Tree(client.get(address).content.decode())
    names = {card.name["en"]: key for key, card in measures().items()}
    shown = 0
    links = [re.split(r"  |(?<=\w) (?=$)", words)[0] for words in tree.of("li", "lines__row")]
    rows = list(
        zip(
            links, tree.of("p", "lines__name"), tree.of("p", "lines__basis"),
            [w for t, c, w in tree.found if t == "p" and "lines__value" in c], strict=True,
        )
    )  # fmt: skip
    for _all, name, basis, value in rows:
        key = names[max((one for one in names if name.startswith(one)), key=len)]
        cell = _cell(tables, key, month, by, group)
        if cell.empty or cell["suppressed"].iloc[0] or pd.isna(cell["value"].iloc[0]):
            assert value in {"too few", "not shown", "no figure"}, (address, name, value)
            continue
        row = cell.iloc[0]
        unit = measures()[key].statistic().unit
        assert value == rounded(row["value"], unit), (address, name)
        if measures()[key].statistic().kind != "count":
            assert f"n = {row['n']:,}" in basis, (address, name, basis)
            if not pd.isna(row["low"]) and not pd.isna(row["high"]):
                ends = f"{rounded(row['low'], unit)} – {rounded(row['high'], unit)}"
                assert ends in basis, (address, name, basis, ends)
        shown += 1
    return shown


def _every_month(client: Client, key: str, tables: dict[str, pd.DataFrame]) -> int:
    """The table behind the course of a measure's page. How many months it holds."""
    card = measures()[key]
    tree = Tree(client.get(f"/results/{key}/").content.decode())
    unit, checked = card.statistic().unit, 0
    rows = tables[key]
    rows = rows[(rows["statistic"] == card.default) & (rows["dimension"] == "all")]
    told = {
        (
            "too few" if row.suppressed else rounded(row.value, unit),
            f"{rounded(row.low, unit)} – {rounded(row.high, unit)}",
            f"{row.n:,}",
            f"{row.left_out:,}",
        )
        for row in rows.itertuples(index=False)
    }
    cells = [w for t, _c, w in tree.found if t == "td"]
    for place in range(len(cells) - 3):
        found = tuple(cells[place : place + 4])
        if found in told:
            checked += 1
    assert checked >= min(len(rows), 1), (key, told, cells[:8])
    return checked
