"""Cases and their conversation."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Header, Query, Router

from heard.cases.models import Case, Message
from heard.cases.states import State
from heard.core.errors import Refused
from heard.core.references import clean_reference
from heard.doors.api import working
from heard.doors.api.cursors import Order, page
from heard.doors.api.guard import Key, key_of
from heard.doors.api.shapes import (
    CaseIn,
    CaseOut,
    CasePage,
    MessageIn,
    MessageOut,
    MessagePage,
    StateIn,
)
from heard.doors.api.telling import case_told, message_told
from heard.keys.models import ApiKey, Scope
from heard.keys.repeats import digest, once

router = Router(tags=["cases"])
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str, Query(max_length=100)]
Name = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[!-~]+$",
        description="Names the request: sent again with the same name, it is done once.",
    ),
]  # fmt: skip
ORDERS = {
    "received": Order("received", "received_at", newest_first=True),
    "changed": Order("changed", "changed_at", newest_first=False),
}
TALK = Order("said", "at", newest_first=False)


def _of(key: ApiKey) -> QuerySet[Case]:
    """The cases a key may see, with all that is told of them."""
    found = Case.objects.select_related(
        "service", "division", "district", "assignee", "contact", "merged_into", "customer"
    )
    return found if key.division_id is None else found.filter(division=key.division_id)


def _one(key: ApiKey, reference: str) -> Case:
    found = _of(key).filter(reference=clean_reference(reference[:60])[:20]).first()
    if found is None:
        raise Http404("There is no such case, or it is not this key's to see.")
    return found


def _again(key: ApiKey, reference: str) -> dict[str, Any]:
    return case_told(_one(key, reference), key)


def _once(
    request: HttpRequest, name: str | None, act: Callable[[], tuple[int, Any]]
) -> HttpResponse:
    content = digest(request.method or "", request.path, request.body)
    done = once(key_of(request), name, content, act)
    text = json.dumps(done.body, ensure_ascii=False)
    response = HttpResponse(text, status=done.status, content_type="application/json")
    if done.again:
        response["Idempotency-Replayed"] = "true"
    return response


@router.get("/cases", response=CasePage, auth=Key(Scope.READ_CASES), summary="Cases")
def list_cases(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    order: Literal["received", "changed"] = "received",
    state: State | None = None,
    service: Annotated[str | None, Query(max_length=200)] = None,
    division: Annotated[str | None, Query(max_length=120)] = None,
    changed_after: datetime | None = None,
) -> dict[str, Any]:
    """The newest first; with order=changed the longest unchanged first, to follow along."""
    key = key_of(request)
    found = _of(key)
    if state is not None:
        found = found.filter(state=state.value)
    if service is not None:
        found = found.filter(service__code=service.replace("\x00", ""))
    if division is not None:
        found = found.filter(division__code=division.replace("\x00", ""))
    if changed_after is not None:
        found = found.filter(changed_at__gt=_aware(changed_after))
    rows, more = page(found, ORDERS[order], cursor, limit)
    return {"items": [case_told(case, key) for case in rows], "next": more}


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise Refused("Give a moment with a time zone, like 2026-01-31T09:00:00Z.",
                      field="changed_after")  # fmt: skip
    return moment


@router.post(
    "/cases", response={201: CaseOut}, auth=Key(Scope.CREATE_CASES), summary="Create a case"
)
def create_case(request: HttpRequest, given: CaseIn, name: Name = None) -> HttpResponse:
    """The same as a resident's report: routed, promised, confirmed to the customer."""
    key = key_of(request)

    def act() -> tuple[int, Any]:
        case = working.create(given, key=key)
        return 201, case_told(Case.objects.get(pk=case.pk), key)

    return _once(request, name, act)


@router.get(
    "/cases/{reference}", response=CaseOut, auth=Key(Scope.READ_CASES), url_name="case",
    summary="One case",
)  # fmt: skip
def one_case(request: HttpRequest, reference: str) -> dict[str, Any]:
    """One case by its reference."""
    return _again(key_of(request), reference)


@router.get(
    "/cases/{reference}/messages", response=MessagePage, auth=Key(Scope.READ_CASES),
    summary="What was said in a case",
)  # fmt: skip
def list_messages(
    request: HttpRequest, reference: str, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """The oldest first, notes among staff included."""
    case = _one(key_of(request), reference)
    found = Message.objects.filter(case=case).select_related("staff")
    rows, more = page(found, TALK, cursor, limit)
    return {"items": [message_told(row) for row in rows], "next": more}


@router.post(
    "/cases/{reference}/messages", response={201: MessageOut}, auth=Key(Scope.WORK_CASES),
    summary="Write in a case",
)  # fmt: skip
def add_message(
    request: HttpRequest, reference: str, given: MessageIn, name: Name = None
) -> HttpResponse:
    """To the customer, among staff, or what the customer said elsewhere."""
    key = key_of(request)

    def act() -> tuple[int, Any]:
        row = working.write_in(_one(key, reference), given, key=key)
        return 201, message_told(Message.objects.select_related("staff").get(pk=row.pk))

    return _once(request, name, act)


@router.post(
    "/cases/{reference}/state", response=CaseOut, auth=Key(Scope.WORK_CASES),
    summary="Change the state of a case",
)  # fmt: skip
def change_state(
    request: HttpRequest, reference: str, given: StateIn, name: Name = None
) -> HttpResponse:
    """By the same table and verbs as the desk; 422 says where that is not possible."""
    key = key_of(request)

    def act() -> tuple[int, Any]:
        working.go_to(_one(key, reference), given, key=key)
        return 200, _again(key, reference)

    return _once(request, name, act)
