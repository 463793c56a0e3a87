"""What the pages print, read as a reader does, against what DuckDB makes of the downloads.

Each figure on a page is found in its HTML and must be, to the digit shown, the one made again,
rounded as docs/user/results.md states it.
"""

from calendar import month_name
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd
import pytest
from django.test import Client

from heard.measures.definitions import ALL, BY, Statistic, measures
from heard.measures.tests.again import Again, Made
from heard.public.views import measure as page_of_a_measure

EMPTY = {"br", "hr", "img", "input", "link", "meta", "source"}
HIDDEN = {"too few", "not shown", "Too few to show", "Not shown"}


class Node:
    """An element of a page."""

    def __init__(self, tag: str, attrs: dict[str, str]) -> None:
        self.tag, self.attrs = tag, attrs
        self.looks = set(attrs.get("class", "").split())
        self.parts: list[Node | str] = []

    def all(self, tag: str = "", looks: str = "") -> Iterable["Node"]:
        """The elements in it of a tag and a class, in their order."""
        for part in self.parts:
            if isinstance(part, Node):
                if (not tag or part.tag == tag) and (not looks or looks in part.looks):
                    yield part
                yield from part.all(tag, looks)

    def words(self, tag: str = "", looks: str = "") -> str:
        """Its text, or that of the first element in it of a tag and a class; empty without one."""
        if tag or looks:
            return next((one.words() for one in self.all(tag, looks)), "")
        texts = [part if isinstance(part, str) else part.words() for part in self.parts]
        return " ".join(" ".join(texts).split())

    def query(self) -> dict[str, str]:
        """What the address of the first link in it asks for, and its path."""
        address = urlsplit(next(iter(self.all("a"))).attrs["href"])
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        return asked | {"path": unquote(address.path)}


