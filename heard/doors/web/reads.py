"""What the residents' pages show of other rooms: service cards, offices, the survey of a case."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from heard.cases.models import Case
from heard.catalogue.models import Promise, Service
from heard.catalogue.reads import offered
from heard.core import clock
from heard.core.words import said
from heard.doors.web.wording import promise_words
from heard.places.models import Office
from heard.places.publish.wording import standing_words, week_lines
from heard.places.reads import open_offices
from heard.places.timetable import standing, timetable, today_at
from heard.voice.models import Invitation, Response

# A city that offers a service under one of these codes takes any request in writing.
ANYTHING = ("something-else", "general")


@dataclass(frozen=True, slots=True)
class Card:
    """A service as residents choose it: the service and its promise in one sentence."""

    service: Service
    promise: str

    @property
    def summary(self) -> str:
        """The first sentence of the instructions."""
        first, stop, _rest = said(self.service.instructions).strip().partition(". ")
        return first + stop.strip()


def cards(services: Iterable[Service]) -> list[Card]:
    """Cards in the order given, with one query for all their promises."""
    chosen = list(services)
    promises: dict[int, dict[str, Promise]] = defaultdict(dict)
    in_force = Promise.objects.filter(
        service__in=[s.pk for s in chosen], effective_from__lte=clock.now()
    )
    for promise in in_force.order_by("version"):
        promises[promise.service_id][promise.kind] = promise
    return [Card(service, promise_words(promises[service.pk])) for service in chosen]


def anything() -> Service | None:
    """The service that takes whatever fits no other, where the city has one."""
    return offered().filter(code__in=ANYTHING).first()


@dataclass(frozen=True, slots=True)
class Door:
    """An office: whether it is open now, and its usual week, each line in words."""

    office: Office
    now: str
    hours: list[str]


def doors() -> list[Door]:
    """Every office of the city."""
    now = clock.now()
    found = []
    for place in open_offices():
        week = timetable(place, today_at(place.zone, now))
        found.append(
            Door(
                place.office,
                standing_words(standing(place, now), now),
                week_lines(week.usual) if week else [],
            )
        )
    return found


def survey_of(case: Case) -> Invitation | None:
    """The open invitation to say how this case went; None once answered or ended."""
    return (
        Invitation.objects.filter(about=f"case:{case.pk}", expires_at__gt=clock.now())
        .filter(response__isnull=True)
        .first()
    )


def answer_about(case: Case) -> Response | None:
    """What the customer of the case answered, where they did."""
    return Response.objects.filter(invitation__about=f"case:{case.pk}").first()


def case_about(invitation: Invitation) -> Case | None:
    """The case an invitation asks about; None where it is about something else."""
    kind, _colon, identity = invitation.about.partition(":")
    if kind != "case" or not identity.isdigit():
        return None
    return Case.objects.select_related("service", "customer").filter(pk=int(identity)).first()
