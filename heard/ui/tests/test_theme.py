"""Whatever colours a city chooses, its pages can be read; and its seal can do no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.core.models import City
from heard.ui import svg, theme
from heard.ui.colours import contrast, darkened, mix, text_on

colours = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#777777") == 1


@given(colours)
def test_text_on_any_colour_is_readable(colour):
    assert contrast(text_on(colour), colour) >= 4.5


@given(colours, colours, colours)
def test_every_pair_of_the_theme_is_readable(primary, dark, accent):
    found = theme.tokens(City(name="x", primary=primary, primary_dark=dark, accent=accent))
    for text, grounds in {
        "on-primary": ["primary", "primary-hover", "primary-active"],
        "on-strong": ["strong", "strong-hover"],
        "on-accent": ["accent"],
        "link": ["tint", "tint-strong"],
        "link-hover": ["tint", "tint-strong"],
    }.items():
        for ground in grounds:
            assert contrast(found[text], found[ground]) >= 4.5, (text, ground)
    for ground in ("#ffffff", theme.PAPER):
        assert contrast(found["link"], ground) >= 4.5
        assert contrast(found["link-hover"], ground) >= 4.5


def test_mixing_and_darkening():
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert darkened("#005ea2", on=["#ffffff"], ratio=4.5) == "#005ea2"
    with pytest.raises(ValueError):
        darkened("#444444", on=["#333333"], ratio=4.5)


def test_a_colour_that_is_none_falls_back():
    sheet = theme.style_sheet(City(name="x", primary="red;}", accent="#ABCDEF"))
    assert "red" not in sheet
    assert "--city-primary: #005ea2;" in sheet
    assert "--city-accent: #abcdef;" in sheet


EVIL = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  viewBox="0 0 10 10" onload="alert(1)"><script>alert(2)</script>
  <style>@import url(//evil.example)</style>
  <a href="javascript:alert(3)"><circle r="4"/></a>
  <foreignObject><iframe src="//evil.example"/></foreignObject>
  <image href="https://evil.example/x.png"/>
  <use xlink:href="https://evil.example/x.svg#a"/><use href="#good"/>
  <rect id="good" width="3" fill="url(#paint)" style="stroke:#123456;behavior:url(x)"
    onclick="alert(4)"/>
  <path d="M0 0" fill="url(https://evil.example)"/><animate attributeName="href" to="javascript:1"/>
</svg>"""


def test_a_seal_keeps_its_drawing_and_loses_what_could_harm():
    clean = svg.clean(EVIL)
    for bad in (
        "script",
        "alert",
        "evil",
        "onload",
        "onclick",
        "style",
        "iframe",
        "animate",
        "<a ",
    ):
        assert bad not in clean, bad
    assert 'stroke="#123456"' in clean
    assert 'fill="url(#paint)"' in clean
    assert 'href="#good"' in clean


@pytest.mark.parametrize(
    "text",
    [
        "not a picture",
        "<html><body/></html>",
        "<svg>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        "<svg>" + "<g>" * 5000 + "</g>" * 5000 + "</svg>",
        "<svg>" + "x" * svg.LARGEST + "</svg>",
    ],
)
def test_what_is_no_picture_is_refused(text):
    with pytest.raises(svg.BadPicture):
        svg.clean(text)


def test_a_plain_doctype_is_no_fault():
    assert "<rect" in svg.clean(
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><svg><rect width="1"/></svg>'
    )


def test_a_bad_seal_gives_way_to_the_mark():
    assert "<circle" in theme.seal(City(name="x", seal="<svg"))


@pytest.mark.django_db
def test_theme_and_seal_are_kept_by_browsers(client, town):
    for address in (theme.theme_url(town), theme.seal_url(town)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        plain = client.get(address.split("?")[0])
        assert plain["Cache-Control"] == "no-cache"
