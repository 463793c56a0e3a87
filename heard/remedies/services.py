"""Giving a remedy within one's authority, asking for one above it, and setting the table."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from heard.cases import services as cases
from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import Actor
from heard.core.city import city_zone
from heard.core.errors import NotAllowed, Refused
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Role, Staff
from heard.people.roles import require
from heard.remedies import limits
from heard.remedies.models import Authority, Kind, Remedy, TableVersion, Wish
from heard.ui.telling import told

MOST_CENTS = 10_000_000  # a hundred thousand dollars: more is no remedy on the spot


class BeyondAuthority(Refused):
    """The remedy is above the person's authority; the message says what is left and who may."""


@write
def give_remedy(
    case: Case, kind: Kind, *, cents: int = 0, reason: str, actor: Actor, key: str | None = None
) -> Remedy:
    """Give a remedy on the spot, within the actor's authority.

    The case and the person are locked first, so that two given at once cannot exceed a limit.
    Raises ``BeyondAuthority`` with what is left and who may allow more.
    """
    if (earlier := about_of_earlier(Remedy, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    words = _checked(kind, cents, reason)
    case, person = cases.locked(case), _locked_person(actor)
    left = _left(kind, case, person)
    if left is None or not left.fits(cents):
        raise BeyondAuthority(_beyond(kind, cents, case, person, left), field="cents")
    return _given(case, kind, cents, words, actor=actor, giver=person, by=person, key=key)


@write
def ask_for_remedy(
    case: Case, kind: Kind, *, cents: int = 0, reason: str, actor: Actor, key: str | None = None
) -> Wish:
    """Ask a manager to allow a remedy that is above one's own authority."""
    if (earlier := about_of_earlier(Wish, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    words = _checked(kind, cents, reason)
    fresh = cases.locked(case)
    if Wish.objects.filter(case=fresh, kind=kind, decision="").exists():
        raise Refused(_("Somebody has asked for this already; it waits for an answer."))
    wish = Wish.objects.create(
        case=fresh, kind=kind, cents=cents, reason=words, asked_by_id=actor.id or 0,
        asked_at=clock.now(),
    )  # fmt: skip
    record("remedy.asked", about=wish, actor=actor, data={"case": fresh.pk}, key=key)
    return wish


@write
def decide_wish(
    wish: Wish, *, allow: bool, answer: str, actor: Actor, key: str | None = None
) -> Wish:
    """Allow or decline a colleague's wish. Allowed, the remedy is given by one's own authority."""
    if (earlier := about_of_earlier(Wish, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "allow remedies")
    fresh = (
        Wish.objects.select_for_update(of=("self",)).select_related("case", "kind").get(pk=wish.pk)
    )
    if fresh.decision:
        raise Refused(_("This wish has been answered already."))
    if fresh.asked_by_id == actor.id:
        raise NotAllowed(_("Somebody else has to answer your own wish."))
    if not allow:
        cases.needed(answer, _("Say why not; your colleague reads it."), field="answer")
    case, person = cases.locked(fresh.case), _locked_person(actor)
    fresh.decision = Wish.Decision.ALLOWED if allow else Wish.Decision.DECLINED
    fresh.answer = cases.full_text(answer, field="answer")
    fresh.decided_by, fresh.decided_at = person, clock.now()
    fresh.save()
    if allow:
        left = _left(fresh.kind, case, person)
        if left is None or not left.fits(fresh.cents):
            raise BeyondAuthority(_beyond(fresh.kind, fresh.cents, case, person, left))
        _given(
            case, fresh.kind, fresh.cents, fresh.reason, actor=actor, giver=fresh.asked_by,
            by=person, wish=fresh,
        )  # fmt: skip
    else:
        who = _("Not allowed: {kind}. {answer}")
        cases.note(case, who.format(kind=fresh.kind, answer=fresh.answer), actor=actor)
    record(
        "remedy.decided", about=fresh, actor=actor, key=key,
        data={"case": case.pk, "allowed": allow},
    )  # fmt: skip
    return fresh


def _given(
    case: Case,
    kind: Kind,
    cents: int,
    reason: str,
    *,
    actor: Actor,
    giver: Staff,
    by: Staff,
    wish: Wish | None = None,
    key: str | None = None,
) -> Remedy:
    version = TableVersion.objects.aggregate(last=Max("number"))["last"] or 0
    row = Remedy.objects.create(
        case=case, kind=kind, division_id=case.division_id, cents=cents, reason=reason,
        staff=giver, by_authority_of=by, wish=wish, table_version=version, given_at=clock.now(),
        given_on=_today(),
    )  # fmt: skip
    cases.note(case, _note(kind, cents, reason, giver, by), actor=actor)
    record(
        "remedy.given", about=row, actor=actor, key=key,
        data={"case": case.pk, "kind": kind.code, "cents": cents},
        changes={"kind": [None, kind.code], "cents": [None, cents]},
    )  # fmt: skip
    return row


def _note(kind: Kind, cents: int, reason: str, giver: Staff, by: Staff) -> str:
    what = f"{kind} ({told(cents, 'cents')})" if cents else str(kind)
    lines = [_("Remedy given: {what}.").format(what=what), reason]
    if giver.pk != by.pk:
        lines.append(
            _("Asked for by {giver}, allowed by {by}.").format(giver=giver.name, by=by.name)
        )
    return "\n".join(lines)


def _checked(kind: Kind, cents: int, reason: str) -> str:
    if not kind.is_active:
        raise Refused(_("This is not offered any more."), field="kind")
    if kind.has_amount and not 0 < cents <= MOST_CENTS:
        raise Refused(_("Say how much, in dollars and cents, as 20.00."), field="cents")
    if not kind.has_amount and cents:
        raise Refused(_("This has no amount. Leave it empty."), field="cents")
    return cases.needed(reason, _("Say why: the record keeps it."), field="reason")


def _locked_person(actor: Actor) -> Staff:
    if actor.kind != "staff" or actor.id is None:
        raise NotAllowed(_("Only staff give remedies."))
    return Staff.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.id)


def _today() -> date:
    return clock.now().astimezone(city_zone()).date()


def _left(kind: Kind, case: Case, person: Staff) -> limits.Left | None:
    """What is left of the person's authority; None where they have none."""
    authority = limits.authorities([person]).get((person.pk, kind.pk))
    if authority is None:
        return None
    in_case = limits.used_in_case(case).get(kind.pk, limits.Used())
    in_day = limits.used_in_day([person], _today()).get((person.pk, kind.pk), limits.Used())
    return limits.left_of(authority, in_case, in_day)


def _beyond(kind: Kind, cents: int, case: Case, person: Staff, left: limits.Left | None) -> str:
    authority = limits.authorities([person]).get((person.pk, kind.pk))
    if authority is None or left is None:
        first = _("Your role may not do this on its own.")
    else:
        first = _("This is above what you may do on the spot ({limits}): {left}.").format(
            limits=limits.limits_told(authority), left=limits.left_told(left)
        )
    others = limits.who_may(kind, cents, case, _today(), but=person)[:3]
    if not others:
        return f"{first} {_('Nobody may allow this today; an administrator sets the table.')}"
    names = ", ".join(other.name for other in others)
    return f"{first} {_('These may allow it: {names}.').format(names=names)}"


# --- the table ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the authority table, as an administrator writes it."""

    kind: Kind
    role: str = ""
    staff: Staff | None = None
    case_cents: int | None = None
    case_times: int | None = None
    day_cents: int | None = None
    day_times: int | None = None


@write
def set_line(line: Line, *, actor: Actor, reason: str = "", key: str | None = None) -> TableVersion:
    """Add or change what a role or a person may do. The table gets a new version."""
    if (earlier := about_of_earlier(TableVersion, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "administer")
    _check_line(line)
    limits_: dict[str, Any] = {
        n: getattr(line, n) for n in ("case_cents", "case_times", "day_cents", "day_times")
    }
    Authority.objects.update_or_create(
        kind=line.kind, role=line.role, staff=line.staff, defaults=limits_
    )
    return _new_version(actor, reason, key)


@write
def drop_line(authority: Authority, *, actor: Actor, reason: str = "") -> TableVersion:
    """Take an authority away."""
    require(actor, "administer")
    Authority.objects.filter(pk=authority.pk).delete()
    return _new_version(actor, reason, None)


@write
def save_kind(kind: Kind, *, actor: Actor, key: str | None = None) -> Kind:
    """Add or change a kind of remedy, from an unsaved or altered row."""
    if (earlier := about_of_earlier(Kind, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "administer")
    if not (kind.name.get("en") or "").strip():
        raise Refused(_("Give it a name in English at least."), field="name")
    if Kind.objects.filter(code=kind.code).exclude(pk=kind.pk).exists():
        raise Refused(_("There is one with this code already."), field="code")
    old = Kind.objects.filter(pk=kind.pk).first()
    before: dict[str, Any] = {}
    if old is not None:
        before = {"name": old.name, "has_amount": old.has_amount, "is_active": old.is_active}
    kind.save()
    after = {"name": kind.name, "has_amount": kind.has_amount, "is_active": kind.is_active}
    changes = {name: [before.get(name), value] for name, value in after.items()}
    record("remedy.kind_saved", about=kind, actor=actor, changes=changes, key=key)
    return kind


def _check_line(line: Line) -> None:
    if bool(line.role) == (line.staff is not None):
        raise Refused(_("Choose a role or a person, one of the two."), field="role")
    if line.role and line.role not in Role.values:
        raise Refused(_("Choose a role."), field="role")
    if line.kind.has_amount and line.case_cents is None:
        raise Refused(_("Say the most per case; it is worth money."), field="case_cents")
    for name in ("case_cents", "day_cents"):
        value = getattr(line, name)
        if value is not None and not line.kind.has_amount:
            raise Refused(_("This kind has no amount; limit the times instead."), field=name)
        if value is not None and not 0 <= value <= MOST_CENTS:
            raise Refused(_("Say an amount up to {most}.").format(
                most=told(MOST_CENTS, "cents")), field=name)  # fmt: skip


def _new_version(actor: Actor, reason: str, key: str | None) -> TableVersion:
    last = TableVersion.objects.select_for_update().order_by("-number").first()
    rows = [
        {
            "kind": row.kind.code, "role": row.role, "staff": row.staff_id,
            "name": row.staff.name if row.staff else "", "case_cents": row.case_cents,
            "case_times": row.case_times, "day_cents": row.day_cents, "day_times": row.day_times,
        }
        for row in Authority.objects.select_related("kind", "staff")
    ]  # fmt: skip
    version = TableVersion.objects.create(
        number=(last.number if last else 0) + 1, rows=rows, made_at=clock.now(),
        made_by_id=actor.id if actor.kind == "staff" else None, reason=reason[:200],
    )  # fmt: skip
    changes = {"rows": [last.rows if last else [], rows]}
    record("authority.changed", about=version, actor=actor, changes=changes, key=key)
    return version
