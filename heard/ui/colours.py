"""Colour arithmetic for a city's theme: contrast as WCAG 2.2 defines it."""

WHITE, BLACK, INK = "#ffffff", "#000000", "#1b1b1b"


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0-255) of ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white). Source: WCAG 2.2, definition of the term."""

    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, definition of the term."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with a share (0-1) of ``other`` in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def text_on(background: str) -> str:
    """Ink or white, whichever is read better; black where neither reaches 4.5 to 1."""
    best = max((WHITE, INK), key=lambda colour: contrast(colour, background))
    return best if contrast(best, background) >= 4.5 else BLACK


def darkened(colour: str, *, on: list[str], ratio: float) -> str:
    """The colour, made just dark enough to reach the ratio on every one of the backgrounds."""
    for step in range(51):
        candidate = mix(colour, BLACK, step / 50)
        if all(contrast(candidate, background) >= ratio for background in on):
            return candidate
    raise ValueError("One of the backgrounds is too dark for dark text.")
