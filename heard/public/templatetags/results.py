"""Filters of the results pages: a figure and its interval as people say them."""

from typing import Any

from django import template

from heard.public import sentences

register = template.Library()


@register.filter
def figure(value: Any, unit: str) -> str:
    """``{{ row.value|figure:unit }}``: 84%, 9 hours, 1,204; a dash for nothing."""
    return sentences.told(value, unit)


@register.simple_tag
def likely(row: Any, unit: str) -> str:
    """``{% likely row unit %}``: "likely between 81% and 87%"; empty without an interval."""
    return sentences.likely(row, unit)
