"""Parts: work of other divisions for one customer, who keeps one page and one named contact."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.cases.models import Case, Channel, Message, StateChange
from heard.cases.services import locked, needed, save, say
from heard.cases.states import OPEN, State
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.joining.models import Part
from heard.people.models import Division
from heard.people.roles import require

MOST_PARTS = 20


@write
def split(
    case: Case,
    division: Division,
    *,
    words: str,
    due_at: datetime | None = None,
    actor: Actor,
    key: str | None = None,
) -> Case:
    """Give a part of a case to a division, as a case of its own without a customer.

    Due with the whole unless another time is given. The named contact stays who it was.
    """
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "join cases")
    told = needed(words, _("Say what this division should do."), field="words")
    whole = locked(case)
    _may_be_split(whole, due_at)
    now = clock.now()
    part = Case.objects.create(
        parent=whole, service=whole.service, division=division, district=whole.district,
        language=whole.language, channel=Channel.STAFF, words=told, place=whole.place,
        lat=whole.lat, lon=whole.lon, zone=whole.zone, received_at=now, changed_at=now,
        contact_id=whole.contact_id or actor.id, due_at=due_at or whole.due_at,
    )  # fmt: skip
    StateChange.objects.create(
        case=part, new=State.RECEIVED, by=actor.kind, staff_id=actor.id, at=now
    )
    Part.objects.create(case=part)
    whole.contact_id = whole.contact_id or actor.id
    note = _("Part {reference} for {division}: {words}").format(
        reference=part.reference, division=division, words=told[:2000]
    )
    say(whole, Message.Direction.NOTE, note, actor=actor, channel=Channel.STAFF)
    save(whole)
    record("case.split", about=part, actor=actor, data={"parent": whole.pk}, key=key)
    return part


def _may_be_split(whole: Case, due_at: datetime | None) -> None:
    if not whole.is_open:
        raise Refused(_("This case is finished. Reopen it before you split it."))
    if whole.parent_id is not None:
        raise Refused(_("This is a part already. Split the whole case it belongs to."))
    if Case.objects.filter(parent=whole).count() >= MOST_PARTS:
        raise Refused(_("A case has at most {n} parts.").format(n=MOST_PARTS))
    if due_at is not None and due_at <= clock.now():
        raise Refused(_("That time has passed. Give a later one."), field="due")


def check_parts(case: Case) -> None:
    """Raise ``Refused`` where a whole would be finished over the heads of its open parts."""
    waited_for = Part.objects.filter(
        case__parent=case, case__state__in=OPEN, alone_since=None
    ).values_list("case__reference", flat=True)
    names = sorted(waited_for)
    if names:
        raise Refused(
            ngettext(
                "A part of this case is still open ({names}). Finish it first, or choose "
                "“Finish without them” under Parts.",
                "Parts of this case are still open ({names}). Finish them first, or choose "
                "“Finish without them” under Parts.",
                len(names),
            ).format(names=", ".join(names))
        )


@write
def let_parts_go_on(case: Case, *, actor: Actor, key: str | None = None) -> int:
    """The whole may finish without its open parts; they go on. Returns how many there are."""
    require(actor, "work cases")
    whole = locked(case)
    found = Part.objects.filter(case__parent=whole, case__state__in=OPEN, alone_since=None)
    count = found.update(alone_since=clock.now())
    if count:
        words = ngettext(
            "This case may finish without its {n} open part.",
            "This case may finish without its {n} open parts.",
            count,
        ).format(n=count)
        say(whole, Message.Direction.NOTE, words, actor=actor, channel=Channel.STAFF)
        save(whole)
        record("case.parts_let_go", about=whole, actor=actor, key=key)
    return count


@write
def report_part(part: Case, *, actor: Actor = SYSTEM) -> bool:
    """Note in the whole that a part ended, and say whether it was the last open one."""
    assert part.parent is not None
    whole = locked(part.parent)
    left = Case.objects.filter(parent=whole, state__in=OPEN).count()
    words = _("Part {reference} ({division}) is {state}: {words}").format(
        reference=part.reference,
        division=part.division,
        state=part.get_state_display(),
        words=part.outcome_words or part.get_outcome_display(),
    )
    if not left:
        words = f"{words}\n{_('All parts are finished now.')}"
    say(whole, Message.Direction.NOTE, words, actor=actor, channel=Channel.STAFF)
    save(whole)
    return not left
