"""What happened in a case: all kinds of entries, its audit and its neighbours, in one query."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from heard.cases.models import Case, Message, ReopenRequest, StateChange, Understanding
from heard.cases.reads import OTHER_CASES
from heard.catalogue.models import Service
from heard.core.gather import Found, Part, gather, moment_of
from heard.core.models import AuditRow
from heard.people.models import Staff

AUDITED = 100
AUDITED_THINGS = 200  # the latest messages and so on whose audit is told with the case's own


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in a case, each kind oldest first, the latest ``limit`` of each."""

    messages: list[Message]
    state_changes: list[StateChange]
    understandings: list[Understanding]
    reopen_requests: list[ReopenRequest]
    handings: list[AuditRow]
    is_cut: bool


def story_of(case: Case, *, limit: int) -> Story:
    """The conversation and the changes of a case. One query."""
    return story_from(case, gather(story_parts(case, limit=limit)), limit=limit)


def story_parts(case: Case, *, limit: int) -> dict[str, Part]:
    """What to read for a story, to be gathered with whatever else a page needs."""
    handings = AuditRow.objects.filter(
        about_kind="case", about_id=case.pk, verb__in=["case.assigned", "case.moved"]
    )
    staff = ("staff_id", "staff__name")
    kinds: dict[str, tuple[QuerySet[Any], tuple[str, ...]]] = {
        "messages": (case.messages.all(), ("direction", "channel", "words", *staff)),
        "state_changes": (case.state_changes.all(), ("new", "by", "reason", *staff)),
        "understandings": (
            case.understandings.all(), ("words", "answer", "correction", *staff, "answered_at")
        ),
        "reopen_requests": (
            case.reopen_requests.all(),
            ("reason", "decision", "answer", "decided_at", "decided_by_id", "decided_by__name"),
        ),
        "handings": (handings, ("verb", "actor_name", "actor_id", "changes")),
    }  # fmt: skip
    return {
        name: Part(rows.order_by("-at", "-id"), "at", texts, limit + 1)
        for name, (rows, texts) in kinds.items()
    }


def story_from(case: Case, found: Mapping[str, list[Found]], *, limit: int) -> Story:
    """The story out of what was gathered."""
    makers = {
        "messages": _message, "state_changes": _state_change, "understandings": _understanding,
        "reopen_requests": _reopen_request, "handings": _handing,
    }  # fmt: skip
    kinds: dict[str, Any] = {
        name: [make(row, case) for row in found[name][limit - 1 :: -1]]
        for name, make in makers.items()
    }
    return Story(**kinds, is_cut=any(len(found[name]) > limit for name in makers))


def _staff(pk: str | None, name: str | None) -> Staff | None:
    return Staff(pk=int(pk), name=name or "") if pk else None


def _message(row: Found, case: Case) -> Message:
    direction, channel, words, staff, name, _rest = row.texts
    return Message(
        pk=row.pk, case=case, at=row.at, direction=direction, channel=channel, words=words,
        staff=_staff(staff, name),
    )  # fmt: skip


def _state_change(row: Found, case: Case) -> StateChange:
    new, by, reason, staff, name, _rest = row.texts
    return StateChange(
        pk=row.pk, case=case, at=row.at, new=new, by=by, reason=reason, staff=_staff(staff, name)
    )


def _understanding(row: Found, case: Case) -> Understanding:
    words, answer, correction, staff, name, answered = row.texts
    return Understanding(
        pk=row.pk, case=case, at=row.at, words=words, answer=answer, correction=correction,
        staff=_staff(staff, name), answered_at=moment_of(answered),
    )  # fmt: skip


def _reopen_request(row: Found, case: Case) -> ReopenRequest:
    reason, decision, answer, decided, staff, name = row.texts
    return ReopenRequest(
        pk=row.pk, case=case, at=row.at, reason=reason, decision=decision, answer=answer,
        decided_at=moment_of(decided), decided_by=_staff(staff, name),
    )  # fmt: skip


def _handing(row: Found, case: Case) -> AuditRow:
    verb, actor, actor_id, changes, *_rest = row.texts
    return AuditRow(
        pk=row.pk, at=row.at, verb=verb, actor_name=actor,
        actor_id=int(actor_id) if actor_id else None, changes=json.loads(changes or "{}"),
        about_kind="case", about_id=case.pk,
    )  # fmt: skip


# --- beside the story -----------------------------------------------------------------------------


def audit_parts(case: Case) -> dict[str, Part]:
    """Who did what to a case and to what belongs to it. Each kind is read by its own index."""
    things: dict[str, Any] = {
        "case": [case.pk],
        "message": case.messages,
        "understanding": case.understandings,
        "reopenrequest": case.reopen_requests,
    }
    parts = {}
    for kind, rows in things.items():
        about = rows if isinstance(rows, list) else _latest(rows)
        found = AuditRow.objects.filter(about_kind=kind, about_id__in=about).order_by("-id")
        texts = ("actor_name", "actor_kind", "actor_role", "verb", "changes", "event_id")
        parts[f"audit {kind}"] = Part(found, "at", texts, AUDITED)
    return parts


def _latest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-id").values("pk")[:AUDITED_THINGS]


def audit_from(found: Mapping[str, list[Found]]) -> list[AuditRow]:
    """The audit trail out of what was gathered, latest first."""
    rows = [row for name, part in found.items() if name.startswith("audit ") for row in part]
    rows.sort(key=lambda row: -row.pk)
    return [_audit_row(row) for row in rows[:AUDITED]]


def _audit_row(row: Found) -> AuditRow:
    name, kind, role, verb, changes, event = row.texts
    return AuditRow(
        pk=row.pk, at=row.at, actor_name=name, actor_kind=kind, actor_role=role, verb=verb,
        changes=json.loads(changes or "{}"), event_id=int(event) if event else None,
    )  # fmt: skip


def others_part(case: Case) -> Part:
    """The latest other cases of the same customer."""
    theirs = Case.objects.none()
    if case.customer_id is not None:
        theirs = Case.objects.filter(customer_id=case.customer_id).exclude(pk=case.pk)
    texts = ("reference", "service__name", "state", "service__code")
    return Part(theirs.order_by("-received_at", "-id"), "received_at", texts, OTHER_CASES + 1)


def others_from(found: list[Found]) -> tuple[list[Case], bool]:
    """Those cases, and whether there are still more."""
    cases = []
    for row in found[:OTHER_CASES]:
        reference, name, state, code = row.texts[:4]
        service = Service(code=code, name=json.loads(name or "{}"))
        cases.append(
            Case(pk=row.pk, reference=reference, state=state, service=service, received_at=row.at)
        )
    return cases, len(found) > OTHER_CASES
