"""Faults as the protocol tells them: a list of code and description, the HTTP status the same."""

from dataclasses import dataclass

from django.http import HttpResponse

from heard.doors.open311.answers import answer
from heard.keys.rejections import turned_away


@dataclass(eq=False)  # not frozen: a raised exception is written to
class Fault(Exception):
    """One status, and one description for everything that is wrong."""

    status: int
    descriptions: tuple[str, ...]
    reason: str = "invalid"
    headers: tuple[tuple[str, str], ...] = ()


def bad(*descriptions: str) -> Fault:
    """400: something is missing or cannot be."""
    return Fault(400, descriptions)


def unknown(what: str) -> Fault:
    """404: a code, number or jurisdiction that is not ours."""
    return Fault(404, (what,), "unknown")


def told(form: str, fault: Fault) -> HttpResponse:
    """The fault as the answer; what was turned away is counted."""
    if fault.reason != "method":
        turned_away("open311", fault.reason)
    errors = [{"code": str(fault.status), "description": text} for text in fault.descriptions]
    response = answer(form, "errors", errors, status=fault.status)
    for name, value in fault.headers:
        response[name] = value
    return response
