"""Asking somebody outside the city's staff to do something, through a link and no account."""

from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from heard.cases.models import Case, Channel, Message
from heard.cases.services import locked, needed, save, say
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.joining.models import Errand, Organisation
from heard.people.roles import require

LASTS = timedelta(days=30)
MOST_OPEN = 10  # errands of one case at a time
MOST_WRITTEN = 50  # answers to one errand
ANSWER_LIMIT = 4000  # characters of one answer


@write
def ask_outside(
    case: Case,
    organisation: Organisation,
    *,
    words: str,
    shows_words: bool = False,
    shows_customer: bool = False,
    actor: Actor,
    key: str | None = None,
) -> Errand:
    """Ask an organisation about a case. It sees the customer's words or name only where ticked."""
    if (earlier := about_of_earlier(Errand, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "ask outside")
    told = needed(words, _("Say what they should do."), field="words")
    case = locked(case)
    if not case.is_open or case.merged_into_id is not None:
        raise Refused(_("This case is finished. Reopen it before you ask somebody outside."))
    if not organisation.is_active:
        raise Refused(_("We no longer work with {name}.").format(name=organisation.name))
    open_ones = Errand.objects.filter(case=case, state__in=["sent", "accepted"])
    if open_ones.count() >= MOST_OPEN:
        raise Refused(_("This case is with {n} outside handlers already.").format(n=MOST_OPEN))
    now = clock.now()
    row = Errand.objects.create(
        case=case, organisation=organisation, words=told, shows_words=shows_words,
        shows_customer=shows_customer, staff_id=actor.id, made_at=now, expires_at=now + LASTS,
    )  # fmt: skip
    note = _("Asked {name} (outside handler): {words}").format(name=organisation, words=told[:2000])
    say(case, Message.Direction.NOTE, note, actor=actor, channel=Channel.STAFF)
    save(case)
    record("errand.sent", about=row, actor=actor, data={"case": case.pk}, key=key)
    return row


@write
def withdraw_errand(row: Errand, *, actor: Actor, key: str | None = None) -> Errand:
    """Take it back: the link opens nothing any more, and they are told."""
    require(actor, "ask outside")
    row = _fresh(row)
    if not row.is_open:
        return row
    row.state, row.unread_since = Errand.State.WITHDRAWN, None
    row.link_version += 1
    row.save()
    case = locked(row.case)
    note = _("Withdrew the request to {name}.").format(name=row.organisation)
    say(case, Message.Direction.NOTE, note, actor=actor, channel=Channel.STAFF)
    save(case)
    record("errand.withdrawn", about=row, actor=actor, data={"case": case.pk}, key=key)
    return row


@write
def send_again(row: Errand, *, actor: Actor, key: str | None = None) -> Errand:
    """A new link that lasts its full time; every older one stops working."""
    require(actor, "ask outside")
    row = _fresh(row)
    if row.state == Errand.State.WITHDRAWN or not row.case.is_open:
        raise Refused(_("This is finished. Ask them anew instead."))
    row.state = Errand.State.SENT if not row.is_open else row.state
    row.link_version += 1
    row.expires_at, row.unread_since = clock.now() + LASTS, None
    row.save()
    record("errand.sent", about=row, actor=actor, data={"case": row.case_id}, key=key)
    return row


@write
def have_read(row: Errand, *, actor: Actor) -> Errand:
    """Staff read the latest answer and decided what it means for the case."""
    require(actor, "work cases")
    row = _fresh(row)
    row.unread_since = None
    row.save(update_fields=["unread_since"])
    record("errand.read", about=row, actor=actor, data={"case": row.case_id})
    return row


@write
def answer_errand(row: Errand, step: str, *, words: str = "", key: str | None = None) -> Errand:
    """What the outside handler says through the link: accept, update, done or refused.

    It becomes a note in the conversation; nothing about the case itself changes by it.
    """
    if (earlier := about_of_earlier(Errand, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    row = _fresh(row)
    now = clock.now()
    if not row.is_open or now > row.expires_at:
        raise Refused(_("This request has ended. Please call us if something is still open."))
    told = _checked(row, step, words)
    if step in (Errand.State.ACCEPTED, Errand.State.DONE, Errand.State.REFUSED):
        row.state = Errand.State(step)
    row.last_words, row.last_at, row.unread_since = told, now, row.unread_since or now
    row.times_written += 1
    row.save()
    case = locked(row.case)
    actor = Actor("system", name=row.organisation.name)
    with translation.override(settings.LANGUAGE_CODE):  # staff read it, not they
        note = _note(row, step, told)
    say(case, Message.Direction.NOTE, note, actor=actor, channel=Channel.WEB)
    save(case)
    record("errand.answered", about=row, actor=actor, key=key, data={"case": case.pk, "step": step})
    return row


def _checked(row: Errand, step: str, words: str) -> str:
    if step not in {"accepted", "update", "done", "refused"}:
        raise Refused(_("Choose one of the answers."))
    if row.times_written >= MOST_WRITTEN:
        raise Refused(_("You have written many times here. Please call us instead."))
    if len(words) > ANSWER_LIMIT:
        raise Refused(
            _("Please keep it under {limit} characters.").format(limit=ANSWER_LIMIT), field="words"
        )
    if step == "accepted":
        return words.strip()
    missing = {
        "update": _("Write something first."),
        "done": _("Tell us in a few words what you did."),
        "refused": _("Tell us why, and whom we should ask instead."),
    }[step]
    return needed(words, missing, field="words")


def _note(row: Errand, step: str, words: str) -> str:
    said = {
        "accepted": _("{name} (outside handler) accepted the request. {words}"),
        "update": _("{name} (outside handler) wrote: {words}"),
        "done": _("{name} (outside handler) says it is done: {words}"),
        "refused": _("{name} (outside handler) says it is not theirs: {words}"),
    }[step]
    return said.format(name=row.organisation, words=words).strip()


def _fresh(row: Errand) -> Errand:
    return (
        Errand.objects.select_for_update(of=("self",))
        .select_related("case", "organisation")
        .get(pk=row.pk)
    )
