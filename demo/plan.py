"""The plan of the demo city: who lives and works there, and a year of what they asked for.

``plan_city()`` and ``plan_cases(until)`` are all that the loader needs. Both are driven by
``random.Random`` alone, seeded with text, so the same seed and the same day give the same city on
every Python that we support.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from random import Random

from demo import reading
from demo.ground import Spot, address_spot, corner_spot, grid, home_spot, park_spot, spread
from demo.hours import window
from demo.life import tell
from demo.pace import pace
from demo.people import Crew, Crowd, make_customers
from demo.seasons import Arrival, arrivals, rhythm
from demo.settling import settle
from demo.shapes import CasePlan, CityPlan, Customer, Language, Service, Window
from demo.story import Asked, hours
from demo.voices import Fill
from demo.writing import request

SEED = "sagebrook"
A_YEAR = 8000  # cases, about
ANONYMOUS = 0.05
BUSINESS = {"business-license": 0.3, "inspection": 0.45, "permit-status": 0.35, "water-bill": 0.06}
CROSS, CROSS_BEFORE, CROSS_LATE = 0.10, 0.26, 0.45
WRITES_AGAIN = 0.16  # of customers whose case is late: a second case about the same thing


@cache
def plan_city(seed: str = SEED) -> CityPlan:
    """The city before anything happens in it."""
    about = reading.table("city")
    center = about["response_center"]
    return CityPlan(
        name=about["name"],
        full_name=about["full_name"],
        state=about["state"],
        zone=about["time_zone"],
        population=about["population"],
        motto=reading.text(about, "motto"),
        website=about["website"],
        social=about["social"],
        color=about["color"],
        color_dark=about["color_dark"],
        person_note=reading.text(center, "note"),
        accent=about["accent"],
        center=(about["center"][0], about["center"][1]),
        phone=center["phone"],
        sms=center["sms"],
        email=center["email"],
        departments=reading.departments(),
        divisions=reading.divisions(),
        groups=reading.groups(),
        offices=reading.offices(),
        districts=reading.districts(),
        services=reading.services(),
        staff=reading.staff(),
        customers=make_customers(seed),
        rushes=reading.rushes(),
        turnaround=reading.turnaround(),
    )


def plan_cases(
    until: date, days: int = 365, seed: str = SEED, cases: int = A_YEAR
) -> Iterator[CasePlan]:
    """Every case of the days before ``until``, in order of arrival, as it stands when that begins.

    ``cases`` is about how many there would be in a whole year.
    """
    span = window(until, days)
    writer = _Writer(plan_city(seed), span, seed)
    for arrival in arrivals(span, seed, cases / A_YEAR):
        yield from writer.repeats_before(arrival.at)
        yield writer.write(arrival)
    yield from writer.repeats_before(span.end)


@dataclass(frozen=True, slots=True)
class _Before:
    """An earlier case about the same problem."""

    number: int
    customer: Customer | None
    spot: Spot | None
    topic: str
    finish_at: datetime


@dataclass
class _Writer:
    """Writes the cases one by one and remembers who will have to write again."""

    city: CityPlan
    window: Window
    seed: str
    number: int = 0
    repeats: list[tuple[datetime, int, Arrival, _Before]] = field(default_factory=list)
    shared: dict[str, _Before] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services = {service.code: service for service in self.city.services}
        self.crowd = Crowd(self.city.customers)
        self.crew = Crew(self.city.staff)

    def repeats_before(self, moment: datetime) -> Iterator[CasePlan]:
        """The second cases of people whose first was late, up to a moment."""
        while self.repeats and self.repeats[0][0] < moment:
            _at, _number, arrival, before = heapq.heappop(self.repeats)
            yield self.write(arrival, before)

    def write(self, arrival: Arrival, before: _Before | None = None) -> CasePlan:
        """One case, told to its end and cut at the end of the year."""
        self.number += 1
        rng = Random(f"{self.seed}:{self.number}:{arrival.service}")
        asked = self._asked(arrival, rng, before)
        if before is None and arrival.rush is not None and arrival.rush.one_problem:
            asked = self._joined(asked, rng)
        story = tell(asked, rng)
        if before is None:
            self._note_repeat(asked, rng)
        return settle(story, self.window.end)

    def _asked(self, arrival: Arrival, rng: Random, before: _Before | None) -> Asked:
        service = self.services[arrival.service]
        customer = before.customer if before else self._customer(arrival, service, rng)
        language = _language(customer, rng)
        spot = before.spot if before else _spot(arrival, service, customer, rng)
        times = pace(arrival, service, self.window, rng, before is not None)
        fill = Fill(rng, language, spot, arrival.at)
        cross = CROSS_LATE if before else CROSS if times.fresh else CROSS_BEFORE
        topics = (before.topic,) if before else _topics(arrival)
        return Asked(
            number=self.number,
            arrival=arrival,
            service=service,
            customer=customer,
            language=language,
            spot=spot,
            request=request(service.code, arrival.channel, fill, cross, topics, before is not None),
            first_response_due=times.first_response_due,
            due_at=times.due_at,
            respond_at=times.respond_at,
            finish_at=times.finish_at,
            agent=self.crew.agent(rng, language),
            worker=self.crew.worker(rng, service.division),
            same_as=before.number if before else None,
            fresh=times.fresh,
        )

    def _customer(self, arrival: Arrival, service: Service, rng: Random) -> Customer | None:
        share = rhythm()[service.code].get("anonymous", ANONYMOUS)
        if arrival.channel == "social":
            share = 0.6
        can_be = service.anonymous and arrival.channel in ("web", "app", "phone", "social")
        if can_be and rng.random() < share:
            return None
        return self.crowd.draw(rng, arrival.channel, BUSINESS.get(service.code, 0.015))

    def _joined(self, asked: Asked, rng: Random) -> Asked:
        """Many report one problem: later ones join the first and end when it ends."""
        assert asked.arrival.rush is not None
        first = self.shared.setdefault(asked.arrival.rush.code, _before(asked))
        if first.number == asked.number:
            return asked
        end = max(first.finish_at, asked.arrival.at + hours(0.5)) + hours(2 * rng.random())
        respond_at = min(asked.respond_at, asked.arrival.at + (end - asked.arrival.at) * 0.7)
        respond_at = respond_at.replace(microsecond=0)
        return replace(asked, same_as=first.number, finish_at=end, respond_at=respond_at)

    def _note_repeat(self, asked: Asked, rng: Random) -> None:
        if asked.customer is None or not asked.is_late or rng.random() > WRITES_AGAIN:
            return
        wait = (asked.finish_at - asked.due_at) * rng.random()
        at = (asked.due_at + wait).replace(microsecond=0)
        arrival = replace(asked.arrival, at=at, rush=None)
        if arrival.channel == "counter":
            arrival = replace(arrival, channel="phone" if asked.customer.phone else "web")
        if at < self.window.end:
            heapq.heappush(self.repeats, (at, asked.number, arrival, _before(asked)))


def _before(asked: Asked) -> _Before:
    return _Before(asked.number, asked.customer, asked.spot, asked.request.topic, asked.finish_at)


def _language(customer: Customer | None, rng: Random) -> Language:
    if customer is not None:
        return customer.language
    return "es" if rng.random() < 0.12 else "en"


def _topics(arrival: Arrival) -> tuple[str, ...]:
    return arrival.rush.about.get(arrival.service, ()) if arrival.rush else ()


def _spot(
    arrival: Arrival, service: Service, customer: Customer | None, rng: Random
) -> Spot | None:
    """The place a case is about; None where the service asks for none."""
    row = rhythm()[service.code]
    if service.place == "none":
        return None
    if row["place"] == "park":
        return park_spot(rng)
    rush = arrival.rush
    if rush is not None:
        x, y = spread(rng, rush.at[0], rush.spread), spread(rng, rush.at[1], rush.spread)
    elif row["place"] == "home" and customer is not None:
        return home_spot(customer.address, customer.lat, customer.lon)
    elif row["place"] == "any" or customer is None:
        x, y = spread(rng, 0, 24), spread(rng, 0, 24)
    else:
        x, y = grid(customer.lat, customer.lon)
        x, y = spread(rng, x, 4), spread(rng, y, 4)
    if rng.random() < row.get("corner", 0.0):
        return corner_spot(x, y)
    return address_spot(rng, x, y)
