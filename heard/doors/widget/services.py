"""Taking in what somebody says of a page."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.came_from import checked_page
from heard.core.errors import Refused
from heard.core.text import clean
from heard.core.writes import record, write
from heard.doors.widget.models import PageRating
from heard.doors.widget.words import asked_at, asks_for_rating
from heard.voice.models import Pool
from heard.voice.services import Answers
from heard.voice.spots import KEY, Sent, take

NOBODY = Actor("customer", name="anonymous")
LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """What the widget sent, as it came: nothing of it is believed yet."""

    page: str
    rating: str
    words: str = ""
    language: str = "en"
    version: str = ""
    suspect: str = ""


@write
def rate_page(said: Said, *, origin: str, key: str) -> PageRating:
    """Keep a rating, once for each key; ``Refused`` says what is wrong with it.

    ``origin`` is what the browser says of the page's site: a page of another site is refused.
    ``said.version`` is that of the survey the reader saw; ``said.suspect`` why it looks like a
    machine's: it is then kept and marked, and counts nowhere.
    """
    if not KEY.match(key):
        raise Refused(_("This rating came without its key. Please load the page again."))
    earlier = PageRating.objects.filter(key=key).first()
    if earlier is not None:
        return earlier
    page = checked_page(said.page)
    if not page or not page.startswith(f"{origin}/") or not _is_ours(origin):
        raise Refused(_("This page cannot be rated here."), field="page")
    if said.rating not in {"1", "2", "3", "4", "5"}:
        raise Refused(_("Please choose one of the five answers."), field="rating")
    words = clean(said.words)
    if len(words) > LONGEST_WORDS:
        raise Refused(
            _("Please keep it under {limit} characters.").format(limit=LONGEST_WORDS),
            field="words",
        )
    version = asked_at(said.version)
    if version is None or not asks_for_rating(version):
        raise Refused(_("This page cannot be rated here."), field="page")
    language = said.language if said.language in dict(settings.LANGUAGES) else "en"
    kept = take(
        Sent(
            key=key, version=version, answers=Answers(satisfaction=int(said.rating), comment=words),
            pool=Pool.WIDGET, language=language, suspect=said.suspect,
        ),
        actor=NOBODY,
    )  # fmt: skip
    made = PageRating.objects.create(response=kept, page=page, key=key, at=clock.now())
    record("page.rated", about=made, actor=NOBODY, data={"page": page, "rating": said.rating})
    return made


def _is_ours(origin: str) -> bool:
    """Whether this site may carry the widget; every one may where the operator named none."""
    return not settings.HEARD_WIDGET_SITES or origin in settings.HEARD_WIDGET_SITES
