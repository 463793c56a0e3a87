"""The calls of GeoReport v2."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_variables

from heard.catalogue.models import Service
from heard.core.city import city
from heard.core.errors import Refused
from heard.core.limits import address_of, within
from heard.doors.open311 import reads, sending
from heard.doors.open311.answers import answer
from heard.doors.open311.asking import wanted
from heard.doors.open311.door import WRONG_KEYS_A_MINUTE, call, check_jurisdiction, jurisdiction
from heard.doors.open311.faults import Fault, bad, unknown
from heard.doors.open311.openapi import document
from heard.doors.open311.photos import Photo, keep, media
from heard.keys import limits, services
from heard.keys.models import ApiKey, Scope
from heard.keys.repeats import BadName, OtherContent, digest, once

CHANGESET = "2026-11-22T00:00:00Z"  # of this door: raised when what it answers changes
TAKEN = {"application/x-www-form-urlencoded", "multipart/form-data"}
NOT_OFFERED = "service_code is not one that is offered here."


def _discovery(request: HttpRequest, *, form: str) -> HttpResponse:
    """Where the calls are, in which formats, and whom to ask for a key."""
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{settings.HEARD_URL}{reverse('open311:root')}",
        "changeset": CHANGESET,
        "type": "test" if city().is_demo else "production",
        "formats": ["text/xml", "application/json"],
    }
    data = {
        "changeset": CHANGESET,
        "contact": reads.contact(),
        "key_service": f"{city().name}: {city().email or settings.HEARD_URL}",
        "endpoints": [endpoint],
    }
    return answer(form, "discovery", data)


def _services(request: HttpRequest, *, form: str) -> HttpResponse:
    return answer(form, "services", reads.services())


def _definition(request: HttpRequest, *, form: str, code: str) -> HttpResponse:
    service = reads.offered_service(code)
    if service is None:
        raise unknown(NOT_OFFERED)
    return answer(form, "service_definition", reads.definition(service))


def _requests(request: HttpRequest, *, form: str) -> HttpResponse:
    asked = wanted(request.GET)
    if asked.codes:
        known = Service.objects.filter(code__in=asked.codes, is_public=True)
        missing = set(asked.codes) - set(known.values_list("code", flat=True))
        if missing:
            raise unknown(NOT_OFFERED)
    return answer(form, "service_requests", reads.requests(asked))


def _request(request: HttpRequest, *, form: str, reference: str) -> HttpResponse:
    found = reads.one(reference)
    if found is None:
        raise unknown("service_request_id is not known here.")
    return answer(form, "service_requests", [found])


def _token(request: HttpRequest, *, form: str, token: str) -> HttpResponse:
    """We answer every request with its number at once; asked as a token, the number is itself."""
    found = reads.one(token)
    if found is None:
        raise unknown("token is not known here.")
    number = found["service_request_id"]
    return answer(form, "service_requests", [{"service_request_id": number, "token": token}])


@sensitive_variables("given")
def _send(request: HttpRequest, *, form: str) -> HttpResponse:
    if request.content_type not in TAKEN:
        raise Fault(
            415,
            ("Send application/x-www-form-urlencoded or multipart/form-data.",),
            "content type",
        )
    given = request.POST
    check_jurisdiction(given.get("jurisdiction_id") or request.GET.get("jurisdiction_id"))
    key = _key(request, given.get("api_key", ""))
    standing = limits.count(key)
    if standing.is_over:
        text = "This key asks too often. Please wait."
        raise Fault(429, (text,), "too often", tuple(standing.headers.items()))
    files = media(request.FILES)
    sent = sending.read(given, (get_language() or "en")[:2])
    if key.division_id not in (None, sent.service.division_id):
        raise Fault(403, ("This api_key is for another division's services.",), "key")
    done = _once(request, key, sent, files)
    response = answer(form, "service_requests", done)
    for name, value in standing.headers.items():
        response[name] = value
    return response


def _key(request: HttpRequest, given: str) -> ApiKey:
    """The key that was sent, where it may send requests."""
    key = services.find(given) if given else None
    if key is not None and Scope.OPEN311 in key.scopes:
        return key
    here = address_of(request)
    if not within("open311-key", here, times=WRONG_KEYS_A_MINUTE, seconds=60):
        text = "Too many wrong keys. Please wait a minute."
        raise Fault(429, (text,), "too often", (("Retry-After", "60"),))
    words = "api_key is not one that may send requests." if given else "api_key is missing."
    raise Fault(403, (words,), "key")


def _once(
    request: HttpRequest, key: ApiKey, sent: sending.Sent, files: list[Photo]
) -> list[dict[str, Any]]:
    """The case is made once for each ``Idempotency-Key`` of a key; photos join it afterwards.

    A photo that cannot be taken is told in ``service_notice``: the request itself is not lost.
    """

    def act() -> tuple[int, Any]:
        case = sending.make(sent, key=key)
        notice = None
        if case.due_at is not None:
            notice = f"Expected by {reads.moment(case.due_at)}."
        return 200, [
            {"service_request_id": case.reference, "service_notice": notice, "account_id": None}
        ]

    pairs = sorted((n, v) for n in request.POST for v in request.POST.getlist(n))
    pairs += [("media", photo.digest) for photo in files]
    content = digest("POST", "open311", hashlib.sha256(repr(pairs).encode()).digest())
    try:
        done = once(key, request.headers.get("Idempotency-Key"), content, act)
    except OtherContent:
        raise bad("This Idempotency-Key was used for another request.") from None
    except BadName:
        raise bad("Idempotency-Key is 1 to 200 plain characters without blanks.") from None
    except Refused as error:
        raise bad(str(error)) from error
    body: list[dict[str, Any]] = done.body
    refused = keep(files, body[0]["service_request_id"], key=key)
    if refused:
        words = [body[0]["service_notice"], *refused]
        body[0]["service_notice"] = " ".join(word for word in words if word)
    return body


def _photo(request: HttpRequest, *, form: str, reference: str) -> HttpResponseBase:
    """A photo of a request whose service publishes everything."""
    row = reads.public_photo(reference)
    if row is None:
        raise unknown("There is no such photo.")
    try:
        opened = row.full.open("rb")
    except OSError:  # the folder was lost or not restored
        raise unknown("There is no such photo.") from None
    response = FileResponse(opened, content_type=row.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _openapi(request: HttpRequest, *, form: str) -> HttpResponse:
    return answer("json", "openapi", document(jurisdiction()))


def _nothing(request: HttpRequest, *, form: str, rest: str) -> HttpResponse:
    raise unknown("There is no such call.")


discovery = call(get=_discovery)
services_list = call(get=_services)
definition = call(get=_definition)
requests_list = call(get=_requests, post=_send)
photo = call(get=_photo)
one_request = call(get=_request)
token = call(get=_token)
openapi = call(get=_openapi)
nothing = call(get=_nothing, post=_nothing)
