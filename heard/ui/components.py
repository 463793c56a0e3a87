"""The ``{% component %}`` tag: a piece of page with a body and named parts.

It renders ``ui/components/<name>.html`` with only what it was given (and what every page knows),
so that a variable of the page never leaks into a component.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

EVERYWHERE = (
    "request", "csrf_token", "csp_nonce", "city", "user", "LANGUAGE_CODE", "other_languages",
)  # fmt: skip


class FillNode(Node):
    """A named part of a component's body; the component says where it goes."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Nothing: its component renders it."""
        return mark_safe("")


class ComponentNode(Node):
    """A component with its arguments and body."""

    def __init__(
        self, name: FilterExpression, values: dict[str, FilterExpression], nodelist: NodeList
    ) -> None:
        self.name = name
        self.values = values
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """The component's template around the body."""
        values: dict[str, Any] = {key: value.resolve(context) for key, value in self.values.items()}
        for part in self.nodelist:
            if isinstance(part, FillNode):
                values[part.name] = part.nodelist.render(context)
        values["content"] = self.nodelist.render(context)
        return render_component(context, str(self.name.resolve(context)), values)


def render_component(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """A component's template with these values and what every page knows."""
    assert context.template is not None
    found = context.template.engine.get_template(f"ui/components/{name}.html")
    known = {key: context[key] for key in EVERYWHERE if key in context}
    return found.render(context.new(known | values))


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """``{% component "card" title=… %}body{% fill foot %}…{% endfill %}{% endcomponent %}``."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("component: say which one.")
    rest = bits[1:]
    values = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"component: {rest[0]} is not name=value.")
    nodelist = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(bits[0]), values, nodelist)


@register.tag
def fill(parser: Parser, token: Token) -> FillNode:
    """A named part of the component around it."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("fill: say the name of one part.")
    nodelist = parser.parse(("endfill",))
    parser.delete_first_token()
    return FillNode(bits[1].strip("\"'"), nodelist)
