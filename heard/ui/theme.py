"""A city's colours as CSS custom properties, always readable (WCAG AA), and its seal."""

import hashlib
import re

from django.urls import reverse

from heard.core.models import City
from heard.ui import svg
from heard.ui.colours import BLACK, WHITE, darkened, mix, text_on

PAPER = "#f5f6f7"  # the palest grey that text stands on
_hex = re.compile(r"#[0-9a-fA-F]{6}")
_plain = City(name="Heard", zone="UTC")


def _colour(city: City, name: str) -> str:
    """The colour as it was set, or the house's own where the row holds something else."""
    value = str(getattr(city, name))
    return value.lower() if _hex.fullmatch(value) else str(getattr(_plain, name))


def tokens(city: City) -> dict[str, str]:
    """Every colour of the theme by its name in the style sheet, without the ``--city-``."""
    primary = _colour(city, "primary")
    accent = _colour(city, "accent")
    on_primary = text_on(primary)
    away = BLACK if on_primary == WHITE else WHITE  # so that hovering only adds contrast
    strong = darkened(_colour(city, "primary_dark"), on=[WHITE], ratio=7)
    tint = mix(primary, WHITE, 0.93)
    tint_strong = mix(primary, WHITE, 0.84)
    return {
        "primary": primary,
        "on-primary": on_primary,
        "primary-hover": mix(primary, away, 0.18),
        "primary-active": mix(primary, away, 0.32),
        "link": darkened(primary, on=[WHITE, PAPER, tint, tint_strong], ratio=4.6),
        "link-hover": darkened(strong, on=[WHITE, PAPER, tint, tint_strong], ratio=7),
        "strong": strong,
        "on-strong": WHITE,
        "strong-hover": mix(strong, BLACK, 0.3),
        "accent": accent,
        "on-accent": text_on(accent),
        "tint": tint,
        "tint-strong": tint_strong,
        "line": mix(primary, WHITE, 0.75),
    }


def style_sheet(city: City) -> str:
    """The theme as a style sheet of custom properties."""
    lines = "".join(f"  --city-{name}: {value};\n" for name, value in tokens(city).items())
    return f":root {{\n{lines}}}\n"


def seal(city: City) -> str:
    """The city's seal, cleaned, as an SVG picture; a mark in its colours where it has none."""
    if city.seal:
        try:
            return svg.clean(city.seal)
        except svg.BadPicture:
            pass
    return default_mark(tokens(city))


def default_mark(colours: dict[str, str]) -> str:
    """A disc with hills, a rising sun and two rings of sound: the house's own mark."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<circle cx="32" cy="32" r="31" fill="{colours["strong"]}"/>'
        f'<circle cx="32" cy="32" r="27" fill="{colours["tint"]}"/>'
        f'<circle cx="32" cy="36" r="7.5" fill="{colours["accent"]}"/>'
        f'<g fill="none" stroke="{colours["link"]}" stroke-width="2.6" stroke-linecap="round">'
        '<path d="M18.5 33a13.7 13.7 0 0 1 27 0"/><path d="M12.6 30a20 20 0 0 1 38.8 0"/></g>'
        f'<path fill="{colours["link"]}" d="M5.6 38.5C13 33.5 20 35 27 39s15 5.5 31.4-.5'
        'A27 27 0 0 1 5.6 38.5z"/>'
        f'<path fill="{colours["strong"]}" d="M8.3 45c9-4 18-3 26 .6 7 3.2 13 3 21-.6'
        'A27 27 0 0 1 8.3 45z"/></svg>'
    )


def fingerprint(text: str) -> str:
    """A short name for exactly this content."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def theme_url(city: City) -> str:
    """Where the theme is; the address changes with the colours, so it is kept for a year."""
    return f"{reverse('theme')}?v={fingerprint(style_sheet(city))}"


def seal_url(city: City) -> str:
    """Where the seal is; the address changes with the picture."""
    colours = "".join(tokens(city).values())
    return f"{reverse('seal')}?v={fingerprint(city.seal + colours)}"
