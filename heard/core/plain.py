"""HTML as plain text: paragraphs, lists, links and quotations stay; nothing is run or fetched."""

import re
from html.parser import HTMLParser

import nh3

MOST = 400_000  # characters of HTML that are read
BREAKS = {"p", "div", "br", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "hr", "pre"}
HIDDEN = {"script", "style", "title", "template", "noscript", "object"}
KEPT = BREAKS | {"a", "blockquote", "td", "th", "tbody"}
VOID = {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "wbr", "p", "li", "o"}
DEEPEST = 2000  # unclosed tags; real mail stays far below
_NAME = re.compile(r"<(/?)([a-zA-Z]+)")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0]+")


def _depth(html: str) -> int:
    """How deep its tags are nested, at a guess: what no mail program writes takes long to shape."""
    deepest = depth = 0
    for closes, name in _NAME.findall(html):
        if name.lower() in VOID:
            continue
        depth += -1 if closes else 1
        deepest, depth = max(deepest, depth), max(depth, 0)
    return deepest


class _Reader(HTMLParser):
    """Gathers lines; what stands in a quotation begins with a mark for each level."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.depth = 0
        self.quotes: list[bool] = []
        self.link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens: a new line or a quotation."""
        given = {name: value or "" for name, value in attrs}
        if tag in BREAKS:
            self.end_line()
        if tag == "li":
            self.line = "* "
        if tag == "a":
            self.link = given.get("href", "")
        if tag in {"blockquote", "div"}:
            quotes = tag == "blockquote" or "gmail_quote_container" in given.get("class", "")
            if quotes:
                self.end_line()
            self.quotes.append(quotes)
            self.depth += quotes
        if given.get("id", "") in {"divRplyFwdMsg", "appendonsend"} or tag == "hr":
            self.lines.append("_" * 32 if tag != "hr" else "")

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag in BREAKS or tag == "blockquote":
            self.end_line()
        if tag in {"blockquote", "div"} and self.quotes:
            self.depth -= self.quotes.pop()
        if tag == "p":
            self.lines.append("")
        if tag == "a":
            if self.link.startswith(("http://", "https://")) and self.link not in self.line:
                self.line += f" <{self.link[:500]}>"
            self.link = ""

    def handle_data(self, data: str) -> None:
        """Words, with their blanks as a browser shows them."""
        words = _BLANKS.sub(" ", data)
        self.line += words.lstrip() if self.line in ("", " ") else words

    def end_line(self) -> None:
        """What was gathered becomes a line."""
        if self.line.strip():
            self.lines.append("> " * min(self.depth, 5) + self.line.strip())
        self.line = ""


def text_of_html(html: str) -> str:
    """The words of an HTML page or mail, as plain text with one line for each block.

    Brought into shape first by a parser as browsers have one: Python's own takes time that grows
    with the square of the length on tags that are never closed (80 kB took it 48 s).
    """
    html = html[:MOST]
    if _depth(html) > DEEPEST:
        return " ".join(_TAG.sub(" ", html).split())
    shaped = nh3.clean(
        html,
        tags=KEPT,
        attributes={"a": {"href"}, "div": {"class", "id"}},
        clean_content_tags=HIDDEN,
        link_rel=None,
        url_schemes={"http", "https"},
    )
    reader = _Reader()
    reader.feed(shaped)
    reader.close()
    reader.end_line()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(reader.lines)).strip()
