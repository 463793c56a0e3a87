"""What an operator sees and does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases import services
from heard.core import clock, schedule
from heard.core.events import wiring
from heard.core.models import AuditRow, Event, ImportRun, ScheduleRow, Step
from heard.doors.operate.reads import QUIET_WORKER, chain_of, checks
from heard.post.models import Dispatch


@pytest.fixture
def operator(client: Client, staff: Any) -> Client:
    client.force_login(staff("administrator"))
    return client


@pytest.fixture
def parked(case: Any) -> Step:
    letter = Step.objects.get(name__endswith="tell_received")
    Step.objects.exclude(pk=letter.pk).delete()
    letter.state, letter.attempts = "parked", 8
    letter.fault = "Traceback\n  more\nValueError: <b>no paper</b>"
    letter.save()
    return letter


def health(name: str) -> bool:
    return next(check.is_well for check in checks(clock.now()) if check.name == name)


def test_a_worker_that_never_ran_is_named(town: Any) -> None:
    assert not health("Worker")


def test_a_worker_is_alive_while_its_jobs_run(town: Any) -> None:
    now = clock.now()
    ScheduleRow.objects.create(name="post: send what is due", due_at=now, finished_at=now)
    assert health("Worker")
    with clock.at(now + QUIET_WORKER + timedelta(seconds=1)):
        assert not health("Worker")


def test_trouble_is_seen_at_a_glance(operator: Client, parked: Step) -> None:
    Dispatch.objects.create(
        key="k", address="a@b.example", language="en", template="t", subject="s", text="t",
        about="case:1", state="failed", due_at=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    ScheduleRow.objects.create(name="test: job", due_at=clock.now(), fault="no paper")
    assert not any(health(name) for name in ("Parked steps", "Mail", "Regular jobs"))
    assert operator.get(reverse("operate:health")).content.decode().count("look at this") == 4


def test_a_step_that_waits_too_long_is_trouble(case: Any) -> None:
    assert health("Steps")
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert not health("Steps")


def test_every_job_is_in_the_table(operator: Client) -> None:
    page = operator.get(reverse("operate:health")).content.decode()
    for job in schedule.jobs():
        assert job.name in page


def test_a_parked_step_is_seen_with_its_fault_and_sent_round_again(
    operator: Client, parked: Step
) -> None:
    page = operator.get(reverse("operate:steps")).content.decode()
    assert "ValueError: &lt;b&gt;no paper" in page
    answer = operator.post(reverse("operate:run_again", args=[parked.pk]))
    assert answer["Location"] == reverse("operate:event", args=[parked.event_id])
    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == ("waiting", 0)
    operator.post(reverse("operate:run_again", args=[parked.pk]))
    assert AuditRow.objects.filter(verb="step.run_again").count() == 1


def test_a_chain_is_shown_from_its_first_cause(operator: Client, case: Any) -> None:
    first = Event.objects.get(kind="case.received")
    with_cause = Event.objects.create(
        kind="test.effect", about_kind="case", about_id=case.pk, actor_kind="system",
        at=clock.now(), cause=first, depth=1,
    )  # fmt: skip
    link = chain_of(with_cause)
    assert link.event == first
    assert [effect.event for effect in link.effects] == [with_cause]
    assert (link.is_asked, link.effects[0].is_asked) == (False, True)
    assert [step.name for step in link.steps] == list(wiring()["case.received"])
    page = operator.get(reverse("operate:event", args=[with_cause.pk])).content.decode()
    assert page.index("case.received") < page.rindex("test.effect")


def test_the_outbox_shows_what_would_have_been_sent(
    operator: Client, case: Any, run_steps: Any, settings: Any
) -> None:
    settings.EMAIL_URL = ""
    run_steps()
    row = Dispatch.objects.get()
    listed = operator.get(reverse("operate:outbox")).content.decode()
    assert "No mail server is set up" in listed
    assert row.subject in listed
    page = operator.get(reverse("operate:dispatch", args=[row.pk])).content.decode()
    assert case.reference in page
    assert case.tracking_path() in page
    settings.EMAIL_URL = "smtp://mail.example"
    assert "No mail server" not in operator.get(reverse("operate:outbox")).content.decode()


def test_a_letter_cannot_run_anything(operator: Client, case: Any, run_steps: Any) -> None:
    run_steps()
    Dispatch.objects.update(html="<script>alert(1)</script>", text="<script>alert(2)</script>")
    row = Dispatch.objects.get()
    page = operator.get(reverse("operate:dispatch", args=[row.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [({}, 1), ({"state": "queued"}, 1), ({"state": "failed"}, 0), ({"q": "ANA@home"}, 1),
     ({"q": "nobody"}, 0), ({"state": "odd"}, 1)],
)  # fmt: skip
def test_the_outbox_is_narrowed(
    query: dict[str, str], found: int, operator: Client, case: Any, run_steps: Any
) -> None:
    run_steps()
    assert operator.get(reverse("operate:outbox"), query).context["listing"].total == found


def test_the_audit_is_searched_by_thing_and_person(operator: Client, case: Any, staff: Any) -> None:
    services.note(case, "Hm.", actor=staff("agent").as_actor())

    def verbs(**query: str) -> set[str]:
        rows = operator.get(reverse("operate:audit"), query).context["listing"].rows
        return {row.verb for row in rows}

    assert verbs(thing=case.reference.lower()) == {"case.received", "case.noted"}
    assert verbs(thing=f"case:{case.pk}") == {"case.received"}
    assert verbs(person=str(staff("agent").pk)) == {"case.noted"}
    assert verbs(person="system") == {"customer.known"}
    assert verbs(verb="case.") == {"case.received", "case.noted"}
    for nothing in ("ZZZZ-ZZZZ", "case:x", "case:" + "9" * 30, "%"):
        assert verbs(thing=nothing) == set()


def test_imports_are_listed(operator: Client) -> None:
    ImportRun.objects.create(
        kind="cases", mapping="boston311", file_name="july.csv", fingerprint="f", rows=10,
        imported=7, updated=1, unchanged=1, rejected=1, started_at=clock.now(),
    )  # fmt: skip
    page = operator.get(reverse("operate:imports")).content.decode()
    assert "july.csv" in page
    assert "not finished" in page


def test_lists_cost_the_same_whatever_their_length(
    operator: Client, case: Any, run_steps: Any, django_assert_max_num_queries: Any
) -> None:
    for name in ("steps", "outbox", "audit"):
        counts = []
        for size in (1, 10):
            for number in range(size):
                event = Event.objects.create(
                    kind="t", about_kind="case", about_id=1, actor_kind="system", at=clock.now()
                )
                Step.objects.create(
                    event=event, name="s", state="parked", queued_at=event.at, due_at=event.at
                )
                AuditRow.objects.create(
                    at=event.at, actor_kind="system", verb="t", about_kind="case", about_id=1,
                    event=event,
                )  # fmt: skip
                Dispatch.objects.create(
                    key=f"{name}{size}{number}", address="a@b.example", language="en",
                    template="t", subject="s", text="t", about="case:1", due_at=event.at,
                    created_at=event.at,
                )  # fmt: skip
            operator.get(reverse(f"operate:{name}"))  # what is kept for a moment is read now
            with django_assert_max_num_queries(10) as counted:
                operator.get(reverse(f"operate:{name}"))
            counts.append(len(counted))
        assert counts[0] == counts[1], name
