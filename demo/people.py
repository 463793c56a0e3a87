"""Who lives in the city: some thousands of customers, and which colleague does what."""

import unicodedata
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Literal

from demo.ground import address_spot, spread
from demo.reading import Table, table
from demo.shapes import Channel, Customer, Language, StaffMember

CUSTOMERS = 3800
SPANISH = 0.18
WITH_PHONE = 0.48  # numbers kept for fiction are few: 100 to an area code
CITY_NUMBERS = 10  # 303-555-0100 to -0109 are the city's own


def make_customers(seed: str) -> tuple[Customer, ...]:
    """Everyone who may write to the city: businesses first, then residents."""
    rng = Random(f"{seed}:customers")
    names = table("people")
    phones = _phones(rng, names)
    made: list[Customer] = []
    for index in range(CUSTOMERS):
        is_business = index < len(names["businesses"])
        language: Language = "es" if rng.random() < SPANISH else "en"
        name = names["businesses"][index] if is_business else _name(rng, names, language)
        phone = phones.pop() if phones and (is_business or rng.random() < WITH_PHONE) else ""
        has_email = not phone or is_business or rng.random() < 0.72
        email = _email(name, index) if has_email else ""
        home = address_spot(rng, spread(rng, 0, 24), spread(rng, 0, 24))
        made.append(
            Customer(
                index=index,
                name=name,
                email=email,
                phone=phone,
                language=language,
                prefers=_prefers(rng, email, phone),
                is_business=is_business,
                address=home.name.en,
                lat=home.lat,
                lon=home.lon,
                district=home.district,
            )
        )
    return tuple(made)


def _name(rng: Random, names: Table, language: Language) -> str:
    first, last = rng.choice(names[f"first_{language}"]), rng.choice(names[f"last_{language}"])
    # Families are mixed: one in eight with an English first name has a Spanish last name.
    if language == "en" and rng.random() < 0.12:
        last = rng.choice(names["last_es"])
    return f"{first} {last}"


def _phones(rng: Random, names: Table) -> list[str]:
    local = [f"{code}-555-01{n:02d}" for code in names["local_area_codes"] for n in range(100)]
    kept = [f"{code}-555-01{n:02d}" for code in names["out_of_town_area_codes"] for n in range(100)]
    free = [*local[CITY_NUMBERS:], *kept]
    rng.shuffle(free)
    return free


def _email(name: str, index: int) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return f"{'.'.join(words[:2])}{index}@mail.example"


def _prefers(rng: Random, email: str, phone: str) -> Literal["email", "sms", "phone"]:
    if not phone:
        return "email"
    if not email:
        return "sms" if rng.random() < 0.6 else "phone"
    draw = rng.random()
    return "email" if draw < 0.66 else "sms" if draw < 0.9 else "phone"


class Crowd:
    """Draws the customer behind a case: most write once or twice a year, a few every other week."""

    def __init__(self, customers: Sequence[Customer]) -> None:
        self.customers = customers
        rng = Random(f"crowd:{len(customers)}")
        eagerness = [0.25 + rng.random() ** 3 * 4 for _ in customers]
        for index in rng.sample(range(len(customers)), 26):
            eagerness[index] = 6 + rng.random() * 12
        people = [c.index for c in customers if not c.is_business]
        self._pools = {
            False: (people, list(accumulate(eagerness[i] for i in people))),
            True: ([c.index for c in customers if c.is_business], []),
        }

    def draw(self, rng: Random, channel: Channel, business_share: float) -> Customer:
        """A customer who can be reached in the way the channel needs."""
        while True:
            if rng.random() < business_share:
                found = self.customers[rng.choice(self._pools[True][0])]
            else:
                people, sums = self._pools[False]
                found = self.customers[people[bisect(sums, rng.random() * sums[-1])]]
            if channel in ("phone", "sms") and not found.phone:
                continue
            if channel == "email" and not found.email:
                continue
            return found


class Crew:
    """Who answers and who does the work, by division and language."""

    def __init__(self, staff: Sequence[StaffMember]) -> None:
        self.staff = staff
        self._agents = [person for person in staff if person.role == "agent"]

    def agent(self, rng: Random, language: Language) -> StaffMember:
        """Someone of the response center who speaks the customer's language."""
        speakers = [a for a in self._agents if language in a.languages]
        return rng.choice(speakers)

    def worker(self, rng: Random, division: str) -> StaffMember:
        """Someone of the division; its manager takes one case in ten."""
        field = [
            person
            for person in self.staff
            if person.division == division and person.role in ("field_worker", "agent")
        ]
        if rng.random() < 0.1 or not field:
            return self.manager(division)
        return rng.choice(field)

    def manager(self, division: str) -> StaffMember:
        """The manager of the division."""
        return next(p for p in self.staff if p.division == division and p.role == "manager")
