"""The calls we owe stand in every hand-over note, though neither room knows the other."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from heard.contacts.models import CallBack
from heard.people.models import Division
from heard.routing.handing_over import Counter, add_counter


def calls_owed(division: Division, since: datetime, until: datetime) -> int:
    """Calls nobody has made yet: of cases of the division, and those that are about no case."""
    waiting = CallBack.objects.filter(state__in=("waiting", "claimed"))
    return waiting.filter(case=None).count() + waiting.filter(case__division=division).count()


def register() -> None:
    """Add the figure; called once when the house starts."""
    add_counter(Counter("calls", _("Calls we owe"), calls_owed, 48))
