"""The whole map of "when this happens, then that". Each line is one event kind and its steps."""

from collections.abc import Sequence

from heard.core.events import StepFunction
from heard.flows import (
    answer_given,
    answer_review,
    boards,
    case_finished,
    case_received,
    case_talk,
    channels,
    contacts_kept,
    desk_work,
    joined,
    promise_calendar,
    promise_closure,
    promise_moved,
    reopening,
    routing_received,
    survey_asked,
    webhooks,
)

WIRING: dict[str, Sequence[StepFunction]] = {
    "case.received": [*case_received.STEPS, *contacts_kept.RECEIVED, *routing_received.STEPS],
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
    **desk_work.WIRING,
    **channels.WIRING,
    "answer.review_due": answer_review.STEPS,
    "case.promise_moved": promise_moved.MOVED,
    "case.told": case_talk.REPLIED,
    "promise.at_risk": promise_moved.AT_RISK,
    "recalculation.done": promise_moved.RECALCULATED,
    "calendar.added": promise_calendar.CHANGED,
    "calendar.changed": promise_calendar.CHANGED,
    "calendar.dropped": promise_calendar.CHANGED,
    "closure.announced": [*promise_calendar.CHANGED, *promise_closure.ANNOUNCED],
    "closure.withdrawn": promise_calendar.CHANGED,
    "special_day.set": promise_calendar.CHANGED,
    "special_day.dropped": promise_calendar.CHANGED,
    "city.changed": promise_calendar.CITY_CHANGED,
    **answer_given.WIRING,
    **survey_asked.WIRING,
    **boards.WIRING,
    **webhooks.WIRING,
}
for _kind in webhooks.TOLD:  # last of all, so that they are told how it stands then
    WIRING[_kind] = [*WIRING.get(_kind, ()), webhooks.tell_receivers]
