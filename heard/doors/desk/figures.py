"""The latest measures of a division."""

from heard.people.models import Division


def division_figures(division: Division) -> list[object]:
    """Nothing until the measures offer results."""
    return []
