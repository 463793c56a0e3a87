"""When a case is received: the routing rules that are on send it on its way."""

from heard.core.models import Event
from heard.flows.telling import case_of
from heard.routing.services import route


def route_case(event: Event) -> None:
    """Let the rules act, once; where a person was quicker, what they decided is left alone."""
    route(case_of(event))


STEPS = [route_case]
