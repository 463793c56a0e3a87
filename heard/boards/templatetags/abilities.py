"""What a template asks about the person who looks."""

from typing import Any

from django import template

from heard.people.roles import Ability
from heard.people.roles import may as _may

register = template.Library()


@register.filter
def may(person: Any, ability: Ability) -> bool:
    """Whether the person's role holds an ability."""
    return _may(person, ability)
