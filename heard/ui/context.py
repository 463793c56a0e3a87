"""What every page knows: the city and its looks, the other language, the menus."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from heard.core.city import city as city_row
from heard.ui import navigation, theme


@dataclass(frozen=True)
class Language:
    """A language the page can also be read in."""

    code: str
    name: str
    url: str


def other_languages(request: HttpRequest) -> list[Language]:
    """The same page in each other language; its front page where this one has no address."""
    path = request.get_full_path()
    found = []
    for code, name in settings.LANGUAGES:
        if code != (get_language() or settings.LANGUAGE_CODE):
            url = translate_url(path, code)
            if url == path:
                url = "/" if code == settings.LANGUAGE_CODE else f"/{code}/"
            found.append(Language(code, str(name), url))
    return found


def city(request: HttpRequest) -> dict[str, Any]:
    """The context of every page. Menus and languages cost nothing where they are not shown."""
    here = city_row()
    return {
        "city": here,
        "theme_url": SimpleLazyObject(lambda: theme.theme_url(here)),
        "seal_url": SimpleLazyObject(lambda: theme.seal_url(here)),
        "other_languages": SimpleLazyObject(lambda: other_languages(request)),
        "public_links": SimpleLazyObject(lambda: navigation.shown("public", request)),
        "desk_menu": SimpleLazyObject(lambda: navigation.desk_menu(request)),
    }
