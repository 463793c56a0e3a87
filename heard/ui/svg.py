"""Cleaning of SVG pictures that people upload: what is not known to be harmless is left out."""

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
LARGEST = 400_000

ELEMENTS = {
    "svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "defs", "title",
    "desc", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "symbol",
    "use", "text", "tspan",
}  # fmt: skip
LOOKS = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
    "stroke-opacity", "opacity", "color", "display", "visibility", "clip-path", "clip-rule", "mask",
    "stop-color", "stop-opacity", "font-family", "font-size", "font-weight", "font-style",
    "text-anchor", "letter-spacing", "dominant-baseline", "paint-order", "vector-effect",
}  # fmt: skip
ATTRIBUTES = LOOKS | {
    "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "dx",
    "dy", "width", "height", "points", "transform", "viewBox", "preserveAspectRatio", "offset",
    "gradientUnits", "gradientTransform", "spreadMethod", "patternUnits", "patternTransform",
    "patternContentUnits", "clipPathUnits", "maskUnits", "maskContentUnits", "rotate",
    "textLength", "lengthAdjust",
}  # fmt: skip
_points_outside = re.compile(r"url\(\s*['\"]?\s*(?!#)|javascript:|data:|[\\<>]|@import", re.I)


class BadPicture(ValueError):
    """The text is not an SVG picture that can be shown."""


def clean(text: str) -> str:
    """The picture with only known elements and attributes, and nothing that loads or runs.

    Raises ``BadPicture`` for what is not SVG, is too large, or declares entities.
    """
    if len(text) > LARGEST:
        raise BadPicture("The picture is too large.")
    if "<!ENTITY" in text or "<!DOCTYPE" in text.upper():
        text = re.sub(r"<!DOCTYPE[^>\[]*>", "", text, count=1, flags=re.I)
        if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.S):
            raise BadPicture("The picture declares entities.")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - entities were refused above
    except ElementTree.ParseError as error:
        raise BadPicture("The picture is not well-formed SVG.") from error
    if root.tag not in {f"{{{SVG}}}svg", "svg"}:
        raise BadPicture("The picture is not SVG.")
    try:
        kept = _cleaned(root)
        kept.set("xmlns", SVG)
        return ElementTree.tostring(kept, encoding="unicode")
    except RecursionError as error:
        raise BadPicture("The picture is nested too deeply.") from error


def _cleaned(element: ElementTree.Element) -> ElementTree.Element:
    kept = ElementTree.Element(_local(element.tag))
    attributes = dict(_style_as_attributes(element.get("style", "")))
    attributes |= {_local(name): value for name, value in element.attrib.items()}
    for name, value in attributes.items():
        if name in ATTRIBUTES and not _points_outside.search(value):
            kept.set(name, value)
        elif name == "href" and re.fullmatch(r"#[\w.-]+", value):
            kept.set("href", value)
    kept.text = element.text
    for child in element:
        if isinstance(child.tag, str) and _local(child.tag) in ELEMENTS:
            part = _cleaned(child)
            part.tail = child.tail
            kept.append(part)
    return kept


def _style_as_attributes(style: str) -> list[tuple[str, str]]:
    """Drawing programs write looks as a style attribute, which the content policy forbids."""
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return [(name.strip(), value.strip()) for name, value in pairs if name.strip() in LOOKS]


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1]
