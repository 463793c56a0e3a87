"""Who may see an attachment: the room that owns what it is about says so, by a rule.

Staff who may read cases see what came with cases and mentions, never what lies in a draft. Anybody
else needs a rule that says yes; without one nobody sees anything.
"""

from collections.abc import Callable

from django.http import HttpRequest

from heard.attachments.models import Attachment

# Given the request, the identity (the part of ``about`` behind the colon) and the link's secret.
Rule = Callable[[HttpRequest, str, str], bool]
UNSENT = "draft"

_rules: dict[str, Rule] = {}


def reader(kind: str, rule: Rule) -> None:
    """Say who, with the secret of a link, may see what is attached to things of a kind."""
    _rules[kind] = rule


def may_see(request: HttpRequest, attachment: Attachment, secret: str) -> bool:
    """Whether the holder of this secret may see it."""
    if attachment.is_internal:
        return False
    kind, _colon, identity = attachment.about.partition(":")
    rule = _rules.get(kind)
    return rule is not None and rule(request, identity, secret)


def staff_may_see(attachment: Attachment) -> bool:
    """Whether it is one that staff may look at: something that was sent."""
    return not attachment.about.startswith(f"{UNSENT}:")
