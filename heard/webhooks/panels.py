"""What the desk's first page says of webhooks: one that gave up, to administrators."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from heard.people.roles import may
from heard.webhooks.models import Subscription


def switched_off(request: HttpRequest, about: Any) -> str:
    """Receivers that were switched off because they failed for days. One query."""
    if not may(request.user, "administer"):
        return ""
    rows = Subscription.objects.filter(is_active=False, failing_since__isnull=False)
    found = list(rows[:10])
    if not found:
        return ""
    return render_to_string("webhooks/gave_up.html", {"rows": found}, request=request)
