"""Whom we ask and whom we leave alone, each with its reason."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.models import Customer
from heard.voice.instruments import instrument
from heard.voice.models import Invitation, Occasion, Restraint
from heard.voice.opting_out import stop_asking
from heard.voice.reports.funnel import funnel
from heard.voice.reports.slices import Slice
from heard.voice.restraint import after_quiet, drawn
from heard.voice.services import Answers, Subject, answer, invite


def ask(number: int, customer: Any = None) -> Invitation | None:
    subject = Subject(about=f"case:{number}", service="pothole", division="streets", channel="web")
    return invite(subject, customer=customer, language="en", actor=SYSTEM)


def rules(**changes: Any) -> None:
    survey = instrument("closing")
    assert survey is not None
    for name, value in changes.items():
        setattr(survey, name, value)
    survey.save()


def reason(number: int) -> str:
    return Occasion.objects.get(about=f"case:{number}").excluded


def test_a_person_is_asked_about_one_thing_in_a_while(customer: Any) -> None:
    assert ask(1, customer)
    assert ask(2, customer) is None
    assert reason(2) == "cool_down"
    with clock.at(clock.now() + timedelta(days=31)):
        assert ask(3, customer)
        assert ask(2, customer) is None  # what was decided stays decided


def test_the_same_survey_may_wait_longer(customer: Any) -> None:
    rules(recontact_days=90)
    assert ask(1, customer)
    with clock.at(clock.now() + timedelta(days=31)):
        assert ask(2, customer) is None
        assert reason(2) == "recontact"


def test_who_opted_out_is_not_asked_and_open_questions_are_taken_back(customer: Any) -> None:
    row = ask(1, customer)
    assert row
    stop_asking(row, actor=customer.as_actor())
    assert Invitation.objects.get().withdrawn_at
    customer.refresh_from_db()
    assert ask(2, customer) is None
    assert reason(2) == "opt_out"
    with pytest.raises(Exception, match="taken back"):
        answer(row, Answers(satisfaction=3), actor=SYSTEM)


def test_a_sample_is_drawn_by_the_thing_and_not_by_chance(town: Any) -> None:
    rules(sampling_share=30)
    made = {n for n in range(200) if ask(n)}
    assert made == {n for n in range(200) if drawn("closing", f"case:{n}") < 0.30}
    assert 40 <= len(made) <= 80
    assert Occasion.objects.filter(excluded="not_sampled").count() == 200 - len(made)


def test_a_quota_ends_with_the_month(town: Any) -> None:
    rules(monthly_quota=2)
    with clock.at(datetime(2026, 5, 20, 12, tzinfo=UTC)):
        assert [bool(ask(n)) for n in (1, 2, 3)] == [True, True, False]
        assert reason(3) == "quota"
    with clock.at(datetime(2026, 6, 2, 12, tzinfo=UTC)):
        assert ask(4)


def test_a_survey_that_is_off_asks_nobody(town: Any) -> None:
    rules(is_active=False)
    assert ask(1) is None
    assert not Occasion.objects.exists()


@pytest.mark.parametrize(
    ("local", "sent"),
    [("2026-05-20 19:59", "2026-05-20 19:59"), ("2026-05-20 20:00", "2026-05-21 09:00"),
     ("2026-05-21 08:59", "2026-05-21 09:00"), ("2026-05-21 09:00", "2026-05-21 09:00"),
     ("2026-03-07 23:00", "2026-03-08 09:00")],
)  # fmt: skip
def test_quiet_hours_are_those_of_the_city(town: Any, local: str, sent: str) -> None:
    from heard.core.city import city_zone

    moment = datetime.fromisoformat(local).replace(tzinfo=city_zone()).astimezone(UTC)
    told = after_quiet(moment).astimezone(city_zone())
    assert f"{told:%Y-%m-%d %H:%M}" == sent


def test_quiet_hours_may_be_in_the_day_or_none(town: Any) -> None:
    noon = datetime(2026, 5, 20, 18, 30, tzinfo=UTC)  # 12:30 in Denver
    row = Restraint.objects.create(quiet_from=time(12), quiet_until=time(13))
    assert after_quiet(noon) == noon + timedelta(minutes=30)
    row.quiet_until = row.quiet_from
    row.save()
    assert after_quiet(noon) == noon


def test_every_step_of_the_funnel_is_counted_with_its_reasons(customer: Any) -> None:
    now = clock.now()
    others = [Customer.objects.create(email=f"c{n}@home.example", created_at=now) for n in range(6)]
    others[0].asked_not_to_be_surveyed = True
    others[0].save()
    rows = [ask(n, person) for n, person in enumerate([*others, others[1]])]
    assert [bool(row) for row in rows] == [False, True, True, True, True, True, False]
    assert rows[1]
    assert rows[2]
    answer(rows[1], Answers(satisfaction=5), actor=SYSTEM)
    answer(rows[2], Answers(satisfaction=1), actor=SYSTEM)
    Invitation.objects.filter(pk=rows[3].pk).update(started_at=now)
    Invitation.objects.filter(pk=rows[5].pk).update(via="page")  # told nobody, opened by nobody
    day = now.date()
    found = funnel(Slice(day - timedelta(2), day + timedelta(2), division="streets"))
    told = {step.key: step.n for step in found.steps}
    assert told == {
        "served": 7, "eligible": 5, "sampled": 5, "delivered": 4, "started": 3, "answered": 2,
    }  # fmt: skip
    assert dict(found.reasons) == {"opt_out": 1, "cool_down": 1}
    assert found.rate == pytest.approx(0.4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4 < found.high
