"""Values of measures in templates."""

from django import template

from heard.targets.telling import figure_told

register = template.Library()


@register.filter
def figured(value: float | None, unit: str | None) -> str:
    """A value in the unit of its measure; a plain number where no unit is known."""
    return figure_told(value, unit or "count")
