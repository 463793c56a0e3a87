"""The demo city in the tables: whole, consistent with the rooms' own rules, sending nothing."""

from datetime import date, datetime, timedelta

import pytest

from demo import load as loading
from demo.forms import ADDED
from demo.load import load
from demo.plan import plan_cases, plan_city
from heard.cases.facts import rows as case_facts
from heard.cases.models import Case, Message, StateChange, Understanding
from heard.cases.services import freeze_promise
from heard.cases.states import may_change
from heard.catalogue.models import Question, Service
from heard.core.models import AuditRow, Event
from heard.core.references import clean_reference
from heard.people.models import Customer, Division, Staff
from heard.places.models import District, Office
from heard.post.models import Dispatch
from heard.voice.models import Invitation, Occasion, Response

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]
UNTIL = date(2026, 7, 1)
FEW = 240


@pytest.fixture(scope="module")
def loaded(rows_kept: None) -> loading.Loaded:
    return load(UNTIL, cases=FEW, say=lambda line: None)


def test_nobody_is_asked_twice_within_the_pause(loaded: loading.Loaded) -> None:
    last: dict[int | None, datetime] = {}
    asked = Invitation.objects.filter(pool="invited", customer__isnull=False)
    for row in asked.order_by("asked_at"):
        if row.customer_id in last:
            assert row.asked_at - last[row.customer_id] >= timedelta(days=30), row
        last[row.customer_id] = row.asked_at
    assert len(last) > 100


def test_everything_planned_is_there(loaded: loading.Loaded) -> None:
    planned = list(plan_cases(UNTIL, cases=FEW))
    assert loaded.cases == Case.objects.filter(parent=None).count() == len(planned)
    assert Division.objects.count() == 8
    assert Service.objects.count() == 40
    assert (District.objects.count(), Office.objects.count()) == (5, 4)
    assert Staff.objects.count() == 26
    questions = Question.objects.exclude(code__in=ADDED)
    assert questions.count() == sum(len(s.questions) for s in plan_city().services)
    assert Customer.objects.count() == loaded.customers
    assert StateChange.objects.count() == sum(len(case.changes) for case in planned)
    assert Understanding.objects.count() == sum(len(case.understandings) for case in planned)
    asked = Invitation.objects.filter(pool="invited", about__startswith="case:")
    of_cases = Occasion.objects.filter(about__startswith="case:")
    held_back = of_cases.filter(excluded="cool_down").count()
    assert held_back > 0
    assert asked.count() + held_back == of_cases.count()
    assert of_cases.count() == sum(case.survey is not None for case in planned)
    assert Response.objects.filter(invitation__in=asked).count() == loaded.answers > 0
    permits = Response.objects.filter(invitation__version__instrument__code="permits")
    assert permits.filter(more__has_key="recommend").count() > 100
    said = Message.objects.exclude(direction="note")
    assert said.count() == sum(len(case.messages) for case in planned)
    assert AuditRow.objects.filter(about_kind="case").count() == StateChange.objects.count()


def test_the_rooms_agree(loaded: loading.Loaded) -> None:
    for change in StateChange.objects.exclude(old=""):
        assert may_change(change.old, change.new, change.by), change
    for case in Case.objects.select_related("service", "customer"):
        dues = case.first_response_due, case.due_at
        freeze_promise(case)
        assert dues == (case.first_response_due, case.due_at)
        assert case.reference == clean_reference(case.reference)
        assert case.words
    for model in (Service, Question, Office, District, Staff, Customer, Case):
        for row in model._default_manager.all()[:60]:
            row.full_clean()


def test_facts_can_be_read(loaded: loading.Loaded) -> None:
    facts = list(case_facts())
    assert len(facts) == loaded.cases
    told = {str(case.number): case for case in plan_cases(UNTIL, cases=FEW)}
    numbers = dict(Case.objects.values_list("reference", "external_id"))
    assert all(fact.on_time == told[numbers[fact.reference]].on_time for fact in facts)


def test_nothing_is_sent_and_nothing_waits(loaded: loading.Loaded) -> None:
    assert Dispatch.objects.count() == 0
    assert Event.objects.count() == 0
