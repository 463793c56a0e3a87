"""How a case stands with its promises, told so that colour is never needed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from heard.cases.listing import SOON
from heard.cases.models import Case


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise of a case: what was promised, by when, and how it stands.

    ``state`` is kept, late (kept or finished too late), overdue, soon or ahead.
    """

    what: str
    due: datetime
    done: datetime | None
    state: str
    words: str
    tone: str


def first_answer(case: Case, now: datetime) -> Promised | None:
    """The promise of a first answer; None where none was made."""
    if case.first_response_due is None:
        return None
    done = case.first_response_at or case.finished_at
    return _told(_("First answer by"), case.first_response_due, done, now)


def resolution(case: Case, now: datetime) -> Promised | None:
    """The promise of when it is done; None where none was made."""
    if case.due_at is None:
        return None
    return _told(_("Done by"), case.due_at, None if case.is_open else case.finished_at, now)


def next_promise(case: Case, now: datetime) -> Promised | None:
    """The promise that runs out next, as the list is ordered."""
    if not case.is_open:
        return resolution(case, now)
    if case.first_response_at is None and case.first_response_due is not None:
        return first_answer(case, now)
    return resolution(case, now)


def _told(what: str, due: datetime, done: datetime | None, now: datetime) -> Promised:
    if done is not None:
        if done <= due:
            return Promised(what, due, done, "kept", _("in time"), "good")
        return Promised(what, due, done, "late", _("late"), "plain")
    if due < now:
        return Promised(what, due, None, "overdue", _("overdue"), "bad")
    if due <= now + SOON:
        return Promised(what, due, None, "soon", _("soon"), "warn")
    return Promised(what, due, None, "ahead", "", "plain")
