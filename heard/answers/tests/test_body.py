"""The safe format: what it draws, and what it never lets through."""

import pytest

from heard.answers.body import as_html, as_plain

EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java\tscript:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/p.png)",
    '[a](https://x.example" onmouseover="alert(1))',
    '[a](https://x.example "t" onclick=alert(1))',
    "<a href='javascript:alert(1)'>x</a>",
    "# <b onclick=x>bold</b>",
    "<style>body{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "<svg/onload=alert(1)>",
]


@pytest.mark.parametrize("text", EVIL)
def test_nothing_that_acts_comes_through(text: str) -> None:
    from html.parser import HTMLParser

    seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, attrs))

    Reader().feed(as_html(text))
    assert {tag for tag, _attrs in seen} <= {"p", "a", "h2", "em", "strong", "br"}
    for _tag, attrs in seen:
        assert {name for name, _value in attrs} <= {"href", "rel"}
        for name, value in attrs:
            scheme = (value or "").split(":")[0]
            assert name != "href" or scheme in {"https", "http", "mailto", "tel"}, value


def test_a_typed_tag_is_shown_as_typed() -> None:
    assert "&lt;script&gt;" in as_html("<script>")


def test_headings_begin_below_the_title_and_skip_no_level() -> None:
    assert as_html("## One\n\n#### Two\n\n## Three") == (
        "<h2>One</h2>\n<h3>Two</h3>\n<h2>Three</h2>\n"
    )


def test_lists_links_and_stress() -> None:
    html = as_html("1. Go to [us](/services/)\n2. **Now**\n\n- a\n- b\n\nline\nnext")
    assert '<a href="/services/"' in html
    assert html.count("<li>") == 4
    assert "<strong>Now</strong>" in html
    assert "line<br>" in html


def test_plain_text_is_the_words_alone() -> None:
    text = "# Head\n\n- [page](https://x.example)\n- **two**\n\nlast\nline"
    assert as_plain(text).split("\n") == ["Head", "page", "two", "last", "line"]
