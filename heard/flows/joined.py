"""When cases are joined, split or handed outside: everybody who is owed a word gets it, once."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from heard.cases.models import Case, Message
from heard.cases.states import State
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.city import city
from heard.core.models import Event
from heard.flows.telling import case_of, public_url
from heard.joining.merging import pass_on, set_free
from heard.joining.models import Errand, Follower, Merge, Update
from heard.joining.parting import report_part
from heard.joining.reads import Listener, listeners, reporters
from heard.post.models import Dispatch
from heard.post.services import dispatch
from heard.voice.models import Invitation
from heard.voice.services import Subject, invite


def tell(event: Event, to: Listener, template: str, about: Case, **context: Any) -> None:
    """One letter to one person about one event. Of the case it says only what is public."""
    followed = to.follower is not None
    path = to.follower.path() if to.follower else ""
    own = to.reported or about
    with translation.override(to.language):
        link = public_url(path or own.tracking_path())
        full = {
            "case": own,
            "service": own.service,
            "contact": None,
            "about": about,
            "followed": followed,
            "link": link,
            "home": public_url("/"),
            **context,
        }
    dispatch(
        key=f"event-{event.pk}-{template}-{to.customer.pk}",
        template=template,
        to=to.customer,
        about=f"case:{own.pk}",
        language=to.language,
        context=full,
    )


# --- merges -------------------------------------------------------------------------------------


def tell_merged(event: Event) -> None:
    """Whoever reported the joined case hears that we work on it under another report."""
    merge = Merge.objects.select_related("into__service").get(pk=event.data["merge"])
    if merge.undone_at is None and merge.into.is_open:
        _tell_reporter(event, "joined_merged", until=merge.into.due_at)


def tell_undone(event: Event) -> None:
    """Whoever heard that reports were joined hears that theirs stands alone again."""
    merge = Merge.objects.get(pk=event.data["merge"])
    heard = Dispatch.objects.filter(template="joined_merged", about=f"case:{merge.case_id}")
    if event.data["is_open"] and heard.exists():
        _tell_reporter(event, "joined_undone", until=case_of(event).due_at)


def _tell_reporter(event: Event, template: str, **context: Any) -> None:
    case = case_of(event)
    if case.customer is not None:
        to = Listener(case.customer, case.language, reported=case)
        tell(event, to, template, case, **context)


def pass_words_on(event: Event) -> None:
    """What a joined case's customer writes is read where the work is."""
    case = case_of(event)
    if case.merged_into_id is None:
        return
    if event.about_kind == "message":
        message = Message.objects.get(pk=event.about_id)
    else:  # a correction or a wish to reopen: its words are the customer's latest
        message = case.messages.filter(direction="in").order_by("-at", "-id").first()  # type: ignore[assignment]
    if message is not None:
        pass_on(message, actor=SYSTEM)


# --- how it goes --------------------------------------------------------------------------------


def tell_listeners(event: Event) -> None:
    """Reporters and followers hear that the case is finished, or open again; each once."""
    case = case_of(event)
    if event.kind == "case.reopen_decided" and not event.data["reopened"]:
        return
    told_before = event.kind == "case.closed" and _was_resolved(case)
    for to in listeners(case):
        survey = _survey(case, to) if event.kind == "case.closed" else ""
        if survey or not told_before:
            what = event.kind.partition(".")[2]
            tell(event, to, "joined_progress", case, what=what, survey=survey)


def _was_resolved(case: Case) -> bool:
    last = case.state_changes.filter(new=State.CLOSED).order_by("-at", "-id").first()
    return last is not None and last.old == State.RESOLVED


def _survey(case: Case, to: Listener) -> str:
    """Where a reporter says how it went, if they were never asked; followers are not asked."""
    own = to.reported
    if own is None or Invitation.objects.filter(about=f"case:{own.pk}").exists():
        return ""
    division = case.division
    subject = Subject(
        about=f"case:{own.pk}",
        service=own.service.code,
        division=division.code,
        department=division.department.code,
        district=case.district.code if case.district else "",
        channel=own.channel,
        zone=case.zone,
        staff=case.assignee or case.contact,
    )
    row = invite(subject, customer=to.customer, language=to.language, actor=SYSTEM)
    if row is None:
        return ""
    with translation.override(to.language):
        return public_url(row.path())


