"""The tags and filters every template has without loading anything. See docs/developer/ui.md."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from heard.core import words as core_words
from heard.ui import components, icons, telling
from heard.ui.forms import FilterForm, faults
from heard.ui.rating import Face, face_of

register = components.register


# --- words, numbers, times ----------------------------------------------------------------------
@register.filter
def said(words: core_words.Words | None, language: str | None = None) -> str:
    """``{{ service.name|said }}``: words kept by language, in that of the page."""
    return core_words.said(words, language)


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    """``{{ total|number }}``: 12,345."""
    return telling.number(value, digits)


@register.filter
def share(value: float | None, digits: int = 0) -> str:
    """``{{ on_time|share }}``: 84%."""
    return telling.share(value, digits)


@register.filter
def told(value: float | None, kind: telling.Kind = "number") -> str:
    """``{{ value|told:"days" }}``: a value with its unit (share, index, days, hours, cents)."""
    return telling.told(value, kind)


@register.simple_tag
def interval(low: float | None, high: float | None, kind: telling.Kind = "number") -> str:
    """``{% interval low high "share" %}``: between 81% and 87%."""
    return telling.interval(low, high, kind)


@register.simple_tag
def when(moment: datetime | date | None, form: telling.TimeForm = "human") -> SafeString | str:
    """``{% when case.received_at %}``: a ``<time>`` in the city's zone.

    Forms: human (default), moment, day, short, time, month, ago.
    """
    if moment is None:
        return telling.NOTHING
    if not isinstance(moment, datetime):
        text = telling.day_told(moment, form)
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        telling.local(moment).isoformat(timespec="seconds"),
        telling.time_told(moment, "moment"),
        telling.time_told(moment, form),
    )


@register.simple_tag
def icon(name: str, title: str = "", looks: str = "") -> SafeString:
    """``{% icon "phone" %}``: an icon of the design system; with a title it has a meaning."""
    return icons.icon(name, title, looks)


@register.simple_tag
def face(step: int | float | str | None) -> Face | None:
    """``{% face 4 as mood %}``: the face and word of a satisfaction from 1 to 5."""
    return face_of(step)


@register.filter
def phone_digits(phone: str) -> str:
    """``{{ city.phone|phone_digits }}``: what a ``tel:`` link dials."""
    number, _extension, rest = phone.lower().partition("x")
    dialled = "".join(c for c in number if c in "+0123456789")
    digits = "".join(c for c in rest if c.isdigit())
    return f"{dialled};ext={digits}" if digits else dialled


# --- small components ---------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def tag(context: Context, label: str, tone: str = "plain") -> SafeString:
    """``{% tag "Late" "bad" %}``: a status in words. Tones: plain, info, good, warn, bad."""
    return components.render_component(context, "tag", {"label": label, "tone": tone})


@register.simple_tag(takes_context=True)
def error_summary(context: Context, form: forms.BaseForm) -> SafeString | str:
    """``{% error_summary form %}``: what to mend, each a link to its field."""
    if not form.is_bound or not form.errors:
        return ""
    return components.render_component(context, "error_summary", {"faults": faults(form)})


@register.simple_tag(takes_context=True)
def key_figure(
    context: Context,
    label: str,
    value: float | None,
    kind: telling.Kind = "number",
    **more: Any,
) -> SafeString:
    """``{% key_figure label value "share" n=… low=… high=… period=… url=… note=… %}``."""
    values = {"label": label, "value": value, "kind": kind} | more
    return components.render_component(context, "key_figure", values)


@register.simple_tag(takes_context=True)
def filters(context: Context, form: FilterForm) -> SafeString:
    """``{% filters form %}``: a list's filters, sent by GET and so kept in the address."""
    request = context.get("request")
    known = {form.add_prefix(name) for name in form.fields} | {"page"}
    kept = [
        (name, value)
        for name, values in (request.GET.lists() if isinstance(request, HttpRequest) else [])
        if name not in known
        for value in values
    ]
    active = any(form.data.get(form.add_prefix(name)) for name in form.fields)
    values = {"form": form, "kept": kept, "active": active}
    return components.render_component(context, "filters", values)


@register.simple_tag(takes_context=True)
def pager(context: Context, page: "Page[Any]") -> SafeString | str:
    """``{% pager page %}``: the pages of a list; the rest of the address is kept."""
    if page.paginator.num_pages < 2:
        return ""
    around = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    values = {"page": page, "around": list(around), "gap": page.paginator.ELLIPSIS}
    return components.render_component(context, "pager", values)


@register.simple_tag(takes_context=True)
def figure(context: Context, shown: Any) -> SafeString:
    """``{% figure shown %}``: a chart with the table behind it (``heard.ui.figures.Figure``)."""
    return components.render_component(context, "figure", {"figure": shown})
