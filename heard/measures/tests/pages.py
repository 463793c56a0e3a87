"""What the pages print, read as a reader does, against what DuckDB makes of the downloads.

Each figure on a page is found in its HTML and must be, to the digit shown, the one made again,
rounded as docs/user/results.md states it.

Read for July to October 2011, in English: the list of every grouping of every measure in each way
of counting; the city's page and every division's; the working of every figure of the city; the
frames for other sites. In addition one group's page in each way of counting, and a working of it.
Each figure of those months that is published is read at least once, which is asserted.

Not read: the pages of the other groups (their figures stand in the lists), the lists of months
beyond these four, and Spanish; targets, trends and signals; the words in which shares are told
("about 8 of 10"); the pictures, which are drawn from the same rows; the map, as no district has an
outline here; the report, whose numbers are in a PDF.
"""

import re
from calendar import month_name
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import duckdb
import pandas as pd
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from heard.measures.definitions import ALL, BY, Statistic, measures
from heard.measures.tests.again import Again, Made
from heard.public.views import measure as page_of_a_measure

MONTHS = ("2011-07", "2011-08", "2011-09", "2011-10")
EMPTY = {"br", "hr", "img", "input", "link", "meta", "source"}
PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)
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


class Site:
    """The site as its server answers, without the copies a test client keeps of all it renders."""

    def __init__(self) -> None:
        self.handler, self.factory = WSGIHandler(), RequestFactory()

    def text(self, address: str) -> str:
        """What stands at an address."""
        answer = self.handler.get_response(self.factory.get(address))
        assert answer.status_code == 200, address
        return str(answer.content.decode())


class Page(HTMLParser):
    """The content of a page as a tree, without its pictures."""

    def __init__(self, site: Site, address: str) -> None:
        super().__init__()
        text = site.text(address)
        self.root, self.address = Node("", {}), address
        self.open = [self.root]
        self.feed(PICTURE.sub("", text[text.index("<main") : text.index("</main>") + 7]))

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


def rounded(value: Any, unit: str, clock: str = "") -> str:
    """As docs/user/results.md states it; a time in ``clock`` where that is chosen already."""
    if value is None or pd.isna(value):
        return "–"
    if unit == "share":
        if 0 < value < 1 and not 0.005 < value < 0.995:
            return f"{100 * min(max(value, 0.001), 0.999):.1f}%"
        return f"{100 * value:.0f}%"
    if unit == "days":
        return _lasting(value, clock or _clock(value))
    if unit == "dollars":
        return f"${value:,.2f}".removesuffix(".00")
    return f"{value:,.0f}"


def _clock(value: float, *ends: Any) -> str:
    """Minutes up to an hour, hours up to two days; longer for the sake of an upper end."""
    longest = max([value, *(end for end in ends if end is not None)])
    told = value or longest
    if 0 < told < 1 / 24 and longest <= 1 / 4:
        return "minute"
    return "hour" if 0 < told < 2 and longest <= 4 else "day"


def _lasting(days: float, clock: str) -> str:
    n = days * {"minute": 1440, "hour": 24, "day": 1}[clock]
    if clock == "minute" and 0 < n < 1:
        n = 1.0
    if 0 < n < 0.95:
        text = f"{float(f'{n:.0e}')}"
    elif clock == "day" and n < 10:
        text = f"{n:.1f}".removesuffix(".0")
    else:
        text = f"{n:,.0f}"
    return f"{text} {clock}" + "s" * (text != "1")


def value_of(made: Made, unit: str) -> str:
    """A figure that has an interval, in the unit of that."""
    if unit != "days" or made.value is None:
        return rounded(made.value, unit)
    return rounded(made.value, unit, _clock(made.value, made.low, made.high))


def ends_of(made: Made, unit: str) -> list[str]:
    """Both ends; of a time only the second one names the unit, as far as there are two."""
    ends = [None, None] if made.hidden else [made.low, made.high]
    clock = "" if unit != "days" or made.value is None else _clock(made.value, *ends)
    low, high = (rounded(end, unit, clock) for end in ends)
    bare = clock and None not in ends and low != high
    return [low.split(" ")[0] if bare else low, high]


