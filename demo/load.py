"""Loads the demo city: its offices, services and people, and then a year of cases.

Rows are written straight to the tables, as an import does: nothing that happened long ago may send
a letter today. Everything is one transaction, so a stopped load leaves nothing behind.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from demo.answers import load_answers
from demo.boards import load_boards
from demo.channels import load_channels
from demo.contacts import load_contacts
from demo.forms import load_forms
from demo.hours import window
from demo.joining import load_joining
from demo.library import load_library
from demo.load_cases import SOURCE, CaseLoader
from demo.machines import load_machines
from demo.plan import A_YEAR, plan_cases, plan_city
from demo.promises import load_promises
from demo.routing import load_routing
from demo.shapes import CityPlan, Text
from demo.shapes import Service as ServicePlan
from demo.targets import load_targets
from demo.voice import load_voice
from heard.cases.models import Case
from heard.catalogue.models import Promise, Question, Service
from heard.core.city import forget_city
from heard.core.models import City
from heard.people.models import Department, Division, Staff
from heard.places.models import District, Office

PASSWORD = "sagebrook-demo"
SEAL = Path(__file__).resolve().parent / "content" / "seal.svg"
BEFORE = timedelta(days=30)  # promises and staff were there before the first case

Say = Callable[[str], object]


@dataclass
class Known:
    """The keys of what has been loaded, by code; staff by their index in the plan."""

    services: dict[str, int] = field(default_factory=dict)
    divisions: dict[str, int] = field(default_factory=dict)
    departments_of: dict[str, str] = field(default_factory=dict)
    districts: dict[str, int] = field(default_factory=dict)
    staff: list[Staff] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was loaded, and in how many seconds."""

    cases: int
    customers: int
    answers: int
    seconds: float


def is_loaded() -> bool:
    """Whether the demo city is here."""
    return Case.objects.filter(source=SOURCE).exists()


def real_cases() -> int:
    """How many cases are here that are not the demo's."""
    return Case.objects.exclude(source=SOURCE).count()


def load(until: date, *, cases: int = A_YEAR, say: Say) -> Loaded:
    """Load the city and the cases of the 365 days before a day; all of it, or nothing."""
    began = time.monotonic()
    city = plan_city()
    start = window(until, 365).begin - BEFORE
    with transaction.atomic():
        known = load_city(city, start)
        load_answers(
            until, start, divisions=known.divisions, services=known.services, staff=known.staff
        )
        say(f"{city.full_name}: {len(city.services)} services, {len(city.staff)} staff")
        loader = CaseLoader(city, known)
        for done in loader.load(plan_cases(until, cases=cases)):
            say(f"Cases: {done:,}")
        load_routing(window(until, 365).end)
        load_joining(window(until, 365).end)
        load_contacts(window(until, 365).end)
        load_channels(window(until, 365).end)
        load_promises(SOURCE, window(until, 365).end)
        load_forms(window(until, 365).end)
        loader.answers = load_voice(window(until, 365).end)
        load_library(window(until, 365).end)
        load_targets(window(until, 365).end)
        load_boards(window(until, 365).end)
        load_machines(start)
    forget_city()
    return Loaded(loader.cases, loader.customers, loader.answers, time.monotonic() - began)


def load_city(city: CityPlan, start: datetime) -> Known:
    """Write all that was there before the first case; rows that exist are brought in step."""
    known = Known()
    _load_house(city)
    _load_divisions(city, known)
    for district in city.districts:
        row, _made = District.objects.update_or_create(
            code=district.code,
            defaults={
                "name": {"en": district.name, "es": district.name},
                "outline": district.geometry(),
            },
        )
        known.districts[district.code] = row.pk
    for office in city.offices:
        Office.objects.update_or_create(
            code=office.code,
            defaults={
                "name": words(office.name),
                "address": office.address,
                "phone": office.phone,
                "hours": office.hours,
                "notes": words(office.note),
                "lat": office.lat,
                "lon": office.lon,
            },
        )
    for service in city.services:
        known.services[service.code] = _load_service(city, known, service, start)
    _load_staff(city, known)
    return known


def words(text: Text) -> dict[str, str]:
    """A text as the house keeps words; what is empty is left out."""
    return {code: said for code, said in (("en", text.en), ("es", text.es)) if said}


def _load_house(city: CityPlan) -> None:
    """Name and looks, unless this house already serves a real city."""
    row = City.objects.order_by("id").first()
    if row is not None and not row.is_demo:
        return
    row = row or City()
    row.name, row.zone, row.is_demo = city.name, city.zone, True
    row.tagline, row.person_note = words(city.motto), words(city.person_note)
    row.phone, row.email = city.phone, city.email
    row.primary, row.primary_dark, row.accent = city.color, city.color_dark, city.accent
    row.seal = SEAL.read_text(encoding="utf-8")
    row.save()


def _load_divisions(city: CityPlan, known: Known) -> None:
    departments = {}
    for department in city.departments:
        departments[department.code], _made = Department.objects.update_or_create(
            code=department.code, defaults={"name": words(department.name)}
        )
    for division in city.divisions:
        row, _made = Division.objects.update_or_create(
            code=division.code,
            defaults={
                "department": departments[division.department],
                "name": words(division.name),
                "enforces": division.enforces,
            },
        )
        known.divisions[division.code] = row.pk
        known.departments_of[division.code] = division.department


def _load_service(city: CityPlan, known: Known, plan: ServicePlan, start: datetime) -> int:
    service, _made = Service.objects.update_or_create(
        code=plan.code,
        defaults={
            "group": words(city.groups[plan.group]),
            "name": words(plan.name),
            "instructions": words(plan.instructions),
            "keywords": {code: ", ".join(said) for code, said in plan.keywords.items()},
            "division_id": known.divisions[plan.division],
            "place": plan.place,
            "anonymous_allowed": plan.anonymous,
        },
    )
    for order, question in enumerate(plan.questions):
        Question.every.update_or_create(
            service=service,
            code=question.code,
            defaults={
                "order": order,
                "kind": question.kind,
                "label": words(question.label),
                "hint": words(question.hint),
                "required": question.required,
                "choices": [{"key": c.key, "name": words(c.name)} for c in question.choices],
            },
        )
    for kind, promise in (
        (Promise.Kind.FIRST_RESPONSE, plan.respond),
        (Promise.Kind.RESOLUTION, plan.resolve),
    ):
        Promise.objects.get_or_create(
            service=service,
            kind=kind,
            version=1,
            defaults={"amount": promise.amount, "unit": promise.unit, "effective_from": start},
        )
    return service.pk


def _load_staff(city: CityPlan, known: Known) -> None:
    hashed = make_password(PASSWORD)  # once: a slow hash for each of them would take seconds
    for person in city.staff:
        row, _made = Staff.objects.update_or_create(
            email=person.email,
            defaults={
                "name": person.name,
                "role": person.role,
                "division_id": known.divisions[person.division],
                "title": words(person.title),
                "phone": city.phone,
                "language": person.languages[0],
                "password": hashed,
            },
        )
        known.staff.append(row)
