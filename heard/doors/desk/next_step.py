"""What a case needs from us now, in one sentence, and the action that does it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.cases.models import Understanding
from heard.cases.states import State
from heard.doors.desk.actions import At


@dataclass(frozen=True, slots=True)
class NextStep:
    """The sentence, and the name of the action that is opened for it ("" for none)."""

    words: str
    action: str = ""


def next_step(at: At, last: Understanding | None, customer: str) -> NextStep:
    """What to do first. ``last`` is the latest thing we said we understood."""
    case = at.case
    if at.wish is not None:
        return NextStep(
            _("{name} says it is not solved and asks us to reopen.").format(name=customer), "decide"
        )
    if not case.is_open:
        if case.customer_waits_since:
            return NextStep(
                _("{name} wrote after the case was finished.").format(name=customer), "reply"
            )
        return NextStep(_("Nothing is owed: this case is finished."))
    corrected = last is not None and last.answer == Understanding.Answer.CORRECTED
    if case.state == State.RECEIVED and corrected:
        return NextStep(
            _("{name} corrected us. Say again what we understood.").format(name=customer),
            "understand",
        )
    if case.state == State.RECEIVED:
        return NextStep(_("New. Say in one sentence what we understood, or reply."), "understand")
    if case.customer_waits_since:
        return NextStep(_("{name} waits for a reply.").format(name=customer), "reply")
    if case.state == State.WAITING:
        return NextStep(
            _("We wait for {name}. Nothing to do until they write.").format(name=customer)
        )
    if case.state in (State.UNDERSTOOD, State.REOPENED):
        return NextStep(_("Ready to begin."), "start")
    return NextStep(_("In hand. Finish it when the work is done."), "finish")
