"""The demo city: the same each time, whole, in order of time, and plainly made up."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from demo.plan import plan_cases, plan_city
from demo.shapes import CasePlan, CityPlan

pytestmark = pytest.mark.xdist_group("plan")  # a year is planned once
UNTIL = date(2026, 7, 1)
BEGIN = datetime(2025, 7, 1, 6, tzinfo=UTC)
END = datetime(2026, 7, 1, 6, tzinfo=UTC)  # midnight in Denver
# Who may take a case from where to where, as the room of cases has it.
STAFF_ENDS = {"resolved", "closed", "declined", "handed_over"}
ALLOWED = {
    "": {"received"},
    "received": {"understood", "in_progress", "waiting"} | STAFF_ENDS,
    "understood": {"received", "in_progress", "waiting"} | STAFF_ENDS,
    "in_progress": {"received", "understood", "waiting"} | STAFF_ENDS,
    "waiting": {"in_progress", "understood", "received"} | STAFF_ENDS,
    "resolved": {"closed", "reopened"},
    "closed": {"reopened"},
    "reopened": {"understood", "in_progress"},
}


@pytest.fixture(scope="module")
def city() -> CityPlan:
    return plan_city()


@pytest.fixture(scope="module")
def cases() -> list[CasePlan]:
    return list(plan_cases(UNTIL))


def texts(case: CasePlan) -> Iterator[str]:
    """Everything that anybody wrote in a case."""
    yield case.words
    yield case.outcome_words
    for change in case.changes:
        yield change.reason
    for message in case.messages:
        yield message.words
    for row in case.understandings:
        yield row.words
        yield row.correction
    for asked in case.reopenings:
        yield asked.reason
        yield asked.answer
    if case.survey:
        yield case.survey.comment


def test_the_same_seed_and_day_give_the_same_cases() -> None:
    first = list(plan_cases(date(2026, 3, 20), days=15))
    again = list(plan_cases(date(2026, 3, 20), days=15))
    other = list(plan_cases(date(2026, 3, 20), days=15, seed="another"))
    assert first == again
    assert [case.words for case in first] != [case.words for case in other]


def test_the_year_does_not_change_between_pythons(cases: list[CasePlan]) -> None:
    # Not the words, which may be improved: what the generator of random numbers decides.
    march = [case for case in cases if case.rush == "march-snow"]
    assert {case.received_at.date() for case in march} <= {
        date(2026, 3, day) for day in (13, 14, 15, 16)
    }
    assert len([case for case in march if case.same_as is None]) == 244


def test_there_are_as_many_of_each_as_said(city: CityPlan, cases: list[CasePlan]) -> None:
    assert len(city.departments) == 4
    assert len(city.divisions) == 8
    assert {d.code for d in city.divisions if d.enforces} == {"code", "building"}
    assert len(city.services) == 40
    assert len(city.staff) == 26
    shown = Counter(person.role for person in city.staff if person.shown)
    assert shown == Counter(["administrator", "cx_lead", "manager", "agent", "field_worker"])
    assert 3 <= len(city.offices) <= 4
    assert len(city.districts) == 5
    assert 7500 <= len(cases) <= 8500
    assert {case.service for case in cases} == {service.code for service in city.services}


@pytest.mark.parametrize("until", [date(2025, 2, 28), date(2028, 11, 15)])
def test_any_year_has_about_as_many(until: date) -> None:
    assert 700 <= sum(1 for _case in plan_cases(until, cases=800)) <= 900


def test_a_short_time_holds_few(city: CityPlan) -> None:
    june = list(plan_cases(date(2026, 6, 15), days=10))
    assert 100 < len(june) < 400
    assert all(case.service != "snow-ice" for case in june)


def test_every_service_speaks_both_languages(city: CityPlan) -> None:
    for service in city.services:
        for words in (service.name, service.instructions):
            assert words.en, service.code
            assert words.es, service.code
            assert words.en != words.es or service.code == "graffiti"
        assert 2 <= len(re.findall(r"[.!?](?:\s|$)", service.instructions.en)) <= 5
        assert len(service.keywords["en"]) >= 5
        assert len(service.keywords["es"]) >= 5
        assert len(service.questions) <= 4
        for question in service.questions:
            assert question.label.en
            assert question.label.es
            assert bool(question.choices) == (question.kind == "choice")
            assert bool(question.hint.en) == bool(question.hint.es)


def test_every_slot_is_filled(cases: list[CasePlan]) -> None:
    for case in cases:
        for words in texts(case):
            assert not re.search(r"[{}#]|\bde el [a-z]|\ba el [a-z]", words), words
        assert case.words[0] != " "
        assert case.words == case.words.strip()


def test_people_write_in_many_ways(cases: list[CasePlan]) -> None:
    spanish = [case for case in cases if case.language == "es"]
    assert 0.14 < len(spanish) / len(cases) < 0.22
    assert len({case.words for case in cases}) > 6500
    comments = Counter(c.survey.comment for c in cases if c.survey and c.survey.comment)
    assert len(comments) > 220
    assert all(len(row.words) <= 300 for case in cases for row in case.understandings)


def test_seasons_show(cases: list[CasePlan]) -> None:
    def months(service: str) -> Counter[int]:
        zone = ZoneInfo("America/Denver")
        return Counter(c.received_at.astimezone(zone).month for c in cases if c.service == service)

    snow, grass, holes = months("snow-ice"), months("weeds"), months("pothole")
    assert sum(snow[m] for m in (11, 12, 1, 2, 3)) > 0.9 * snow.total()
    assert not any(snow[m] for m in (6, 7, 8))
    assert sum(grass[m] for m in (5, 6, 7, 8)) > 0.75 * grass.total()
    assert holes[3] + holes[4] > 2 * (holes[9] + holes[10])


def test_rush_days_stand_out(cases: list[CasePlan]) -> None:
    days = Counter(case.received_at.date() for case in cases)
    usual = sorted(days.values())[len(days) // 2]
    assert days[date(2026, 3, 13)] > 3 * usual
    assert days[date(2026, 6, 17)] > 3 * usual
    joined = [c for c in cases if c.rush == "october-main-break" and c.same_as is not None]
    assert len(joined) > 60


def test_times_are_in_order(cases: list[CasePlan]) -> None:
    assert [case.number for case in cases] == list(range(1, len(cases) + 1))
    assert all(a.received_at <= b.received_at for a, b in pairwise(cases))
    for case in cases:
        assert BEGIN <= case.received_at < END
        assert case.received_at < case.first_response_due <= case.due_at
        for rows in (case.changes, case.messages, case.understandings, case.reopenings):
            moments = [case.received_at, *(row.at for row in rows), case.changed_at]
            assert moments == sorted(moments)
        assert case.changed_at < END
        assert all(row.answered_at is None or row.at < row.answered_at < END
                   for row in case.understandings)  # fmt: skip
        ends = [case.first_response_at, case.resolved_at, case.closed_at]
        moments = [case.received_at, *(moment for moment in ends if moment)]
        assert moments == sorted(moments), case
        if case.survey:
            assert case.survey.asked_at < END
            assert case.survey.answered_at is None or (
                case.survey.asked_at < case.survey.answered_at < END
            )


def test_states_follow_the_life_cycle(cases: list[CasePlan]) -> None:
    for case in cases:
        assert case.changes[0].new == "received"
        assert case.changes[-1].new == case.state
        for old, new in pairwise(case.changes):
            assert new.old == old.new
        for change in case.changes:
            assert change.new in ALLOWED[change.old], change
            assert (change.staff is not None) == (change.by == "staff")
        is_open = case.state in ("received", "understood", "in_progress", "waiting", "reopened")
        assert is_open == (case.outcome == "")
        assert is_open == (case.resolved_at is None and case.closed_at is None)
        assert bool(case.outcome_words) == (case.outcome not in ("", "withdrawn"))


def test_only_recent_cases_are_open(cases: list[CasePlan]) -> None:
    still_open = [case for case in cases if not case.outcome]
    assert 100 < len(still_open) < 500
    assert sum(1 for case in still_open if (END - case.received_at).days > 120) < 15


def test_references_are_valid(city: CityPlan, cases: list[CasePlan]) -> None:
    services = {service.code: service for service in city.services}
    districts = {district.code for district in city.districts}
    divisions = {division.code for division in city.divisions}
    assert {d.department for d in city.divisions} == {d.code for d in city.departments}
    assert {service.group for service in city.services} == set(city.groups)
    assert {person.division for person in city.staff} == divisions
    for case in cases:
        service = services[case.service]
        assert case.division == service.division
        assert case.district is None or case.district in districts
        assert (case.lat is None) == (case.district is None)
        assert bool(case.place) == (service.place != "none")
        assert case.customer is not None or service.anonymous
        assert case.customer is None or 0 <= case.customer < len(city.customers)
        assert case.same_as is None or case.same_as < case.number
        questions = {question.code: question for question in service.questions}
        for code, answer in case.answers.items():
            choices = {choice.key for choice in questions[code].choices}
            assert not choices or answer in choices
        for person in (case.contact, case.assignee, *(m.staff for m in case.messages)):
            assert person is None or 0 <= person < len(city.staff)


def test_customers_can_be_reached_as_they_came(city: CityPlan, cases: list[CasePlan]) -> None:
    for case in cases:
        if case.customer is None:
            continue
        customer = city.customers[case.customer]
        assert case.language == customer.language
        assert case.channel not in ("phone", "sms") or customer.phone
        assert case.channel != "email" or customer.email
    repeat = Counter(case.customer for case in cases if case.customer is not None)
    assert sum(1 for times in repeat.values() if times > 10) >= 5
    assert sum(1 for times in repeat.values() if times == 1) > 700


def test_promises_are_mostly_kept_and_one_division_turns_around(cases: list[CasePlan]) -> None:
    def on_time(chosen: list[CasePlan]) -> float:
        told = [case.on_time for case in chosen if case.on_time is not None]
        return sum(told) / len(told)

    assert 0.82 <= on_time(cases) <= 0.88
    waste = [case for case in cases if case.division == "waste"]
    before = [case for case in waste if case.received_at < datetime(2025, 12, 15, tzinfo=UTC)]
    after = [case for case in waste if case.received_at > datetime(2026, 4, 15, tzinfo=UTC)]
    assert on_time(before) < 0.66
    assert on_time(after) > 0.84
    for other in {case.division for case in cases} - {"waste"}:
        assert on_time([case for case in cases if case.division == other]) > 0.78, other


def test_answers_depend_on_what_happened(cases: list[CasePlan]) -> None:
    asked = [case for case in cases if case.survey]
    answered = [case for case in asked if case.survey and case.survey.answered_at]
    assert 0.25 < len(answered) / len(asked) < 0.31

    def mean(on_time: bool) -> float:
        scores = [
            c.survey.satisfaction
            for c in answered
            if c.survey and c.survey.satisfaction and c.on_time is on_time
        ]
        return sum(scores) / len(scores)

    assert mean(True) > mean(False) + 0.8
    named = [c.survey for c in answered if c.survey and c.survey.names is not None]
    assert len(named) > 60


def test_nothing_looks_like_a_real_person(city: CityPlan, cases: list[CasePlan]) -> None:
    phone = re.compile(r"^\d{3}-555-01\d\d$")
    numbers = [c.phone for c in city.customers if c.phone]
    assert len(numbers) == len(set(numbers))
    assert all(phone.match(n) for n in [*numbers, city.phone, city.sms])
    assert all(phone.match(office.phone) for office in city.offices)
    addresses = [c.email for c in city.customers if c.email]
    assert len(addresses) == len(set(addresses))
    addresses += [city.email, *(p.email for p in city.staff), *(d.email for d in city.divisions)]
    assert all(re.match(r"^[a-z0-9.]+@[a-z.]+\.example$", address) for address in addresses)
    assert all(c.email or c.phone for c in city.customers)
    for case in cases:
        for words in texts(case):
            assert not re.search(r"\d{3}[-. ]\d{4}|\w@\w", words), words


def test_places_are_in_the_city(city: CityPlan) -> None:
    for district in city.districts:
        assert district.ring[0] == district.ring[-1]
    assert Counter(c.district for c in city.customers).keys() == {d.code for d in city.districts}
    for customer in city.customers:
        assert 39.15 < customer.lat < 39.27
        assert -104.37 < customer.lon < -104.21
