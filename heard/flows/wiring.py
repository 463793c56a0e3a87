"""The whole map of "when this happens, then that". Each line is one event kind and its steps."""

from collections.abc import Sequence

from heard.core.events import StepFunction
from heard.flows import case_finished, case_received, case_talk, reopening

WIRING: dict[str, Sequence[StepFunction]] = {
    "case.received": case_received.STEPS,
    "case.understood": case_talk.UNDERSTOOD,
    "case.replied": case_talk.REPLIED,
    "case.resolved": case_finished.RESOLVED,
    "case.closed": case_finished.CLOSED,
    "case.declined": case_finished.DECLINED,
    "case.handed_over": case_finished.HANDED_OVER,
    "case.withdrawn": case_finished.WITHDRAWN,
    "case.reopen_asked": reopening.ASKED,
    "case.reopen_decided": reopening.DECIDED,
}
