"""Doing one thing with many cases: each by its own audited verb, refused ones with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.answers.replies import fill
from heard.cases import closing, services
from heard.cases.models import Case
from heard.cases.states import State, may_change
from heard.core import clock
from heard.core.actors import Actor
from heard.core.city import city
from heard.core.errors import Refused
from heard.core.writes import record, write
from heard.doors.desk.models import BulkItem, BulkRun
from heard.doors.desk.story import state_words
from heard.people.models import Division, Staff
from heard.people.roles import Ability, require

LIMIT = 500  # cases of one run
AT_ONCE = 25  # done while the person waits; more are done by the worker
CHUNK = 50  # cases of one step of the worker

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bulk:
    """An action on many cases: who may, when it is refused, the verb, and its inverse if any."""

    name: str
    title: str | Promise
    icon: str
    ability: Ability
    refused: Callable[[Case, Given], str]
    told: Callable[[Case, Given], str]
    do: Callable[[Case, Given, Actor, str], object]
    before: Callable[[Case], Given] = lambda case: {}
    undo: Callable[[Case, Given, Actor, str], object] | None = None


def person_of(given: Given) -> Staff | None:
    """The colleague that was chosen; None for nobody."""
    return Staff.objects.filter(pk=given["to"]).first() if given.get("to") else None


def _assign_refused(case: Case, given: Given) -> str:
    if not case.is_open:
        return _("It is finished: {state}.").format(state=state_words(case.state))
    return _("They have it already.") if case.assignee_id == given.get("to") else ""


def _assign_told(case: Case, given: Given) -> str:
    old = case.assignee.name if case.assignee else _("nobody yet")
    return f"{old} → {given['to_name']}"


def _assign(case: Case, given: Given, actor: Actor, key: str) -> object:
    return services.assign(case, person_of(given), actor=actor, key=key)


def _assign_back(case: Case, before: Given, actor: Actor, key: str) -> object:
    return services.assign(case, person_of({"to": before["assignee"]}), actor=actor, key=key)


def _hands(case: Case) -> Given:
    return {"assignee": case.assignee_id, "division": case.division_id}


def _move_refused(case: Case, given: Given) -> str:
    if not case.is_open:
        return _("It is finished: {state}.").format(state=state_words(case.state))
    return _("It is there already.") if case.division_id == given["division"] else ""


def _move_told(case: Case, given: Given) -> str:
    return f"{case.division} → {given['division_name']}"


def _move(case: Case, given: Given, actor: Actor, key: str) -> object:
    division = Division.objects.get(pk=given["division"])
    return services.move(case, division, reason=given["words"], actor=actor, key=key)


def _move_back(case: Case, before: Given, actor: Actor, key: str) -> object:
    division = Division.objects.get(pk=before["division"])
    reason = _("Moved by mistake, and back again.")
    services.move(case, division, reason=reason, actor=actor, key=key)
    person = person_of({"to": before["assignee"]})
    if person is not None and person.is_active:
        services.assign(case, person, actor=actor, key=f"{key}:who")
    return case


def _never(case: Case, given: Given) -> str:
    return ""


def _words_told(case: Case, given: Given) -> str:
    return written(case, given)


def _note(case: Case, given: Given, actor: Actor, key: str) -> object:
    return services.note(case, given["words"], actor=actor, key=key)


def _note_told(case: Case, given: Given) -> str:
    return str(given["words"])


def _reply_refused(case: Case, given: Given) -> str:
    if case.customer is None:
        return _("Nobody to write to: it is anonymous.")
    return ""


def _reply(case: Case, given: Given, actor: Actor, key: str) -> object:
    return services.reply(case, written(case, given), actor=actor, key=key)


def written(case: Case, given: Given) -> str:
    """The words for one case, with ``{name}`` and its like filled in."""
    with translation.override(case.language):
        return fill(given["words"], variables_of(case, given.get("staff", ""))).text


def variables_of(case: Case, staff: str) -> dict[str, str]:
    """What a reply can name of a case, in the language of the moment."""
    return {
        "name": case.customer.name if case.customer else "",
        "reference": case.reference,
        "service": str(case.service),
        "place": case.place,
        "division": str(case.division),
        "staff": staff,
        "city": city().name,
        "phone": city().phone,
    }


def _finish_refused(case: Case, given: Given) -> str:
    state = State.RESOLVED if given["how"] == "resolve" else State.CLOSED
    if may_change(case.state, state, "staff"):
        return ""
    return _("It is {state} already.").format(state=state_words(case.state))


def _finish(case: Case, given: Given, actor: Actor, key: str) -> object:
    verb = closing.resolve if given["how"] == "resolve" else closing.close
    return verb(case, outcome=given["outcome"], words=written(case, given), actor=actor, key=key)


def _reopen(case: Case, before: Given, actor: Actor, key: str) -> object:
    reason = _("We closed it by mistake. We are still at work.")
    return closing.reopen(case, reason=reason, actor=actor, key=key)


ACTIONS: dict[str, Bulk] = {
    bulk.name: bulk
    for bulk in (
        Bulk(
            "assign", gettext_lazy("Give to a colleague"), "people", "assign cases",
            _assign_refused, _assign_told, _assign, _hands, _assign_back,
        ),
        Bulk(
            "move", gettext_lazy("Move to another division"), "arrow_forward", "move cases",
            _move_refused, _move_told, _move, _hands, _move_back,
        ),
        Bulk(
            "note", gettext_lazy("Write a note for staff"), "lock", "work cases",
            _never, _note_told, _note,
        ),
        Bulk(
            "reply", gettext_lazy("Reply to the customers"), "mail", "work cases",
            _reply_refused, _words_told, _reply,
        ),
        Bulk(
            "finish", gettext_lazy("Finish"), "check_circle", "work cases",
            _finish_refused, _words_told, _finish, undo=_reopen,
        ),
    )
}  # fmt: skip


# --- a run ---------------------------------------------------------------------------------------


@write
def begin(by: Staff, *, action: str, given: Given, seen: dict[int, int], key: str) -> BulkRun:
    """Keep what is asked for, and hand it to the worker where it is much.

    ``seen`` maps cases to their versions in the preview: what changed since is refused.
    """
    if (earlier := BulkRun.objects.filter(key=key).first()) is not None:
        return earlier
    bulk = ACTIONS[action]
    require(by.as_actor(), bulk.ability)
    if not seen:
        raise Refused(_("Choose some cases first."))
    if len(seen) > LIMIT:
        raise Refused(_("At most {n} cases at once. Narrow the list down.").format(n=LIMIT))
    run = BulkRun.objects.create(by=by, action=action, given=given, key=key, created_at=clock.now())
    BulkItem.objects.bulk_create(
        BulkItem(run=run, case_id=pk, seen_version=version) for pk, version in seen.items()
    )
    record("bulk.begun", about=run, actor=by.as_actor(), data={"action": action, "n": len(seen)})
    _hand_out(run, BulkItem.State.WAITING)
    return run


@write
def begin_undo(run: BulkRun, *, actor: Staff) -> BulkRun:
    """Take back what can be taken back. Only who did it may, once."""
    fresh = BulkRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if fresh.by_id != actor.pk:
        raise Refused(_("Only who did it can undo it."))
    if fresh.state != BulkRun.State.DONE or ACTIONS[fresh.action].undo is None:
        raise Refused(_("This can no longer be undone."))
    fresh.state = BulkRun.State.UNDOING
    fresh.save(update_fields=["state"])
    record("bulk.undone", about=fresh, actor=actor.as_actor())
    _hand_out(fresh, BulkItem.State.DONE)
    return fresh


def _hand_out(run: BulkRun, state: str) -> None:
    """Many cases go to the worker, some at a time; few are done while the person waits."""
    items = list(run.items.filter(state=state).values_list("pk", flat=True))
    if len(items) <= AT_ONCE:
        return
    for start in range(0, len(items), CHUNK):
        record(
            "bulk.chunk", about=run, actor=run.by.as_actor(),
            data={"items": items[start : start + CHUNK]},
        )  # fmt: skip


def work_off(run: BulkRun, items: list[int] | None = None) -> None:
    """Do (or undo) the given cases, or all that are left. Each is a transaction of its own."""
    undoing = run.state in (BulkRun.State.UNDOING, BulkRun.State.UNDONE)
    todo = run.items.filter(state="done" if undoing else "waiting")
    todo = todo if items is None else todo.filter(pk__in=items)
    with translation.override(run.by.language):
        for pk in list(todo.values_list("pk", flat=True)):
            (_undo_one if undoing else _do_one)(run, pk)
    _settle(run)


@transaction.atomic
def _do_one(run: BulkRun, pk: int) -> None:
    item = BulkItem.objects.select_for_update(of=("self",)).get(pk=pk)
    if item.state != BulkItem.State.WAITING:
        return
    bulk, case = ACTIONS[run.action], _fresh(item.case_id)
    item.before = bulk.before(case)
    reason = bulk.refused(case, run.given)
    if case.version != item.seen_version:
        reason = _("Somebody changed it since you looked.")
    if not reason:
        reason = _tried(lambda: bulk.do(case, run.given, run.by.as_actor(), _key(run, case)))
    item.state = BulkItem.State.REFUSED if reason else BulkItem.State.DONE
    item.reason, item.version = reason[:300], Case.objects.only("version").get(pk=case.pk).version
    item.save()


@transaction.atomic
def _undo_one(run: BulkRun, pk: int) -> None:
    item = BulkItem.objects.select_for_update(of=("self",)).get(pk=pk)
    undo = ACTIONS[run.action].undo
    if item.state != BulkItem.State.DONE or undo is None:
        return
    case = _fresh(item.case_id)
    if case.version != item.version:
        reason = _("Somebody worked on it since.")
    else:
        actor, key = run.by.as_actor(), f"{_key(run, case)}:undo"
        reason = _tried(lambda: undo(case, item.before, actor, key))
    item.state = BulkItem.State.KEPT if reason else BulkItem.State.UNDONE
    item.reason = reason[:300]
    item.save()


def _tried(verb: Callable[[], object]) -> str:
    """Why it was refused; nothing where it was done."""
    try:
        with transaction.atomic():
            verb()
    except Refused as error:
        return str(error)
    return ""


def _key(run: BulkRun, case: Case) -> str:
    return f"bulk:{run.pk}:{case.pk}"


def _fresh(pk: int) -> Case:
    return Case.objects.select_related("service", "division", "customer", "assignee").get(pk=pk)


@transaction.atomic
def _settle(run: BulkRun) -> None:
    """Say that it is over, once nothing is left."""
    fresh = BulkRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    now = clock.now()
    if fresh.state == BulkRun.State.RUNNING and not fresh.items.filter(state="waiting").exists():
        fresh.state, fresh.finished_at = BulkRun.State.DONE, now
        fresh.save(update_fields=["state", "finished_at"])
    elif fresh.state == BulkRun.State.UNDOING and not fresh.items.filter(state="done").exists():
        fresh.state, fresh.undone_at = BulkRun.State.UNDONE, now
        fresh.save(update_fields=["state", "undone_at"])
