"""The safe format of an answer's text: headings, lists, links and stress, and nothing else.

The text is read as Markdown by a library with HTML switched off, so a tag that somebody types is
shown as it was typed; what comes out passes a second library that lets only these elements through.
"""

from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "a", "strong", "em", "br"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
RULES = ["heading", "list", "link", "autolink", "emphasis", "newline", "escape"]
TOP, DEEPEST = 2, 4  # the page's own title is the only h1


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(RULES)


def as_html(text: str) -> SafeString:
    """The text as HTML that may stand on a page; headings begin at ``h2`` and skip no level."""
    reader = _reader()
    tokens = reader.parse(text)
    _set_levels(tokens)
    drawn = reader.renderer.render(tokens, reader.options, {})
    # nh3 is the guard: whatever the reader let through, only these elements and schemes remain.
    clean = nh3.clean(drawn, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    return mark_safe(clean)  # noqa: S308


def _set_levels(tokens: list[Token]) -> None:
    """The highest level used becomes ``h2``, the next ``h3``; deeper ones ``h4``."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    new = {tag: f"h{min(TOP + place, DEEPEST)}" for place, tag in enumerate(used)}
    for token in tokens:
        token.tag = new.get(token.tag, token.tag)


def as_plain(text: str) -> str:
    """The words alone, a line for each paragraph, heading and point of a list."""
    return "\n".join(line for line in _lines(text) if line)


def _lines(text: str) -> Iterator[str]:
    for token in _reader().parse(text):
        if token.type == "inline":
            parts = token.children or []
            yield "".join(
                "\n" if part.type in {"softbreak", "hardbreak"} else part.content for part in parts
            ).strip()