def likely(made: Made, unit: str) -> str:
    """The words of an interval; empty where it has none."""
    if made.hidden or made.low is None or made.high is None:
        return ""
    low, high = ends_of(made, unit)
    return f"likely very near {low}" if low == high else f"likely between {low} and {high}"


def exact(value: float | None) -> str:
    """As the working shows it: six digits at most behind the point."""
    return "–" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


class Checker:
    """Figures of the pages against those made again; counts what it has seen."""

    def __init__(self, again: Again) -> None:
        self.site, self.again, self.seen = Site(), again, 0
        self.cells: set[tuple[str, ...]] = set()  # what was looked at: way, grouping, month, group
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
        assert told == value_of(made, unit), (about, told, made)
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
        self.sentence(part, made, counted, about)

    def sentence(self, part: Node, made: Made | None, counted: Statistic, about: str) -> None:
        """The numbers in the sentence of a large figure, and of what did not enter it."""
        if made is None or made.hidden or made.value is None:
            return
        said, unit = part.words("p", "telling__sentence"), counted.unit
        if counted.kind == "quantile":
            assert value_of(made, unit) in said, (about, said, made)
        elif counted.kind == "count" and "a day" not in said:
            assert said.startswith(rounded(made.value, unit)), (about, said, made)
        not_in = re.search(r"Not in this figure: ([\d,]+) ", part.words("p", "telling__basis"))
        assert (not_in[1] if not_in else "0") in {f"{made.left_out:,}", "0"}, about

    def lines(self, page: Page, month: str, by: str, group: str) -> None:
        """Every measure in one line; and what an area says before it is opened."""
        for row in page.root.all("li", "lines__row"):
            key = row.query()["path"].split("/")[2]
            counted, about = measures()[key].statistic(), (page.address, key)
            made = self.again.of(key, "", month, by, group)
            assert self.is_it(row.words("p", "lines__value"), made, counted.unit, about), about
            if counted.kind != "count" and made is not None:
                ends = ends_of(made, counted.unit)
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
                if made is not None and made.hidden:
                    assert "too few" in one.words("span", "quiet"), (page.address, key)

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
            self.cells.add((key, counted.key, by, month, group))
        return groups

    # --- pages

    def city(self, month: str) -> None:
        """Tiles, lines, departments, divisions."""
        page = Page(self.site, f"/results/?period={month}")
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
        page = Page(self.site, f"/results/division/{code}/?period={month}")
        self.tiles(page, month, "division", code)
        self.lines(page, month, "division", code)
        self.bars(page, "on_time", measures()["on_time"].statistic(), "service", month)

    def measure(self, key: str, counted: Statistic, by: str, month: str) -> None:
        """The city's figure, every month of it, and every group of a grouping."""
        address = f"/results/{key}/?way={counted.key}&by={by}&period={month}"
        page = Page(self.site, address)
        plain = next(iter(page.root.all("section", "telling--plain")))
        made = self.again.of(key, counted.key, month, ALL, ALL)
        self.headline(plain, made, key, counted.key, address)
        self.months(page, key, counted, ALL, ALL)
        groups = self.bars(page, key, counted, by, month)
        assert groups == self.again.groups(key, counted.key, month, by), address

    def group(self, key: str, counted: Statistic, by: str, group: str, month: str) -> None:
        """One group's figure and every month of it."""
        query = f"way={counted.key}&by={by}&group={group}&period={month}"
        page = Page(self.site, f"/results/{key}/?{query}")
        self.months(page, key, counted, by, group)

    def frame(self, key: str, counted: Statistic, month: str) -> None:
        """The small page for other sites, which shows the latest full month."""
        page = Page(self.site, f"/results/{key}/embed/?way={counted.key}&period={month}")
        made = self.again.of(key, counted.key, month, ALL, ALL)
        self.headline(page.root, made, key, counted.key, page.address)

    def working(
        self, key: str, counted: Statistic, by: str, group: str, month: str,
        files: tuple[int, int, int],
    ) -> None:  # fmt: skip
        """The steps of one figure with its numbers, and the files it was made from."""
        scope = {} if by == ALL else {"by": by, "group": group}
        query = urlencode({"way": counted.key, "period": month, **scope})
        page = Page(self.site, f"/results/{key}/working/?{query}")
        made, about = self.again.of(key, counted.key, month, by, group), page.address
        assert made is not None, about
        lead = page.root.words("p", "lead").partition(": ")[2]
        steps = [step.words() for step in next(iter(page.root.all("ol", "working"))).all("li")]
        rows = made.n + made.left_out
        assert f"{rows:,} row" in steps[0], about
        assert f"n = {rows} − {made.left_out} = {made.n}" in steps[1], about
        if self.is_it(lead.split(". ")[0], made, counted.unit, about):
            assert f"Pages show it as {value_of(made, counted.unit)}." in steps[2], about
            assert exact(made.value) in steps[2], about
            ends = f"= {exact(made.low)} … {exact(made.high)}"
            assert steps[3].endswith(ends), (about, ends, steps[3])
        many, rows, size = files
        source = page.root.words()
        assert f"{many} files of the facts “cases” with {rows:,} rows" in source, about
        table = next(t for t in page.root.all("table"))
        told = [[cell.words() for cell in row.all("td")] for row in table.all("tr")]
        numbers = [[int(one.replace(",", "")) for one in row[:2]] for row in told if row]
        assert [sum(column) for column in zip(*numbers, strict=True)] == [rows, size], about

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
            told = " – ".join(ends_of(made, counted.unit))
            self.cells.add((key, counted.key, by, month, group))
            assert cells[1:] == [told, f"{made.n:,}", f"{made.left_out:,}"], (about, cells, told)
            shown.append(month)
        assert shown == sorted(set(shown), reverse=True), page.address
        held = self.again.months(key, counted.key, by, group)
        assert shown[::-1] == [month for month in held if shown[-1] <= month <= shown[0]]


