"""What a merge will do, in plain words, before anybody does it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.cases.models import Case
from heard.joining.reads import followers, reporters
from heard.people.models import Customer
from heard.ui.telling import time_told


@dataclass(frozen=True, slots=True)
class Preview:
    """The sentences, in the order they matter, and a word of warning where there is one."""

    sentences: list[str]
    warning: str = ""


def preview(case: Case, into: Case) -> Preview:
    """What merging ``case`` into ``into`` will do. Two queries."""
    told = [_ending(case), _letter(case, into), _replies(case, into)]
    told += [_clock(case, into), _others(case), _surveys(case), _measured(case)]
    return Preview([sentence for sentence in told if sentence], _warning(case, into))


def _ending(case: Case) -> str:
    if case.is_open:
        return _("{case} ends as “already known”. Its clock stops.").format(case=case.reference)
    return _("{case} is finished already and keeps its end.").format(case=case.reference)


def _letter(case: Case, into: Case) -> str:
    if not into.is_open:
        return _("Nobody is written to: both are finished.")
    if case.customer is None:
        return _("Its reporter is anonymous; the secret page shows how {into} goes.").format(
            into=into.reference
        )
    if not case.customer.email or case.customer.preferred_channel == Customer.Channel.NONE:
        return _("Its customer gets no email from us: somebody should call them.")
    return _("Its customer is told in {language}, and hears when {into} is finished.").format(
        language=case.get_language_display(), into=into.reference
    )


def _replies(case: Case, into: Case) -> str:
    return _(
        "What its customer writes later is noted in {into} with their name. Neither customer "
        "reads the other’s words."
    ).format(into=into.reference)


def _clock(case: Case, into: Case) -> str:
    if not (case.is_open and into.is_open):
        return ""
    dates = [date for date in (case.due_at, into.due_at) if date is not None]
    if not dates:
        return _("Neither has a promised date.")
    first: datetime = min(dates)
    if into.due_at == first:
        return _("{into} keeps its date, {date}: it is the earlier one.").format(
            into=into.reference, date=time_told(first)
        )
    return _("{into} is now due by {date}: what was promised first counts.").format(
        into=into.reference, date=time_told(first)
    )


def _others(case: Case) -> str:
    count = followers(case).count() + reporters(case).count()
    if not count:
        return ""
    return ngettext(
        "{n} other person who follows it comes along.",
        "{n} other people who follow it come along.",
        count,
    ).format(n=count)


def _surveys(case: Case) -> str:
    if case.customer_id is None:
        return ""
    return _("Its customer is asked once how it went, when the work is done.")


def _measured(case: Case) -> str:
    if not case.is_open:
        return ""
    return _(
        "In the measures it stays a request received; it counts neither as on time nor, unless "
        "its date has passed, as late."
    )


def _warning(case: Case, into: Case) -> str:
    if case.division_id != into.division_id:
        return _("The two are with different divisions: {one} and {other}.").format(
            one=case.division, other=into.division
        )
    if case.service_id != into.service_id:
        return _("The two are about different services. Is it the same problem?")
    return ""
