"""A new request: read, checked, and made a case by the verb every other door uses."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime

from heard.cases.models import Case, Channel
from heard.cases.services import Request, receive
from heard.catalogue.asking import field_for, kept
from heard.catalogue.models import Question, Service
from heard.core.city import city_zone
from heard.core.text import clean, clean_line
from heard.core.writes import write
from heard.doors.open311.asking import degrees
from heard.doors.open311.faults import Fault, bad, unknown
from heard.doors.open311.reads import asked, offered_service
from heard.keys.models import ApiKey
from heard.keys.services import as_customer
from heard.people.services import know_customer
from heard.places.models import District
from heard.places.outlines import district_at

LONGEST = {
    "description": 4000, "address_string": 300, "address_id": 100, "email": 200, "phone": 40,
    "first_name": 60, "last_name": 60, "media_url": 1000, "device_id": 200, "account_id": 200,
}  # fmt: skip
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\d{0,4}\])?")
_PHONE = re.compile(r"[\d+()./\-\s#x*]{7,40}")
# Names greet their owners in our mails, so they carry no advertisement.
_ADVERT = re.compile(r"://|www\.|@|\.\w{2,}/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that can become a case."""

    service: Service
    words: str
    name: str = ""
    email: str = ""
    phone: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    language: str = "en"


def read(given: QueryDict, language: str) -> Sent:
    """What was sent. Raises ``Fault`` with everything that is wrong with it, at once."""
    code = given.get("service_code", "").strip()
    if not code:
        raise bad("service_code is missing.")
    service = offered_service(code)
    if service is None:
        raise unknown("service_code is not one that is offered here.")
    wrong: list[str] = []
    texts = _texts(given, wrong)
    lat, lon = _position(given, wrong)
    place = texts["address_string"]
    if not place and texts["address_id"]:
        place = f"address_id {texts['address_id']}"
    if service.place == Service.Place.REQUIRED and not place and lat is None:
        wrong.append("Give lat and long, address_string, or address_id.")
    answers = _answers(given, asked(service), wrong)
    if wrong:
        raise bad(*wrong)
    words = texts["description"]
    if texts["media_url"]:
        words = f"{words}\n\n{texts['media_url']}".strip()
    return Sent(
        service=service, words=words, email=texts["email"], phone=texts["phone"], place=place,
        lat=lat, lon=lon, answers=answers, language=language,
        name=f"{texts['first_name']} {texts['last_name']}".strip(),
    )  # fmt: skip


def _texts(given: QueryDict, wrong: list[str]) -> dict[str, str]:
    found = {}
    for name, limit in LONGEST.items():
        text = given.get(name, "")
        text = clean(text) if name == "description" else clean_line(text)
        if len(text) > limit:
            wrong.append(f"{name} has {len(text)} characters; at most {limit} are taken.")
        found[name] = text[:limit]
    if found["email"]:
        try:
            forms.EmailField().clean(found["email"])
        except forms.ValidationError:
            wrong.append("email is not an address such as ana@home.example.")
    digits = re.sub(r"\D", "", found["phone"])
    if found["phone"] and not (_PHONE.fullmatch(found["phone"]) and 7 <= len(digits) <= 15):
        wrong.append("phone is not a number such as 303-555-0100.")
    if _ADVERT.search(f"{found['first_name']} {found['last_name']}"):
        wrong.append("first_name and last_name are names, without addresses.")
    if found["media_url"] and not _is_link(found["media_url"]):
        wrong.append("media_url is not an address that begins with http.")
    return found


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in text


def _position(given: QueryDict, wrong: list[str]) -> tuple[float | None, float | None]:
    lat, lon = given.get("lat", "").strip(), given.get("long", "").strip()
    if not lat and not lon:
        return None, None
    if not (lat and lon):
        wrong.append("lat and long are given together.")
        return None, None
    try:
        found = degrees(lat, "lat", 90), degrees(lon, "long", 180)
    except Fault as fault:
        wrong.extend(fault.descriptions)
        return None, None
    if found == (0.0, 0.0):
        wrong.append("lat 0 and long 0 is a place in the ocean. Leave both out if unknown.")
    return found


def _answers(given: QueryDict, questions: list[Question], wrong: list[str]) -> dict[str, Any]:
    """The attributes as answers to the service's questions, checked by the form's own fields."""
    known = {question.code: question for question in questions}
    data: MultiValueDict[str, str] = MultiValueDict()
    for name in given:
        if not name.startswith("attribute"):
            continue
        found = _ATTRIBUTE.fullmatch(name)
        question = known.get(found[1]) if found else None
        if question is None:
            wrong.append(f"{name[:80]} is no attribute of this service.")
            continue
        for value in given.getlist(name):
            data.appendlist(f"q_{question.code}", _as_typed(question, value))
    form = forms.Form(data)
    for question in questions:
        form.fields[f"q_{question.code}"] = field_for(question)
    for name, faults in form.errors.items():
        wrong.extend(f"attribute[{name[2:]}]: {text}" for text in faults)
    values = {q.code: form.cleaned_data.get(f"q_{q.code}") for q in questions}
    return {code: kept(value) for code, value in values.items() if value not in (None, "", [])}


def _as_typed(question: Question, value: str) -> str:
    """A moment for a question that asks a day is that day in the city."""
    if question.kind != Question.Kind.DATE or "T" not in value:
        return value
    try:
        found: datetime | None = parse_datetime(value.replace(" ", "+"))
        if found is None:
            return value
        return (found.astimezone(city_zone()) if found.tzinfo else found).date().isoformat()
    except (ValueError, OverflowError):
        return value


def _district(sent: Sent) -> District | None:
    if sent.lat is None or sent.lon is None:
        return None
    return district_at(sent.lat, sent.lon)


@write
def make(sent: Sent, *, key: ApiKey) -> Case:
    """Open the case, with its customer where one is named."""
    nobody = as_customer(key, None)
    customer = know_customer(
        name=sent.name, email=sent.email, phone=sent.phone, language=sent.language, actor=nobody
    )
    request = Request(
        service=sent.service,
        words=sent.words,
        channel=Channel.APP,
        language=sent.language,
        customer=customer,
        answers=sent.answers,
        place=sent.place,
        lat=sent.lat,
        lon=sent.lon,
        district=_district(sent),
    )
    return receive(request, actor=as_customer(key, customer.as_actor() if customer else None))
