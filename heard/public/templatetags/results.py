"""Filters of the results pages: a figure and its interval as people say them."""

from typing import Any

from django import template

from heard.public import sentences

register = template.Library()


@register.filter
def figure(value: Any, unit: str) -> str:
    """``{{ row.value|figure:unit }}``: 84%, 9 hours, 1,204; a dash for nothing."""
    return sentences.told(value, unit)


@register.filter
def of_figure(row: Any, unit: str) -> str:
    """``{{ row|of_figure:unit }}``: its value, in the unit that its interval is told in."""
    return sentences.value_told(row, unit)


@register.filter
def ends(row: Any, unit: str) -> str:
    """``{{ row|ends:unit }}``: "45 – 62 hours"; a dash for each end there is none of."""
    return sentences.range_told(row, unit)


@register.simple_tag
def likely(row: Any, unit: str) -> str:
    """``{% likely row unit %}``: "likely between 81% and 87%"; empty without an interval."""
    return sentences.likely(row, unit)
