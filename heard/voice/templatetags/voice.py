"""Small pieces of the pages of this room."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heard.people.roles import may
from heard.ui.forms import FACES
from heard.ui.icons import icon
from heard.voice.themes import THEMES

register = template.Library()


@register.simple_tag
def new_key() -> str:
    """A key for one answer, so that a second tap counts nothing."""
    return uuid.uuid4().hex


@register.simple_tag
def face_icon(step: int) -> SafeString:
    """The face of a satisfaction from 1 to 5."""
    return icon(FACES[int(step) - 1])


@register.filter
def lookup(table: dict[str, Any], key: str) -> Any:
    """The value of a key, for names that a template cannot spell."""
    return table.get(key)


@register.simple_tag
def hundredths(part: float) -> str:
    """A share in hundredths, for drawings: never with a comma, whatever the language."""
    return f"{100 * float(part):.1f}"


@register.simple_tag
def plain(value: float) -> str:
    """A number for drawings, in plain digits."""
    return f"{float(value):.1f}"


@register.simple_tag
def difference(high: float, low: float) -> str:
    """How far one number is above another, in plain digits, for drawings."""
    return f"{float(high) - float(low):.1f}"


@register.simple_tag
def percent(part: float) -> str:
    """A part between 0 and 1 in hundredths, in plain digits, held within a drawing of 100."""
    return f"{min(max(100 * float(part), 0.0), 100.0):.1f}"


@register.simple_tag
def theme_name(theme: str) -> str:
    """A theme of comments in words."""
    return str(THEMES.get(theme, theme))


@register.simple_tag
def by_name(by: str) -> str:
    """What answers are grouped by, in words."""
    names = {
        "service": _("Service"), "channel": _("Channel"), "district": _("District"),
        "place": _("Place"), "division": _("Division"),
    }  # fmt: skip
    return names.get(by, by)


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of this room in its own menu."""

    url: str
    label: str
    here: str


@register.simple_tag(takes_context=True)
def voice_links(context: Context) -> list[Tab]:
    """The pages of this room that this person may open."""
    person = context["user"]
    pages = (
        ("see divisions", "voice:report", _("Report"), "report"),
        ("see divisions", "voice:results", _("Results of surveys"), "results"),
        ("read comments", "voice:alerts", _("Alerts"), "alerts"),
        ("review comments", "voice:comments", _("Comments"), "comments"),
        ("take answers", "voice:taking", _("Take answers down"), "taking"),
        ("write surveys", "voice:surveys", _("Surveys"), "surveys"),
        ("write surveys", "voice:places", _("Places to answer"), "places"),
        ("write surveys", "voice:restraint", _("Restraint"), "restraint"),
        ("write surveys", "voice:people", _("People from a file"), "people"),
    )
    return [
        Tab(reverse(name), label, here)
        for ability, name, label, here in pages
        if may(person, ability)  # type: ignore[arg-type]
    ]
