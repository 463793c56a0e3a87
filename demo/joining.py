"""What belongs together in the demo city: merged reports, followers, a part, outside handlers."""

from datetime import datetime, timedelta
from random import Random

from heard.cases.models import Case, Message
from heard.cases.services import freeze_promise
from heard.cases.states import OPEN
from heard.core.references import LETTERS
from heard.joining.clocks import NAMES
from heard.joining.merging import MOMENTS, PLAIN
from heard.joining.models import Errand, Follower, Merge, Organisation, Part, Update
from heard.people.models import Customer, Division

SAME = "Same problem as "
ORGANISATIONS = (
    ("Front Range Power", "utility", "field.desk@frontrangepower.example"),
    ("Arrowhead County Roads", "county", "roads@arrowhead.example"),
    ("Juniper Tree Service", "contractor", "crews@junipertree.example"),
)
ERRANDS = (
    ("Please check the pole at this place; a resident says it leans.", "done",
     "Crew was there at 10. The pole is straight and the bolt is new."),
    ("Is this stretch of road yours or ours? Please tell us.", "refused",
     "Ours ends at the bridge. Please ask the state."),
    ("Please cut the branch over the walk.", "accepted", "We come on Thursday."),
)  # fmt: skip
NEWS = {
    "en": "The crew has looked at it and ordered what it needs.",
    "es": "La cuadrilla lo revisó y pidió lo que necesita.",
}


def load_joining(until: datetime) -> None:
    """Tie together some of the cases that are loaded; the same ones each time."""
    if Organisation.objects.exists():  # beside a real city that has its own
        return
    rng = Random("joining")
    _merges()
    at_work = Case.objects.filter(
        source="demo", state__in=OPEN, service__is_public=True, customer__isnull=False
    ).select_related("service", "contact")
    chosen = list(at_work.order_by("-received_at", "-id")[:8])
    _followers(chosen[:6], until, rng)
    _errands(chosen, until, rng)
    if chosen:
        _part(chosen[0], until, rng)


def _merges() -> None:
    """Reports that staff closed as a repetition, tied to the one they repeat."""
    notes = Message.objects.filter(direction="note", words__startswith=SAME)
    for note in notes.select_related("case").order_by("-at", "-id")[:12]:
        case = note.case
        into = Case.objects.filter(reference=note.words[len(SAME) :].rstrip(".")).first()
        if into is None or case.outcome != "already_known" or into.merged_into_id:
            continue
        fields: dict[str, object] = {name: getattr(case, name) for name in PLAIN}
        for name in MOMENTS:
            moment = getattr(case, name)
            fields[name] = moment.isoformat() if moment else None
        due = into.due_at.isoformat() if into.due_at else ""
        first = into.first_response_due.isoformat() if into.first_response_due else ""
        own = {"first": first, "due": due, "judged": due}
        Merge.objects.create(
            case=case, into=into, at=case.closed_at or case.changed_at, staff_id=case.contact_id,
            before=fields, after=fields,
            clocks={name: {"due": "", "own": own[name], "new": own[name]} for name in NAMES},
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(merged_into=into)


def _followers(cases: list[Case], until: datetime, rng: Random) -> None:
    people = list(Customer.objects.exclude(email="").order_by("id")[:60])
    for number, case in enumerate(cases):
        for person in rng.sample(people, min(len(people), 1 + number % 4)):
            if person.pk == case.customer_id:
                continue
            at = case.received_at + (until - case.received_at) * rng.random()
            Follower.objects.create(
                case=case, customer=person, language=person.language, staff_id=case.contact_id,
                at=at, confirmed_at=at,
            )  # fmt: skip
    if cases:
        at = cases[0].received_at + (until - cases[0].received_at) / 2
        Update.objects.create(case=cases[0], words=NEWS, staff_id=cases[0].contact_id, at=at)


def _errands(cases: list[Case], until: datetime, rng: Random) -> None:
    made = [
        Organisation.objects.create(name=name, kind=kind, email=email)
        for name, kind, email in ORGANISATIONS
    ]
    for case, organisation, (asked, state, said) in zip(cases, made, ERRANDS, strict=False):
        at = case.received_at + (until - case.received_at) / 3
        answered = at + (until - at) / 2
        Errand.objects.create(
            reference=_reference(rng), case=case, organisation=organisation, words=asked,
            state=state, staff_id=case.contact_id, made_at=at, expires_at=at + timedelta(days=30),
            last_words=said, last_at=answered, times_written=1,
            unread_since=None if state == "accepted" else answered,
        )  # fmt: skip


def _part(whole: Case, until: datetime, rng: Random) -> None:
    other = Division.objects.exclude(pk=whole.division_id).order_by("code").first()
    if other is None:
        return
    at = whole.received_at + (until - whole.received_at) / 4
    part = Case(
        reference=_reference(rng), parent=whole, service=whole.service, division=other,
        district_id=whole.district_id, language=whole.language, channel="staff", place=whole.place,
        lat=whole.lat, lon=whole.lon, contact_id=whole.contact_id, received_at=at, changed_at=at,
        source="demo", words="Please put up a sign until the work is done.",
    )  # fmt: skip
    freeze_promise(part)
    part.save()
    Part.objects.create(case=part)


def _reference(rng: Random) -> str:
    letters = "".join(rng.choice(LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
