"""Icons of the design system, drawn into the page so that none costs a request."""

import functools
import re
from xml.etree import ElementTree

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from heard.ui import svg


@functools.cache
def _drawing(name: str) -> str:
    """What is inside the icon's ``<svg>``; nothing where there is no such icon."""
    if not re.fullmatch(r"[a-z0-9_]+", name):
        return ""
    path = settings.USWDS / "img" / "usa-icons" / f"{name}.svg"
    try:
        root = ElementTree.fromstring(svg.clean(path.read_text()))  # noqa: S314 - just cleaned
    except (OSError, svg.BadPicture):
        return ""
    parts = (ElementTree.tostring(child, encoding="unicode") for child in root)
    return "".join(parts).replace("ns0:", "").replace(f' xmlns:ns0="{svg.SVG}"', "")


def icon(name: str, title: str = "", looks: str = "") -> SafeString:
    """The icon as SVG: decoration without a title, a picture with a name where it has one."""
    drawing = mark_safe(_drawing(name))  # noqa: S308 - cleaned, from the design system's own files
    return format_html(
        '<svg class="usa-icon{}" viewBox="0 0 24 24" focusable="false" {}>{}</svg>',
        f" {looks}" if looks else "",
        format_html('role="img" aria-label="{}"', title) if title else HIDDEN,
        drawing,
    )


HIDDEN = SafeString('aria-hidden="true"')
