"""The whole map of "when this happens, then that". Each line is one event kind and its steps."""

from collections.abc import Sequence

from heard.core.events import StepFunction
from heard.flows import (
    answer_review,
    case_finished,
    case_received,
    case_talk,
    joined,
    reopening,
    routing_received,
)

WIRING: dict[str, Sequence[StepFunction]] = {
    "case.received": [*case_received.STEPS, *routing_received.STEPS],
    "case.understood": case_talk.UNDERSTOOD,
    "case.replied": case_talk.REPLIED,
    "case.resolved": [*case_finished.RESOLVED, *joined.FINISHED],
    "case.closed": [*case_finished.CLOSED, *joined.CLOSED],
    "case.declined": [*case_finished.DECLINED, *joined.FINISHED],
    "case.handed_over": [*case_finished.HANDED_OVER, *joined.FINISHED],
    "case.withdrawn": [*case_finished.WITHDRAWN, *joined.WITHDRAWN],
    "case.reopen_asked": [*reopening.ASKED, *joined.WROTE],
    "case.reopen_decided": [*reopening.DECIDED, *joined.PROGRESS],
    **joined.WIRING,
    "answer.review_due": answer_review.STEPS,
}
