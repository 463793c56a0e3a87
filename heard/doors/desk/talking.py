"""What the page shows while somebody talks: is it known, have we an answer, did they ask before?"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from heard.answers.reads import Found, find
from heard.cases.models import Case
from heard.contacts.duplicates import Likely, likely_same
from heard.contacts.models import Reason
from heard.contacts.reads import same_matter
from heard.contacts.services import Entry, record_contact
from heard.core.text import clean
from heard.core.writes import write
from heard.doors.desk.intake import IntakeForm
from heard.joining.following import follow
from heard.people.models import Customer

ANSWERS = 3
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said so far and what it brings to mind. Panels of the place ``intake`` get this.

    ``cases`` are those that may be about the same problem, the likeliest first.
    """

    words: str = ""
    place: str = ""
    customer: Customer | None = None
    theirs: list[Case] = field(default_factory=list)
    likely: list[Likely] = field(default_factory=list)
    answers: list[Found] = field(default_factory=list)

    @property
    def cases(self) -> list[Case]:
        """The likely duplicates."""
        return [one.case for one in self.likely]


def heard_so_far(form: IntakeForm) -> Heard:
    """Look for all that may help, by what the form holds now."""
    words = clean(str(form["words"].value() or ""), limit=LONGEST)
    place = clean(str(form["place"].value() or ""), limit=300)
    if not words and not place:
        return Heard(customer=form.known)
    services = [form.chosen] if form.chosen else []
    services += [s for s in form.suggested if s not in services]
    theirs = same_matter(form.known, [s.pk for s in services])
    known = {case.pk for case in theirs}
    likely = likely_same(services, words=words, place=place)
    found = find(words, get_language() or "en", form.chosen, ANSWERS, for_staff=True)
    return Heard(
        words=words,
        place=place,
        customer=form.known,
        theirs=theirs,
        likely=[one for one in likely if one.case.pk not in known],
        answers=found if words else [],
    )


def entry_of(form: IntakeForm, **more: Any) -> Entry:
    """A contact with what the form holds."""
    given = form.cleaned_data
    known: dict[str, Any] = {
        "channel": given["channel"],
        "reason": Reason.REQUEST,
        "words": clean(given["words"], limit=LONGEST),
        "language": given["language"],
        "avoidable": given.get("avoidable", ""),
        "service": form.chosen,
    }
    return Entry(**(known | more))


@write
def follow_instead(form: IntakeForm, case: Case) -> None:
    """They want to hear how a known problem goes: no new case, but the contact is kept.

    May raise ``Refused``: a follower needs an email or a phone number.
    """
    actor, given = form.viewer.as_actor(), form.cleaned_data
    person = form.known
    follow(
        case,
        actor=actor,
        email=person.email if person else given["email"],
        phone=person.phone if person else given["phone"],
        name=person.name if person else given["name"],
        language=given["language"],
    )
    entry = entry_of(form, case=case, service=case.service, customer=form.whoever(), settled=True)
    record_contact(entry, actor=actor, key=form.once(f"follow:{case.pk}"))


@write
def answered_at_once(form: IntakeForm, answer: Any) -> None:
    """An answer we had was all they needed: no case, and the contact is settled."""
    entry = entry_of(
        form, reason=Reason.QUESTION, answer=answer, customer=form.whoever(), settled=True
    )
    record_contact(entry, actor=form.viewer.as_actor(), key=form.once(f"answer:{answer.pk}"))
