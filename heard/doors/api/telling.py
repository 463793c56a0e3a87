"""Rows as plain data, in the shapes that are described."""

from datetime import datetime
from typing import Any

from heard.cases.models import Case, Message
from heard.keys.models import ApiKey, Scope


def case_told(case: Case, key: ApiKey) -> dict[str, Any]:
    """A case; its customer only to keys that may see people."""
    moments = ("received_at", "changed_at", "due_at", "resolved_at", "closed_at")
    return {
        "reference": case.reference,
        "state": case.state,
        "version": case.version,
        "service": case.service.code,
        "division": case.division.code,
        "district": case.district.code if case.district else None,
        **{name: getattr(case, name) for name in ("channel", "language", "title", "words")},
        **{name: getattr(case, name) for name in ("answers", "place", "lat", "lon")},
        **{name: _moment(getattr(case, name)) for name in moments},
        "outcome": case.outcome or None,
        "outcome_words": case.outcome_words or None,
        "assignee": case.assignee.name if case.assignee else None,
        "contact": case.contact.name if case.contact else None,
        "merged_into": case.merged_into.reference if case.merged_into else None,
        "customer": _customer(case) if Scope.READ_CUSTOMERS in key.scopes else None,
    }


def _customer(case: Case) -> dict[str, str] | None:
    if case.customer is None:
        return None
    names = ("name", "email", "phone", "language")
    return {name: getattr(case.customer, name) for name in names}


def message_told(row: Message) -> dict[str, Any]:
    """One message."""
    return {
        "id": row.pk,
        "direction": row.direction,
        "channel": row.channel,
        "staff": row.staff.name if row.staff else None,
        "words": row.words,
        "at": _moment(row.at),
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
