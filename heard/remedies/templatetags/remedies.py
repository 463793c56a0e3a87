"""What the pages of this room ask about who looks at them."""

from django import template
from django.template.context import Context

from heard.people.roles import may

register = template.Library()


@register.simple_tag(takes_context=True)
def remedy_links(context: Context) -> dict[str, bool]:
    """``{% remedy_links as links %}``: which pages of this room the reader may open."""
    user = context["user"]
    return {"report": may(user, "see divisions"), "wishes": may(user, "allow remedies")}
