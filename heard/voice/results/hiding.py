"""Whether a filtered page would let somebody work out a group that is too small to show."""

from dataclasses import replace

from django.db.models import Count

from heard.voice.reports.slices import BY, Slice, answers
from heard_stats import small_numbers


def is_given_away(of: Slice) -> bool:
    """Whether one of the filters picks a group that has to hide beside its neighbours.

    A page for each group is a table with its total in pieces: what a table would hide to protect
    a small group, its page must hide as well. One query per filter that is set.
    """
    for name in BY:
        if picked := getattr(of, name):
            every = replace(of, **{name: ""})  # type: ignore[arg-type]
            counts = answers(every).values_list(f"invitation__{name}").annotate(n=Count("id"))
            table = {group or "—": n for group, n in counts.order_by()}
            if picked in table and small_numbers(table).hides(picked):
                return True
    return False
