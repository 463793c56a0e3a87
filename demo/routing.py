"""Routing and remedies in the demo city: a roster, teams, rules, notes, and what was made right."""

from datetime import date, datetime, time, timedelta
from random import Random

from heard.cases.models import Case
from heard.core.city import city_zone
from heard.people.models import Division, Role, Staff
from heard.remedies.models import Authority, Kind, Remedy, TableVersion, Wish
from heard.routing.models import (
    Absence,
    Cover,
    Duty,
    Give,
    HandOver,
    HandOverRead,
    Rule,
    RuleVersion,
    Shift,
    Team,
)  # fmt: skip

KINDS = (
    ("waive-fee", "Waive a fee", "Condonar un cargo", True, 2000, 10_000, 10_000),
    ("refund", "Refund", "Reembolsar", True, 2500, 7500, 15_000),
    ("voucher", "Voucher with an apology", "Vale con disculpa", True, 1500, 6000, 5000),
    ("expedite", "Put it first", "Dar prioridad", False, None, None, None),
    ("send-truck", "Send a crew today", "Enviar una cuadrilla hoy", False, None, None, None),
)
REASONS = {
    "waive-fee": "The second notice went to the old address.",
    "refund": "Charged twice for one permit.",
    "voucher": "They waited in line for an hour and the form was the wrong one.",
    "expedite": "Third call about the same thing.",
    "send-truck": "A school walks past it in the morning.",
}
REFERENCE = "23456789BCDFGHJKMNPQRSTWXZ"


def load_routing(until: datetime, *, seed: str = "routing") -> None:
    """Write roster, rules and remedies as if they had grown over the year before a moment."""
    if Kind.objects.exists():  # beside a real city that has its own
        return
    rng = Random(f"{seed}:remedies")
    staff = list(Staff.objects.filter(email__endswith="@sagebrook.example").order_by("pk"))
    divisions = {d.code: d for d in Division.objects.all()}
    _roster(staff, until)
    teams = _teams(staff, divisions)
    _rules(staff, divisions, teams, until)
    _notes(staff, until)
    _authority(staff, until)
    _remedies(staff, until, rng)


def _roster(staff: list[Staff], until: datetime) -> None:
    """Agents in two shifts; in each division the field takes the nights in turn."""
    first = (until - timedelta(days=120)).date()
    working = [0, 1, 2, 3, 4]
    for number, person in enumerate(p for p in staff if p.role == Role.AGENT):
        early = number % 2 == 0
        _shift(
            person, Duty.SHIFT, working, time(7 if early else 11), time(15 if early else 19), first
        )
    by_division: dict[int, list[Staff]] = {}
    for person in staff:
        if person.role == Role.FIELD_WORKER and person.division_id:
            by_division.setdefault(person.division_id, []).append(person)
    for people in by_division.values():
        for person in people:
            _shift(person, Duty.SHIFT, working, time(8), time(16), first)
        for day in range(7):
            _shift(people[day % len(people)], Duty.ON_CALL, [day], time(16), time(8), first)
    for manager in (p for p in staff if p.role == Role.MANAGER):
        if manager.division_id and manager.division_id not in by_division:
            _shift(manager, Duty.ON_CALL, list(range(7)), time(17), time(8), first)
            break
    people = next(iter(by_division.values()), [])
    if len(people) > 1:
        begin = until + timedelta(days=2)
        Cover.objects.create(
            division_id=people[0].division_id, duty=Duty.ON_CALL, staff=people[1],
            instead_of=people[0], starts_at=begin, ends_at=begin + timedelta(hours=16),
        )  # fmt: skip
        Absence.objects.create(staff=people[0], starts_at=begin, ends_at=begin + timedelta(days=5))


def _shift(
    person: Staff, duty: str, days: list[int], starts: time, ends: time, first: date
) -> None:
    Shift.objects.create(
        division_id=person.division_id, staff=person, duty=duty, weekdays=days, starts=starts,
        ends=ends, first=first,
    )  # fmt: skip


def _teams(staff: list[Staff], divisions: dict[str, Division]) -> dict[str, Team]:
    agents = [p for p in staff if p.role == Role.AGENT and p.division_id]
    if not agents or agents[0].division is None:
        return {}
    team = Team.objects.create(
        name={"en": "Spanish-speaking agents", "es": "Personal que habla español"},
        division=agents[0].division,
    )
    team.members.set([p for p in agents if p.language == "es"] or agents[:2])
    return {"spanish": team}


def _rules(
    staff: list[Staff], divisions: dict[str, Division], teams: dict[str, Team], until: datetime
) -> None:
    author = next((p for p in staff if p.role == Role.ADMINISTRATOR), None)
    parks, water = _named(divisions, "park"), _named(divisions, "water")
    wanted: list[tuple[dict[str, object], bool]] = []
    if parks:
        words = ["fallen tree", "broken branch", "árbol caído", "rama"]
        wanted.append(({"name": "Trees go to parks", "words": words, "division": parks}, True))
    if water:
        words = ["flood*", "water main", "inund*", "fuga de agua"]
        wanted.append((
            {"name": "Water at night: whoever is on call", "words": words, "division": water,
             "hours": "closed", "give": Give.ON_CALL}, True,
        ))  # fmt: skip
    if "spanish" in teams:
        wanted.append((
            {"name": "Spanish by phone, by turn", "languages": ["es"], "channels": ["phone"],
             "give": Give.TURN, "team": teams["spanish"]}, False,
        ))  # fmt: skip
    for number, (said, is_live) in enumerate(wanted, start=1):
        rule = Rule.objects.create(order=number)
        version = RuleVersion.objects.create(
            rule=rule,
            number=1,
            made_at=until - timedelta(days=40 - number),
            made_by=author,
            **said,
        )
        if is_live:
            rule.live = version
            rule.save()


