"""What the API does, by the verbs and rules of the house."""

import re
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from heard.cases import closing
from heard.cases.models import Case, Channel, Message
from heard.cases.services import Request, add_words, locked, note, receive, reply
from heard.cases.understanding import state_understanding
from heard.catalogue.asking import asked_in_talk, field_for, kept
from heard.catalogue.models import Service
from heard.catalogue.reads import offered
from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.text import clean, clean_line
from heard.core.writes import write
from heard.doors.api.shapes import CaseIn, CustomerIn, MessageIn, StateIn
from heard.keys.models import ApiKey
from heard.keys.services import as_customer, as_staff
from heard.people.models import Customer
from heard.people.services import know_customer
from heard.places.outlines import district_at

_ADVERT = re.compile(r"://|www\.|@|\.\w{2,}/", re.IGNORECASE)


@write
def create(given: CaseIn, *, key: ApiKey) -> Case:
    """Open a case, with its customer where one is named."""
    service = offered().filter(code=given.service.replace("\x00", "")).first()
    if service is None:
        raise Refused(_("There is no such service."), field="service")
    if key.division_id not in (None, service.division_id):
        raise NotAllowed(_("This key is for another division's services."))
    place = clean_line(given.place)
    if (given.lat is None) != (given.lon is None):
        raise Refused(_("Give lat and lon together."), field="lat")
    if service.place == Service.Place.REQUIRED and not place and given.lat is None:
        raise Refused(_("This service needs a place."), field="place")
    words = clean(given.words)
    if not words:
        raise Refused(_("Write something first."), field="words")
    customer = _customer(given.customer, given.language, as_customer(key, None))
    request = Request(
        service=service,
        words=words,
        channel=Channel.API,
        language=given.language,
        customer=customer,
        answers=_answers(service, given.answers),
        place=place,
        lat=given.lat,
        lon=given.lon,
        district=None if given.lat is None else district_at(given.lat, given.lon or 0.0),
    )
    return receive(request, actor=as_customer(key, customer.as_actor() if customer else None))


def _customer(given: CustomerIn | None, language: str, actor: Actor) -> Customer | None:
    if given is None:
        return None
    name, email, phone = (clean_line(t) for t in (given.name, given.email, given.phone))
    if email:
        try:
            forms.EmailField().clean(email)
        except forms.ValidationError:
            raise Refused(_("This is not an email address."), field="customer.email") from None
    if phone and not 7 <= len(re.sub(r"\D", "", phone)) <= 15:
        raise Refused(_("This is not a phone number."), field="customer.phone")
    if _ADVERT.search(name):
        raise Refused(_("A name has no addresses in it."), field="customer.name")
    return know_customer(name=name, email=email, phone=phone, language=language, actor=actor)


def _answers(service: Service, given: dict[str, Any]) -> dict[str, Any]:
    """The answers, checked by the fields of the service's form."""
    questions = {question.code: question for question in asked_in_talk(service)}
    data: MultiValueDict[str, str] = MultiValueDict()
    for code, value in given.items():
        if code not in questions:
            raise Refused(_("This service asks no such question."), field=f"answers.{code[:60]}")
        values = value if isinstance(value, list) else [value]
        data.setlist(code, [_as_typed(each) for each in values])
    form = forms.Form(data)
    for code, question in questions.items():
        form.fields[code] = field_for(question)
    for code, faults in form.errors.items():
        raise Refused(str(faults[0]), field=f"answers.{code}")
    cleaned = {code: kept(form.cleaned_data.get(code)) for code in questions}
    return {code: value for code, value in cleaned.items() if value not in (None, "", [])}


def _as_typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def write_in(case: Case, given: MessageIn, *, key: ApiKey) -> Message:
    """Write in the case, in the direction asked."""
    if given.direction == "in":
        customer = case.customer.as_actor() if case.customer else None
        return add_words(case, given.words, actor=as_customer(key, customer), channel=Channel.API)
    if given.direction == "note":
        return note(case, given.words, actor=as_staff(key))
    return reply(case, given.words, actor=as_staff(key), wait=given.waits)


@write
def go_to(case: Case, given: StateIn, *, key: ApiKey) -> None:
    """Change the state by the verb that leads there."""
    actor, words, seen = as_staff(key), given.words, given.seen_version
    locked(case, seen_version=seen)
    if given.to == "in_progress":
        closing.start(case, actor=actor)
    elif given.to == "understood":
        state_understanding(case, words, actor=actor)
    elif given.to == "resolved":
        closing.resolve(case, outcome=given.outcome, words=words, actor=actor)
    elif given.to == "closed":
        closing.close(case, outcome=given.outcome, words=words, actor=actor)
    elif given.to == "declined":
        closing.decline(case, words=words, actor=actor)
    elif given.to == "handed_over":
        closing.hand_over(case, words=words, actor=actor)
    else:
        closing.reopen(case, reason=words, actor=actor)