def ask_the_nameless(event: Event) -> None:
    """Reporters without a name may say on their own page how it went."""
    case = case_of(event)
    for own in reporters(case).filter(customer=None):
        subject = Subject(
            about=f"case:{own.pk}", service=own.service.code, division=case.division.code,
            department=case.division.department.code, channel=own.channel, zone=case.zone,
        )  # fmt: skip
        invite(subject, customer=None, language=own.language, actor=SYSTEM)


def tell_update(event: Event) -> None:
    """What staff wrote for everybody; the case's own customer has it as a reply."""
    case = case_of(event)
    words = Update.objects.get(pk=event.about_id).words
    for to in listeners(case):
        tell(event, to, "joined_update", case, words=words)


def welcome_follower(event: Event) -> None:
    """Staff wrote them down: they are told. They came by themselves: they are asked to say yes."""
    row = Follower.objects.select_related("customer", "case__service").get(pk=event.about_id)
    if row.ended_at is None:
        template = "joined_following" if event.data["confirmed"] else "joined_confirm"
        tell(event, Listener(row.customer, row.language, follower=row), template, row.case)


def withdrawn(event: Event) -> None:
    """Its customer no longer needs it: other reports stand alone again, followers are told.

    One step, since whoever stands alone must not hear that nobody works on it any more.
    """
    case = case_of(event)
    set_free(case, actor=SYSTEM)
    tell_listeners(event)


# --- parts and outside handlers -----------------------------------------------------------------


def report_to_whole(event: Event) -> None:
    """A part ended: the whole knows; after the last one its named contact gets a mail."""
    part = case_of(event)
    if part.parent_id is None or (event.kind == "case.closed" and _was_resolved(part)):
        return
    if not report_part(part):
        return
    whole = Case.objects.select_related("contact", "assignee", "service").get(pk=part.parent_id)
    person = whole.contact or whole.assignee
    if person is not None and person.is_active:
        context: dict[str, Any] = {"case": whole, "service": whole.service, "person": person}
        context["link"] = public_url(whole.get_absolute_url())
        write_to(event, "joined_parts_done", person.email, person.language, whole, context)


def ask_handler(event: Event) -> None:
    """The outside handler gets the link to what we ask."""
    row = Errand.objects.select_related("case__service", "organisation", "staff").get(
        pk=event.about_id
    )
    if row.is_open:
        _write_to_handler(event, row, "joined_errand")


def tell_withdrawn(event: Event) -> None:
    """The outside handler hears that we no longer need it."""
    row = Errand.objects.select_related("case__service", "organisation").get(pk=event.about_id)
    _write_to_handler(event, row, "joined_errand_withdrawn")


def _write_to_handler(event: Event, row: Errand, template: str) -> None:
    own = row.organisation
    link = public_url(row.path())
    context = {"errand": row, "service": row.case.service, "link": link}
    write_to(event, template, own.email, own.language, row.case, context)


def write_to(
    event: Event, template: str, address: str, language: str, case: Case, context: dict[str, Any]
) -> None:
    """A plain mail to somebody who is no customer, once for this event."""
    with translation.override(language):
        written = render_to_string(f"post/{template}.txt", {"city": city(), **context}).strip()
    subject, _newline, text = written.partition("\n")
    now = clock.now()
    Dispatch.objects.get_or_create(
        key=f"event-{event.pk}-{template}",
        defaults={
            "address": address, "language": language, "template": template,
            "subject": subject.strip()[:200], "text": text.strip(), "about": f"case:{case.pk}",
            "due_at": now, "created_at": now,
        },
    )  # fmt: skip


PROGRESS = [tell_listeners]
FINISHED = [tell_listeners, report_to_whole]
CLOSED = [tell_listeners, ask_the_nameless, report_to_whole]
WITHDRAWN = [withdrawn]
WROTE = [pass_words_on]
WIRING = {
    "case.merged": [tell_merged],
    "case.merge_undone": [tell_undone],
    "case.customer_wrote": WROTE,
    "case.corrected": WROTE,
    "case.reopened": PROGRESS,
    "case.update_published": [tell_update],
    "case.followed": [welcome_follower],
    "errand.sent": [ask_handler],
    "errand.withdrawn": [tell_withdrawn],
}
