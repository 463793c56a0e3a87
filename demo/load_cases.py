"""Writes planned cases to the tables, some hundreds at a time, with all that was said in them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from demo.plan import SEED
from demo.shapes import CasePlan, ChangePlan, CityPlan
from heard.cases.models import Case, Message, ReopenRequest, StateChange, Understanding
from heard.core.imports.bulk import insert_many
from heard.core.models import AuditRow
from heard.core.references import LETTERS
from heard.people.models import Customer
from heard.voice.models import Invitation, Response

if TYPE_CHECKING:
    from demo.load import Known

SOURCE = "demo"
AT_ONCE = 1000
TIME_TO_ANSWER = timedelta(days=30)
VERBS = {
    "received": "case.received",
    "understood": "case.understood",
    "in_progress": "case.started",
    "waiting": "case.replied",
    "resolved": "case.resolved",
    "closed": "case.closed",
    "reopened": "case.reopen_decided",
    "declined": "case.declined",
    "handed_over": "case.handed_over",
}
CASE = (
    "reference", "external_id", "state", "version", "service_id", "division_id", "district_id",
    "customer_id", "language", "channel", "words", "answers", "place", "lat", "lon", "assignee_id",
    "contact_id", "received_at", "first_response_at", "resolved_at", "closed_at",
    "customer_waits_since", "changed_at", "first_response_due", "due_at", "outcome",
    "outcome_words", "times_reopened",
)  # fmt: skip
MESSAGE = ("case_id", "direction", "channel", "staff_id", "words", "at")
UNDERSTANDING = ("case_id", "words", "staff_id", "at", "answer", "answered_at", "correction")
CHANGE = ("case_id", "old", "new", "by", "staff_id", "reason", "at")
REOPENING = ("case_id", "reason", "at", "decision", "decided_by_id", "decided_at", "answer")
INVITATION = (
    "about", "reference", "customer_id", "staff_id", "language", "service", "division",
    "department", "district", "channel", "asked_at", "expires_at",
)  # fmt: skip
RESPONSE = (
    "invitation_id", "satisfaction", "ease", "solved", "comment", "may_share", "answered_at",
    "changed_at",
)  # fmt: skip
AUDIT = (
    "at", "actor_kind", "actor_id", "actor_name", "actor_role", "verb", "about_id", "changes",
)  # fmt: skip
Row = tuple[Any, ...]


class CaseLoader:
    """Loads cases in the order of the plan, and counts what it loads."""

    def __init__(self, city: CityPlan, known: "Known") -> None:
        self.city, self.known = city, known
        self.cases = self.customers = self.answers = 0
        self._customer_keys: dict[int, int] = {}
        self._references = _references(SEED)
        self._named: dict[int, str] = {}

    def load(self, planned: Iterator[CasePlan]) -> Iterator[int]:
        """Load all; yields how many are done, now and then."""
        while batch := list(islice(planned, AT_ONCE)):
            self._load_customers(batch)
            self._load_batch(batch)
            self.cases += len(batch)
            yield self.cases

    def _load_customers(self, batch: list[CasePlan]) -> None:
        """Those who write for the first time."""
        first: dict[int, datetime] = {}
        for case in batch:
            if case.customer is not None and case.customer not in self._customer_keys:
                first.setdefault(case.customer, case.received_at)
        made = Customer.objects.bulk_create(
            Customer(
                name=person.name,
                email=person.email,
                phone=person.phone,
                language=person.language,
                preferred_channel=person.prefers,
                created_at=at,
            )
            for person, at in ((self.city.customers[i], at) for i, at in first.items())
        )
        self._customer_keys |= {index: row.pk for index, row in zip(first, made, strict=True)}
        self.customers += len(made)

    def _load_batch(self, batch: list[CasePlan]) -> None:
        insert_many(Case(source=SOURCE, promise_version=1), CASE, map(self._case, batch))
        numbers = [str(case.number) for case in batch]
        found = Case.objects.filter(source=SOURCE, external_id__in=numbers)
        keys = {int(number): pk for number, pk in found.values_list("external_id", "pk")}
        self._load_talk(batch, keys)
        self._load_surveys(batch, keys)
        audit = [self._audit(keys[case.number], case, c) for case in batch for c in case.changes]
        insert_many(AuditRow(about_kind="case"), AUDIT, sorted(audit, key=lambda row: row[0]))

    def _load_talk(self, batch: list[CasePlan], keys: dict[int, int]) -> None:
        """Messages, understandings, changes of state and wishes to reopen."""
        plain = Case(pk=0)  # only a stand-in: every row names its own case
        messages = (row for case in batch for row in self._messages(keys[case.number], case))
        insert_many(Message(case=plain), MESSAGE, messages)
        understandings = (
            (keys[c.number], row.words, self._staff(row.staff), row.at, row.answer,
             row.answered_at, row.correction)
            for c in batch for row in c.understandings
        )  # fmt: skip
        insert_many(Understanding(case=plain), UNDERSTANDING, understandings)
        changes = (
            (keys[c.number], row.old, row.new, row.by, self._staff(row.staff), row.reason, row.at)
            for c in batch for row in c.changes
        )  # fmt: skip
        insert_many(StateChange(case=plain), CHANGE, changes)
        reopenings = (
            (keys[c.number], row.reason, row.at, row.decision, self._staff(row.staff),
             row.decided_at, row.answer)
            for c in batch for row in c.reopenings
        )  # fmt: skip
        insert_many(ReopenRequest(case=plain), REOPENING, reopenings)

    def _load_surveys(self, batch: list[CasePlan], keys: dict[int, int]) -> None:
        asked = [case for case in batch if case.survey is not None]
        insert_many(Invitation(), INVITATION, (self._invitation(keys[c.number], c) for c in asked))
        about = {f"case:{keys[case.number]}": case for case in asked}
        found = Invitation.objects.filter(about__in=list(about)).values_list("about", "pk")
        rows: list[Row] = []
        for name, pk in found:
            answer = about[name].survey
            if answer is not None and answer.answered_at is not None:
                rows.append(
                    (pk, answer.satisfaction, answer.ease, answer.solved, answer.comment,
                     answer.may_share, answer.answered_at, answer.answered_at)
                )  # fmt: skip
        insert_many(Response(invitation=Invitation(pk=0)), RESPONSE, sorted(rows))
        self.answers += len(rows)

    def _case(self, case: CasePlan) -> Row:
        reference = next(self._references)
        self._named[case.number] = reference
        events = len(case.changes) + len(case.messages) + len(case.understandings)
        return (
            reference, str(case.number), case.state, events,
            self.known.services[case.service], self.known.divisions[case.division],
            self.known.districts[case.district] if case.district else None,
            self._customer(case), case.language, case.channel, case.words, case.answers,
            case.place, case.lat, case.lon, self._staff(case.assignee), self._staff(case.contact),
            case.received_at, case.first_response_at, case.resolved_at, case.closed_at,
            case.waits_since, case.changed_at, case.first_response_due, case.due_at, case.outcome,
            case.outcome_words, case.times_reopened,
        )  # fmt: skip

    def _messages(self, key: int, case: CasePlan) -> Iterable[Row]:
        if case.same_as is not None and case.first_response_at is not None:
            same = f"Same problem as {self._named[case.same_as]}."
            yield (
                key, "note", "staff", self._staff(case.contact), same, case.first_response_at,
            )  # fmt: skip
        for row in case.messages:
            yield (key, row.direction, case.channel, self._staff(row.staff), row.words, row.at)

    def _invitation(self, key: int, case: CasePlan) -> Row:
        assert case.survey is not None
        helper = case.assignee if case.assignee is not None else case.contact
        asked_at = case.survey.asked_at
        return (
            f"case:{key}", next(self._references), self._customer(case), self._staff(helper),
            case.language, case.service, case.division, self.known.departments_of[case.division],
            case.district or "", case.channel, asked_at, asked_at + TIME_TO_ANSWER,
        )  # fmt: skip

    def _audit(self, key: int, case: CasePlan, change: ChangePlan) -> Row:
        withdrawn = change.new == "closed" and case.outcome == "withdrawn"
        verb = "case.withdrawn" if withdrawn else VERBS[change.new]
        actor: Row = ("system", None, "Heard", "")
        if change.staff is not None:
            person = self.known.staff[change.staff]
            actor = ("staff", person.pk, person.name, person.role)
        elif change.by == "customer":
            name = self.city.customers[case.customer].name if case.customer is not None else ""
            actor = ("customer", self._customer(case), name, "")
        return (change.at, *actor, verb, key, {"state": [change.old, change.new]})

    def _customer(self, case: CasePlan) -> int | None:
        return None if case.customer is None else self._customer_keys[case.customer]

    def _staff(self, index: int | None) -> int | None:
        return None if index is None else self.known.staff[index].pk


def _references(seed: str) -> Iterator[str]:
    """References as the house makes them, but the same ones each time: it is only a demo."""
    rng = Random(f"{seed}:references")
    seen: set[str] = set()
    while True:
        letters = "".join(rng.choice(LETTERS) for _ in range(8))
        if letters not in seen:
            seen.add(letters)
            yield f"{letters[:4]}-{letters[4:]}"
