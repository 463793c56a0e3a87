"""Keeping filters of the list under a name: own, or shared with one's division."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.errors import NotAllowed, Refused
from heard.core.text import clean_line
from heard.core.writes import about_of_earlier, record, write
from heard.doors.desk.models import NAME_LIMIT, QUERY_LIMIT, FirstView, SavedView
from heard.people.models import Staff

MOST = 30  # views of one person


@write
def save_view(
    owner: Staff, *, name: str, query: str, shared: bool = False, key: str | None = None
) -> SavedView:
    """Keep the filters; a view of that name of one's own is kept anew."""
    if (earlier := about_of_earlier(SavedView, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    name = _named(name)
    kept = QueryDict(query, mutable=True)
    for gone in ("page", "view", "csrfmiddlewaretoken"):
        kept.pop(gone, None)
    if len(kept.urlencode()) > QUERY_LIMIT:
        raise Refused(_("These filters are too long to keep. Search for fewer words."))
    if shared and owner.division_id is None:
        raise Refused(_("You belong to no division to share it with."), field="shared")
    own = SavedView.objects.filter(owner=owner)
    known = own.filter(name=name).first()
    if known is None and own.count() >= MOST:
        raise Refused(_("You have {n} views. Delete one first.").format(n=MOST), field="name")
    view = known or SavedView(owner=owner, name=name, created_at=clock.now(), order=own.count())
    view.query = kept.urlencode()
    view.division_id = owner.division_id if shared else None
    view.save()
    record("view.saved", about=view, actor=owner.as_actor(), data={"name": name}, key=key)
    return view


@write
def change_view(view: SavedView, *, name: str, shared: bool, actor: Staff) -> SavedView:
    """Another name, or shared or not."""
    view = _own(view, actor)
    name = _named(name)
    if SavedView.objects.filter(owner=actor, name=name).exclude(pk=view.pk).exists():
        raise Refused(_("You have a view of that name already."), field="name")
    if shared and actor.division_id is None:
        raise Refused(_("You belong to no division to share it with."), field="shared")
    changes = {"name": [view.name, name], "shared": [view.division_id is not None, shared]}
    view.name, view.division_id = name, actor.division_id if shared else None
    view.save()
    record("view.changed", about=view, actor=actor.as_actor(), changes=changes)
    return view


@write
def delete_view(view: SavedView, *, actor: Staff) -> None:
    """Forget it; the cases stay as they are."""
    view = _own(view, actor)
    record("view.deleted", about=view, actor=actor.as_actor(), changes={"name": [view.name, ""]})
    view.delete()


@write
def move_view(view: SavedView, *, up: bool, actor: Staff) -> None:
    """One place up or down among one's own views."""
    _own(view, actor)
    own = list(SavedView.objects.select_for_update().filter(owner=actor))
    here = next(place for place, other in enumerate(own) if other.pk == view.pk)
    there = max(0, min(len(own) - 1, here + (-1 if up else 1)))
    own.insert(there, own.pop(here))
    for place, other in enumerate(own):
        other.order = place
    SavedView.objects.bulk_update(own, ["order"])
    record("view.moved", about=view, actor=actor.as_actor(), data={"to": there})


@write
def open_with(view: SavedView | None, *, actor: Staff) -> None:
    """Let the list open with a view one can see; None: with the usual list."""
    if view is None:
        FirstView.objects.filter(person=actor).delete()
        return
    if view.owner_id != actor.pk and view.division_id != actor.division_id:
        raise NotAllowed(_("This view is not shared with you."))
    FirstView.objects.update_or_create(person=actor, defaults={"view": view})
    record("view.opens", about=view, actor=actor.as_actor())


def _named(name: str) -> str:
    name = clean_line(name)
    if not name:
        raise Refused(_("Give it a name."), field="name")
    if len(name) > NAME_LIMIT:
        raise Refused(
            _("Please keep the name under {n} characters.").format(n=NAME_LIMIT), field="name"
        )
    return name


def _own(view: SavedView, actor: Staff) -> SavedView:
    fresh = SavedView.objects.select_for_update(of=("self",)).filter(pk=view.pk).first()
    if fresh is None or fresh.owner_id != actor.pk:
        raise NotAllowed(_("Only who made this view may change it."))
    return fresh
