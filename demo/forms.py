"""The demo's forms with pages and photos, ratings of the city's web pages, and a held request."""

from datetime import datetime, timedelta

from heard.catalogue.models import Question, QuestionGroup, Service
from heard.core.words import Words
from heard.doors.web.models import Draft
from heard.doors.widget.models import PageRating
from heard.doors.widget.words import SURVEY
from heard.voice.instruments import in_force, instrument
from heard.voice.models import Invitation, Pool, Response
from heard.voice.services import Subject, new_invitation

WITH_PHOTOS = (
    "pothole", "sidewalk-repair", "streetlight", "illegal-dumping", "graffiti", "tree",
    "park-repair", "street-sign",
)  # fmt: skip
ADDED = ("photo", "damaged")  # questions beyond the plan of the city
SITE = "https://www.sagebrook.example"
SAID: tuple[tuple[str, tuple[int, ...], dict[int, tuple[str, str]]], ...] = (
    ("/trash/holidays", (5, 4, 5, 3, 5, 4, 2, 5),
     {3: ("en", "I could not find Presidents’ Day."), 6: ("es", "Falta el calendario.")}),
    ("/permits/fence", (2, 1, 3, 2, 4, 1),
     {0: ("en", "Which form do I need? Three are named."), 5: ("en", "The PDF does not open.")}),
    ("/parks/shelters", (4, 5, 5, 4), {1: ("en", "Photos of each shelter helped.")}),
)  # fmt: skip


def load_forms(end: datetime) -> None:
    """Give some services pages, conditions and photos; and what came in by widget."""
    for service in Service.objects.filter(code__in=WITH_PHOTOS):
        _pages(service)
    _damage()
    _rate_pages(end)
    _held(end)


def _rate_pages(end: datetime) -> None:
    asks = instrument(SURVEY)
    version = in_force(asks) if asks is not None else None
    assert version is not None
    number = 0
    for path, ratings, words in SAID:
        for place, rating in enumerate(ratings):
            language, comment = words.get(place, ("en", ""))
            number += 1
            at, key = end - timedelta(days=3 * place + 1), f"{number:032x}"
            row = new_invitation(
                Subject(about=f"widget:{key}", channel="web"), version=version, pool=Pool.WIDGET,
                via=Invitation.Via.NONE, language=language, at=at,
            )  # fmt: skip
            kept = Response.objects.create(
                invitation=row, pool=Pool.WIDGET, satisfaction=rating, comment=comment,
                answered_at=at, changed_at=at,
            )  # fmt: skip
            PageRating.objects.create(response=kept, page=SITE + path, key=key, at=at)


def _group(service: Service, order: int, title: Words) -> QuestionGroup:
    made, _new = QuestionGroup.objects.get_or_create(
        service=service, order=order, defaults={"title": title}
    )
    return made


def _pages(service: Service) -> None:
    about = _group(service, 1, {"en": "About it", "es": "Detalles"})
    Question.objects.filter(service=service, group=None).update(group=about)
    photos = _group(service, 2, {"en": "A photo, if you have one", "es": "Una foto, si la tiene"})
    Question.objects.get_or_create(
        service=service,
        code="photo",
        defaults={
            "group": photos, "order": 90, "kind": Question.Kind.PHOTO,
            "label": {"en": "Photos", "es": "Fotos"},
            "hint": {
                "en": "We take out where and when each was taken. No faces or plates, please.",
                "es": "Quitamos dónde y cuándo se tomó cada una. Sin caras ni placas, por favor.",
            },
        },
    )  # fmt: skip


def _damage() -> None:
    """Only who had damage is asked what it was."""
    damage = Question.objects.filter(service__code="pothole", code="damage").first()
    if damage is None:
        return
    Question.objects.get_or_create(
        service=damage.service,
        code="damaged",
        defaults={
            "group": damage.group, "order": 80, "kind": Question.Kind.LONG_TEXT,
            "label": {"en": "What was damaged?", "es": "¿Qué se dañó?"},
            "only_if": damage, "only_if_value": "yes",
        },
    )  # fmt: skip


def _held(end: datetime) -> None:
    service = Service.objects.get(code="graffiti")
    Draft.objects.get_or_create(
        secret="demo-held",
        defaults={
            "service": service, "state": Draft.State.HELD, "created_at": end, "changed_at": end,
            "given": {
                "words": ["Someone sprayed the wall of the library again."],
                "place": ["Library, east wall"], "email": ["reader@home.example"],
                "language": ["en"], "q_surface": ["building"],
            },
        },
    )  # fmt: skip