def _named(divisions: dict[str, Division], part: str) -> Division | None:
    return next((d for code, d in divisions.items() if part in code), None)


def _notes(staff: list[Staff], until: datetime) -> None:
    agents = [p for p in staff if p.role == Role.AGENT and p.division_id]
    told = [
        "Two callers on the Juniper Avenue closure are promised a call by noon. Crew B is out.",
        "Quiet. The kiosk printer jams; facilities knows.",
        "Many calls about the brown water on the east side: it is safe, the answer is on the site.",
    ]
    for number, words in enumerate(told):
        if not agents:
            return
        author = agents[number % len(agents)]
        assert author.division is not None
        end = until - timedelta(hours=9 + 24 * (len(told) - number - 1))
        note = HandOver.objects.create(
            division=author.division, author=author, since=end - timedelta(hours=8), until=end,
            words=words,
            figures={"received": 14 + 3 * number, "finished": 9 + number, "overdue": 2,
                     "soon": 6, "unassigned": 4 - number},
        )  # fmt: skip
        if number < len(told) - 1 and len(agents) > 1:
            HandOverRead.objects.create(
                note=note, staff=agents[(number + 1) % len(agents)], at=end + timedelta(hours=1)
            )


def _authority(staff: list[Staff], until: datetime) -> None:
    begin = until - timedelta(days=300)
    rows = []
    for order, (code, en, es, has_amount, case, day, manager) in enumerate(KINDS):
        kind = Kind.objects.create(
            code=code, name={"en": en, "es": es}, has_amount=has_amount, order=order
        )
        for role, most, per_day in (
            (Role.AGENT, case, day), (Role.FIELD_WORKER, None if has_amount else 0, None),
            (Role.MANAGER, manager, None), (Role.ADMINISTRATOR, manager, None),
        ):  # fmt: skip
            if has_amount and most is None:
                continue
            times = None if has_amount or role != Role.AGENT else 5
            row = Authority.objects.create(
                kind=kind, role=role, case_cents=most if has_amount else None,
                day_cents=per_day if has_amount else None, day_times=times,
            )  # fmt: skip
            rows.append({
                "kind": code, "role": role.value, "staff": None, "name": "",
                "case_cents": row.case_cents, "case_times": None, "day_cents": row.day_cents,
                "day_times": row.day_times,
            })  # fmt: skip
    author = next((p for p in staff if p.role == Role.ADMINISTRATOR), None)
    TableVersion.objects.create(
        number=1, rows=rows, made_at=begin, made_by=author, reason="Agreed with the front line"
    )


def _remedies(staff: list[Staff], until: datetime, rng: Random) -> None:
    """In about one finished case of forty, more often where it was late."""
    agents = [p for p in staff if p.role == Role.AGENT] or staff
    managers = [p for p in staff if p.role == Role.MANAGER] or staff
    kinds = {kind.code: kind for kind in Kind.objects.all()}
    limits = {code: case for code, _en, _es, _has, case, _day, _most in KINDS}
    found = Case.objects.filter(source="demo", resolved_at__isnull=False).order_by("pk")
    made, zone = [], city_zone()
    rows = found.values_list("pk", "division_id", "received_at", "resolved_at", "due_at")
    for pk, division, received, resolved, due in rows.iterator():
        assert resolved is not None
        late = due is not None and resolved > due
        if rng.random() > (0.07 if late else 0.018):
            continue
        code = rng.choice([row[0] for row in KINDS])
        limit = limits[code]
        at = received + (resolved - received) * rng.uniform(0.2, 0.9)
        above = limit is not None and rng.random() < 0.12
        cents = (
            0 if limit is None else limit * (2 if above else 1) * rng.choice((50, 75, 100)) // 100
        )
        giver = rng.choice(agents)
        made.append(Remedy(
            reference="-".join("".join(rng.choices(REFERENCE, k=4)) for _part in "12"),
            case_id=pk, kind=kinds[code], division_id=division, cents=cents,
            reason=REASONS[code], staff=giver,
            by_authority_of=rng.choice(managers) if above else giver, table_version=1,
            given_at=at, given_on=at.astimezone(zone).date(),
        ))  # fmt: skip
    Remedy.objects.bulk_create(made, batch_size=500)
    waiting = Case.objects.filter(source="demo", state="in_progress").order_by("-pk").first()
    if waiting is not None:
        Wish.objects.create(
            case=waiting, kind=kinds["refund"], cents=6000, asked_by=agents[0],
            asked_at=until - timedelta(hours=2),
            reason="The permit was paid twice, and they had to come in twice to prove it.",
        )  # fmt: skip