def pages_say_what_is_made_again(
    again: Again, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Checker:
    """The pages of figures of the four months; gives what was read."""
    monkeypatch.setattr(page_of_a_measure, "GROUPS_PER_PAGE", 1000)  # all pages of a list in one
    check, files = Checker(again), files_of(folder)
    for month in MONTHS:
        check.city(month)
        for code in busiest(again, "division", month):
            check.division(code, month)
        for key, way in sorted(again.ways()):
            counted = measures()[key].statistic(way)
            if not again.of(key, way, month, ALL, ALL):
                continue
            for by in BY:
                check.measure(key, counted, by, month)
            check.working(key, counted, ALL, ALL, month, files)
            check.frame(key, counted, month)
    _single_groups(check, files)
    published = {
        (*way, cell[0], cell[1], cell[2])
        for way in again.ways() for cell in again.figures[way] if cell[1] in MONTHS
    }  # fmt: skip
    assert published <= check.cells
    return check


def _single_groups(check: Checker, files: tuple[int, int, int]) -> None:
    """A group's page and a working of it in each way of counting: groupings and months in turn."""
    for place, (key, way) in enumerate(sorted(check.again.ways())):
        by, month = BY[place % len(BY)], MONTHS[place % len(MONTHS)]
        counted = measures()[key].statistic(way)
        there = check.again.groups(key, way, month, by)
        group = next(code for code in busiest(check.again, by, month) if code in there)
        check.group(key, counted, by, group, month)
        check.working(key, counted, by, group, month, files)


def files_of(folder: Path) -> tuple[int, int, int]:
    """The files of the requests as they were downloaded: how many, their rows, their bytes."""
    files = sorted(folder.glob("cases-*.parquet"))
    counted = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{folder}/cases-*.parquet')"
    ).fetchall()
    return len(files), counted[0][0], sum(path.stat().st_size for path in files)


def busiest(again: Again, by: str, month: str) -> list[str]:
    """The groups of a month, the one with most requests first."""
    found = {
        cell[2]: made.n
        for cell, made in again.figures["cases_received", "count"].items()
        if cell[:2] == (by, month)
    }
    return sorted(found, key=lambda code: (-found[code], code))