class Page(HTMLParser):
    """A page as a tree."""

    def __init__(self, client: Client, address: str) -> None:
        super().__init__()
        answer = client.get(address)
        assert answer.status_code == 200, address
        self.root, self.address = Node("", {}), address
        self.open = [self.root]
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in EMPTY:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, (self.address, tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


# --- figures in words


def rounded(value: Any, unit: str) -> str:
    """As docs/user/results.md states it."""
    if value is None or pd.isna(value):
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


def likely(made: Made, unit: str) -> str:
    """The words of an interval; empty where it has none."""
    if made.hidden or made.low is None or made.high is None:
        return ""
    low, high = rounded(made.low, unit), rounded(made.high, unit)
    return f"likely very near {low}" if low == high else f"likely between {low} and {high}"


class Checker:
    """Figures of the pages against those made again; counts what it has seen."""

    def __init__(self, client: Client, again: Again) -> None:
        self.client, self.again, self.seen = client, again, 0
        self.keys = {card.name["en"]: key for key, card in measures().items()}

    def is_it(self, told: str, made: Made | None, unit: str, about: Any) -> bool:
        """The words of a figure are those of the one made again. Whether there is one."""
        if made is None:
            assert told in {"", "–", "no figure", "No figure yet"}, (about, told)
            return False
        if made.hidden:
            assert told in HIDDEN, (about, told)
            return False
        if made.value is None:
            assert told in {"–", "no figure", "No figure yet"}, (about, told)
            return False
        assert told == rounded(made.value, unit), (about, told, made)
        self.seen += 1
        return True

    # --- parts that stand on several pages

    def tiles(self, page: Page, month: str, by: str, group: str) -> None:
        """The figures a page begins with: value, interval, number, and the month that runs."""
        tiles = list(page.root.all("article", "telling"))
        assert len(tiles) == 4
        for tile in tiles:
            key = tile.query()["path"].split("/")[2]
            self.headline(tile, self.again.of(key, "", month, by, group), key, "", page.address)

    def headline(self, part: Node, made: Made | None, key: str, way: str, about: str) -> None:
        """A large figure with its interval and what it rests on."""
        counted = measures()[key].statistic(way or None)
        told = part.words("span", "telling__value")
        if self.is_it(told, made, counted.unit, (about, key)) and counted.kind != "count":
            assert made is not None
            assert part.words("span", "telling__sure") == likely(made, counted.unit), (about, key)
            assert part.words("p", "telling__basis").startswith(f"{made.n:,} "), (about, key)

    def lines(self, page: Page, month: str, by: str, group: str) -> None:
        """Every measure in one line; and what an area says before it is opened."""
        for row in page.root.all("li", "lines__row"):
            key = row.query()["path"].split("/")[2]
            counted, about = measures()[key].statistic(), (page.address, key)
            made = self.again.of(key, "", month, by, group)
            assert self.is_it(row.words("p", "lines__value"), made, counted.unit, about), about
            if counted.kind != "count" and made is not None:
                ends = [rounded(end, counted.unit) for end in (made.low, made.high)]
                basis = f"n = {made.n:,}" + f" · likely {ends[0]} – {ends[1]}" * ("–" not in ends)
                assert row.words("p", "lines__basis") == basis, about
        for one in page.root.all("span", "area__first"):
            name = max((n for n in self.keys if one.words("span", "area__what").startswith(n)),
                       key=len)  # fmt: skip
            made = self.again.of(self.keys[name], "", month, by, group)
            unit = measures()[self.keys[name]].statistic().unit
            assert self.is_it(one.words("span", "area__value"), made, unit, (page.address, name))
        for names in page.root.all("ul", "area__names"):
            for one in names.all("li"):
                key = one.query()["path"].split("/")[2]
                made = self.again.of(key, "", month, by, group)
                assert made is None or made.hidden or made.value is None, (page.address, key)

    def bars(self, page: Page, key: str, counted: Statistic, by: str, month: str) -> set[str]:
        """Groups side by side; gives which."""
        groups = set()
        for row in page.root.all("li", "bars__row"):
            asked = row.query()
            group = asked.get("group") or asked["path"].split("/")[3]
            made, about = self.again.of(key, counted.key, month, by, group), (page.address, group)
            assert made is not None, about
            self.is_it(row.words("p", "bars__value"), made, counted.unit, about)
            if counted.kind != "count":
                words, sure = row.words("p", "bars__basis"), likely(made, counted.unit)
                assert words.startswith(f"{made.n:,} "), (about, words)
                assert words.partition(" · ")[2] == sure, (about, words, sure)
            groups.add(group)
        return groups

    # --- pages

    def city(self, month: str) -> None:
        """Tiles, lines, departments, divisions."""
        page = Page(self.client, f"/results/?period={month}")
        self.tiles(page, month, ALL, ALL)
        self.lines(page, month, ALL, ALL)
        assert self.bars(page, "on_time", measures()["on_time"].statistic(), "department", month)
        table = next(one for one in page.root.all("table"))
        columns = ("cases_received", "on_time", "days_to_close", "satisfaction")
        shown = []
        for row in table.all("tr"):
            cells = [cell.words() for cell in row.all("td")]
            if cells:
                code = row.query()["path"].removeprefix("/results/division/").strip("/")
                found = [self.again.of(key, "", month, "division", code) for key in columns]
                for key, told, made in zip(columns, cells, found, strict=True):
                    unit = measures()[key].statistic().unit
                    self.is_it(told, made, unit, (page.address, code, key))
                shown.append(found[1])
        assert len(shown) > 5
        values = [
            made.value for made in shown if made and not made.hidden and made.value is not None
        ]
        ends = f"{rounded(min(values), 'share')} to {rounded(max(values), 'share')}"
        assert f"{len(shown)} divisions · finished on time {ends}" in page.root.words("details",
               "disclosure")  # fmt: skip

    def division(self, code: str, month: str) -> None:
        """A division's tiles, lines and services."""
        page = Page(self.client, f"/results/division/{code}/?period={month}")
        self.tiles(page, month, "division", code)
        self.lines(page, month, "division", code)
        self.bars(page, "on_time", measures()["on_time"].statistic(), "service", month)

    def measure(self, key: str, counted: Statistic, by: str, month: str) -> None:
        """The city's figure, every month of it, and every group of a grouping."""
        address = f"/results/{key}/?way={counted.key}&by={by}&period={month}"
        page = Page(self.client, address)
        plain = next(iter(page.root.all("section", "telling--plain")))
        made = self.again.of(key, counted.key, month, ALL, ALL)
        self.headline(plain, made, key, counted.key, address)
        self.months(page, key, counted, ALL, ALL)
        groups = self.bars(page, key, counted, by, month)
        assert groups == self.again.groups(key, counted.key, month, by), address

    def group(self, key: str, counted: Statistic, by: str, group: str, month: str) -> None:
        """One group's figure and every month of it."""
        query = f"way={counted.key}&by={by}&group={group}&period={month}"
        page = Page(self.client, f"/results/{key}/?{query}")
        self.months(page, key, counted, by, group)

    def months(self, page: Page, key: str, counted: Statistic, by: str, group: str) -> None:
        """The table behind the course: each month once, the latest first."""
        table = next((t for t in page.root.all("table") if len(list(t.all("th"))) > 5), None)
        assert table is not None, page.address
        shown = []
        for row in table.all("tr"):
            cells = [cell.words() for cell in row.all("td")]
            if not cells:
                continue
            name = row.words("th").removesuffix(" (so far)")
            word, year = name.split()
            month = f"{year}-{list(month_name).index(word):02}"
            made, about = self.again.of(key, counted.key, month, by, group), (page.address, month)
            assert made is not None, about
            self.is_it(cells[0], made, counted.unit, about)
            ends = [made.low, made.high] if not made.hidden else [None, None]
            told = " – ".join(rounded(end, counted.unit) for end in ends)
            assert cells[1:] == [told, f"{made.n:,}", f"{made.left_out:,}"], (about, cells, told)
            shown.append(month)
        assert shown == sorted(set(shown), reverse=True), page.address
        held = self.again.months(key, counted.key, by, group)
        assert shown[::-1] == [month for month in held if shown[-1] <= month <= shown[0]]


def pages_say_what_is_made_again(
    client: Client, again: Again, monkeypatch: pytest.MonkeyPatch
) -> int:
    """Every page of figures of a month, and every month of the city; how many figures were read."""
    monkeypatch.setattr(page_of_a_measure, "GROUPS_PER_PAGE", 1000)  # all pages of a list in one
    check, month = Checker(client, again), "2011-08"
    for one in again.months("cases_received", "count", ALL, ALL):
        check.city(one)
    for code in busiest(again, "division", month)[:12]:
        check.division(code, month)
    for key, way in sorted(again.ways()):
        counted, usual = measures()[key].statistic(way), measures()[key].default
        for by in BY if way == usual else ("service",):
            check.measure(key, counted, by, month)
    busy = busiest(again, "service", month)[0]
    for key, way in sorted(again.ways()):
        if again.of(key, way, month, "service", busy):
            check.group(key, measures()[key].statistic(way), "service", busy, month)
    return check.seen


def busiest(again: Again, by: str, month: str) -> list[str]:
    """The groups of a month, the one with most requests first."""
    found = {
        cell[2]: made.n
        for cell, made in again.figures["cases_received", "count"].items()
        if cell[:2] == (by, month)
    }
    return sorted(found, key=lambda code: (-found[code], code))
