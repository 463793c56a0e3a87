"""Faults as ``application/problem+json`` (RFC 9457), each with words that say what to do."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from ninja import Schema

from heard.keys.rejections import turned_away

MEDIA_TYPE = "application/problem+json"


class FieldProblem(Schema):
    """One field that is not in order."""

    field: str
    message: str


class Problem(Schema):
    """Why a request was not done."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def problem(
    status: int, detail: str, errors: list[dict[str, str]] | None = None, *, reason: str = ""
) -> HttpResponse:
    """The answer; with a ``reason`` it is counted among what was turned away."""
    if reason:
        turned_away("api", reason)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": errors or [],
    }
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=MEDIA_TYPE)
