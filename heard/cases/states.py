"""The life cycle of a case, as one table: from where to where, and who may do it."""

from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.actors import Actor
from heard.core.errors import Refused

Who = Literal["staff", "customer", "system"]


class State(models.TextChoices):
    RECEIVED = "received", _("received")
    UNDERSTOOD = "understood", _("understood")
    IN_PROGRESS = "in_progress", _("in progress")
    WAITING = "waiting", _("waiting for you")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("reopened")
    DECLINED = "declined", _("declined")
    HANDED_OVER = "handed_over", _("handed over")


S = State
STAFF: set[Who] = {"staff"}
STAFF_OR_CUSTOMER: set[Who] = {"staff", "customer"}
ANYBODY: set[Who] = {"staff", "customer", "system"}

_AT_WORK: dict[State, set[Who]] = {
    S.WAITING: STAFF,                # we asked the customer something
    S.RESOLVED: STAFF,               # the work is done; the customer has time to object
    S.CLOSED: STAFF_OR_CUSTOMER,     # done and told; or withdrawn by the customer
    S.DECLINED: STAFF,               # not ours to do, with the reason
    S.HANDED_OVER: STAFF,            # another body has it now
}  # fmt: skip

# fmt: off
ALLOWED: dict[State, dict[State, set[Who]]] = {
    S.RECEIVED: {S.UNDERSTOOD: STAFF, S.IN_PROGRESS: STAFF, **_AT_WORK},
    # A customer who corrects us sends the case back to be understood again.
    S.UNDERSTOOD: {S.RECEIVED: {"customer"}, S.IN_PROGRESS: STAFF, **_AT_WORK},
    S.IN_PROGRESS: {S.RECEIVED: {"customer"}, S.UNDERSTOOD: STAFF, **_AT_WORK},
    S.WAITING: {
        S.UNDERSTOOD: STAFF, S.IN_PROGRESS: STAFF_OR_CUSTOMER, S.RECEIVED: {"customer"},
        **{to: who for to, who in _AT_WORK.items() if to != S.WAITING},
    },
    S.RESOLVED: {S.CLOSED: ANYBODY, S.REOPENED: STAFF},
    S.CLOSED: {S.REOPENED: STAFF},
    S.DECLINED: {S.REOPENED: STAFF},
    S.HANDED_OVER: {S.CLOSED: STAFF, S.REOPENED: STAFF},
    S.REOPENED: {S.RECEIVED: {"customer"}, S.UNDERSTOOD: STAFF, S.IN_PROGRESS: STAFF, **_AT_WORK},
}
# fmt: on

OPEN = (S.RECEIVED, S.UNDERSTOOD, S.IN_PROGRESS, S.WAITING, S.REOPENED)
FINISHED = (S.RESOLVED, S.CLOSED)  # what measures count as closed


def may_change(old: str, new: str, who: str) -> bool:
    """Whether this kind of person may take a case from the old state to the new."""
    return who in ALLOWED[State(old)].get(State(new), set())


def check_change(old: str, new: str, actor: Actor) -> None:
    """Raise ``Refused`` with a plain reason where the table does not allow the change."""
    if not may_change(old, new, actor.kind):
        raise Refused(
            _("This case is {old}; it cannot become {new} now.").format(
                old=State(old).label, new=State(new).label
            )
        )
