"""Which calendar a service's promises are counted with."""

from collections.abc import Iterable

from heard.catalogue.models import Service
from heard.places.reads import Calendars, Working, calendar_of_division


def calendar_of_service(service: Service) -> Working:
    """The calendar of the service's division, else the city's, with its version."""
    return calendar_of_division(service.division_id)


def calendars_of_services(services: Iterable[Service]) -> dict[int, Working]:
    """The same for many services by id, in three queries."""
    calendars = Calendars()
    return {service.pk: calendars.of(service.division_id) for service in services}
