"""The menus: each room adds its own links when it starts, so that a new room is one folder."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Place = Literal["public", "desk"]


def _everyone(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Link:
    """A menu entry: its words (lazy), the name of its route, an icon, and who sees it.

    ``key`` is the letter that opens it together with the browser's key for shortcuts (Alt, or
    Ctrl and Option on a Mac); it is shown beside the words.
    """

    label: str | Promise
    to: str
    icon: str = ""
    order: int = 50
    shows: Callable[[Any], bool] = _everyone
    key: str = ""


@dataclass(frozen=True)
class Shown:
    """A menu entry as one page shows it."""

    label: str
    url: str
    icon: str
    current: bool
    key: str = ""
    order: int = 50


@dataclass(frozen=True)
class Menu:
    """The menu of staff: what is used all day stands in the bar, the rest under "More"."""

    daily: list[Shown]
    more: list[Shown]

    @property
    def current(self) -> Shown | None:
        """The link under "More" whose page this is."""
        return next((link for link in self.more if link.current), None)


DAILY = 40  # desk links ordered below this are daily
_links: dict[Place, list[Link]] = {"public": [], "desk": []}


def add(place: Place, link: Link) -> None:
    """Add a link to the residents' menu (``public``) or that of staff (``desk``)."""
    if all(link.to != known.to for known in _links[place]):
        _links[place].append(link)
        _links[place].sort(key=lambda known: known.order)


def shown(place: Place, request: HttpRequest) -> list[Shown]:
    """The links this person may see; the one whose address the page lies under is current."""
    user = getattr(request, "user", None)
    found = [(link, reverse(link.to)) for link in _links[place] if link.shows(user)]
    homes = {reverse(link.to) for link in _links[place][:1]}
    here = ""
    for _link, url in found:
        under = request.path == url or (url not in homes and request.path.startswith(url))
        if under and len(url) > len(here):
            here = url
    return [
        Shown(str(link.label), url, link.icon, url == here, link.key, link.order)
        for link, url in found
    ]


def desk_menu(request: HttpRequest) -> Menu:
    """The links of staff, as their menu lays them out."""
    links = shown("desk", request)
    return Menu(
        daily=[link for link in links if link.order < DAILY],
        more=[link for link in links if link.order >= DAILY],
    )
