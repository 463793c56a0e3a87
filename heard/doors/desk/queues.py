"""The queues over the list: the filters everybody works by, each with how many wait there."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heard.cases.listing import find_cases
from heard.core.gather import count_up_to
from heard.doors.desk.filters import wanted_of
from heard.doors.desk.models import FirstView, SavedView
from heard.people.models import Staff

MOST = 100  # counted no further: "99+" says enough, and costs the same on any day
VIEWS = 12  # views with a count of their own


@dataclass(frozen=True, slots=True)
class Queue:
    """A set of filters with its words."""

    name: str
    label: str | Promise
    icon: str
    query: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A queue or a saved view as the page shows it."""

    label: str
    icon: str
    url: str
    count: str
    is_none: bool
    current: bool
    view: SavedView | None = None


def queues_of(viewer: Staff) -> list[Queue]:
    """The usual queues of a person. Who has no division works for all of them."""
    here = viewer.division.code if viewer.division is not None else "all"

    def queue(name: str, label: str | Promise, icon: str, **filters: str) -> Queue:
        return Queue(name, label, icon, urlencode({"division": here} | filters))

    return [
        queue("mine", _("Mine"), "person", division="all", assignee="me"),
        queue("division", _("My division") if viewer.division else _("All divisions"), "people"),
        queue("unassigned", _("Nobody has it"), "group_add", assignee="nobody"),
        queue("overdue", _("Overdue"), "warning", due="overdue"),
        queue("soon", _("Due soon"), "schedule", due="soon"),
        queue("answer", _("Customer waits for us"), "chat", only="answer", sort="waits"),
        queue("waiting", _("We wait for them"), "hourglass_empty", show="waiting"),
        queue("night", _("After hours"), "alarm", only="night"),
        queue(
            "mentions", _("Mentions"), "alternate_email",
            division="all", show="all", only="mentions",
        ),
    ]  # fmt: skip


def views_of(viewer: Staff) -> list[SavedView]:
    """A person's own views, and those shared with their division, in their order. One query.

    The one the list opens with carries ``is_first``.
    """
    mine = Q(owner=viewer)
    if viewer.division_id:
        mine |= Q(division=viewer.division_id)
    first = FirstView.objects.filter(person=viewer).values("view_id")[:1]
    return list(SavedView.objects.filter(mine).annotate(first=Subquery(first))[: 4 * VIEWS])


def shown_queues(
    viewer: Staff, views: list[SavedView], address: QueryDict, now: datetime
) -> tuple[list[Shown], list[Shown]]:
    """Queues and views with their counts, all in one query."""
    queues = queues_of(viewer)
    queries = {q.name: q.query for q in queues}
    queries |= {f"view {v.pk}": v.query for v in views[:VIEWS]}
    counts = count_up_to(MOST, {
        name: find_cases(wanted_of({k: str(v) for k, v in QueryDict(query).items()}, viewer), now)
        for name, query in queries.items()
        if "q" not in QueryDict(query)  # what is searched for is not counted ahead
    })  # fmt: skip
    here = _plain(address)
    base = reverse("desk:list")
    told = [
        _shown(str(q.label), q.icon, f"{base}?{q.query}", counts.get(q.name),
               here == _plain(QueryDict(q.query)))
        for q in queues
    ]  # fmt: skip
    saved = [
        _shown(v.name, "people" if v.division_id else "bookmark", v.url,
               counts.get(f"view {v.pk}"), address.get("view") == str(v.pk), v)
        for v in views
    ]  # fmt: skip
    return told, saved


def _shown(
    label: str, icon: str, url: str, count: int | None, current: bool, view: SavedView | None = None
) -> Shown:
    told = "" if count is None else f"{MOST - 1}+" if count >= MOST else str(count)
    return Shown(label, icon, url, told, count == 0, current, view)


def _plain(address: QueryDict) -> dict[str, str]:
    """The filters of an address, without empty ones and the page."""
    return {k: str(v) for k, v in address.items() if v and k not in {"page", "view", "sort"}}
