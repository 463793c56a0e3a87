"""The settings of the program, and the moment anything of it last changed."""

from datetime import date

from heard.core import clock
from heard.core.city import city
from heard.targets.models import Program


def program() -> Program:
    """The row of settings; the usual ones before anybody chose."""
    return Program.objects.order_by("id").first() or Program(changed_at=clock.now())


def fiscal_start() -> int:
    """The month in which the city's year begins, 1 to 12."""
    return program().fiscal_start


def touch() -> Program:
    """The row, made where it was not, with the moment of this write. Inside a transaction."""
    row, _made = Program.objects.get_or_create(pk=1, defaults={"changed_at": clock.now()})
    row.changed_at = clock.now()
    row.save(update_fields=["changed_at"])
    return row


def today() -> date:
    """The day it is in the city."""
    return clock.local_day(clock.now(), city().zone)
