"""What the pages of this room ask about who looks at them."""

from django import template
from django.template.context import Context

from heard.people.roles import may

register = template.Library()


@register.simple_tag(takes_context=True)
def rules_too(context: Context) -> bool:
    """``{% rules_too as rules_too %}``: whether the reader writes rules as well."""
    return may(context["user"], "write rules")
