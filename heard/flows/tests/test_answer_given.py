"""An answer reaches the manager, the person praised, and the case that is not solved."""

from datetime import timedelta
from typing import Any

from heard.cases.closing import close
from heard.cases.models import ReopenRequest
from heard.contacts.models import Contact
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.writes import record
from heard.post.models import Dispatch
from heard.voice.instruments import instrument
from heard.voice.models import Invitation, Response
from heard.voice.services import Answers, answer


def asked(case: Any, staff: Any, run_steps: Any) -> Invitation:
    close(case, outcome="done", words="Filled.", actor=staff("agent").as_actor())
    run_steps()
    return Invitation.objects.get(about=f"case:{case.pk}")


def test_a_low_score_is_told_to_the_manager_the_same_day(
    case: Any, staff: Any, run_steps: Any
) -> None:
    staff("manager")
    row = asked(case, staff, run_steps)
    answer(row, Answers(satisfaction=1, comment="Rude to Maria Lopez"), actor=SYSTEM)
    run_steps()
    letter = Dispatch.objects.get(address="manager@city.example")
    assert "is dissatisfied" in letter.subject
    assert "/desk/voice/alerts/" in letter.text
    assert "Rude" not in letter.text  # they did not let us share their words


def test_praise_travels_to_the_person_with_leave_alone(
    case: Any, staff: Any, run_steps: Any
) -> None:
    row = asked(case, staff, run_steps)
    Invitation.objects.filter(pk=row.pk).update(staff=staff("agent"))
    given = Answers(satisfaction=5, comment="So kind to Maria Lopez!", may_share=True)
    answer(row, given, actor=SYSTEM)
    run_steps()
    letter = Dispatch.objects.get(template="voice/mail_praise.txt")
    assert letter.address == "agent@city.example"
    assert "So kind to [nombre]!" in letter.text  # masked in the language it was written in


def test_praise_without_leave_stays_with_us(case: Any, staff: Any, run_steps: Any) -> None:
    row = asked(case, staff, run_steps)
    Invitation.objects.filter(pk=row.pk).update(staff=staff("agent"))
    answer(row, Answers(satisfaction=5, comment="So kind!"), actor=SYSTEM)
    run_steps()
    assert not Dispatch.objects.filter(template="voice/mail_praise.txt").exists()


def test_not_solved_by_phone_proposes_reopening_and_on_the_web_the_page_offers_it(
    case: Any, staff: Any, run_steps: Any
) -> None:
    row = asked(case, staff, run_steps)
    answer(row, Answers(solved="no", comment="Sigue igual"), actor=SYSTEM, mode=Response.Mode.PHONE)
    run_steps()
    wish = ReopenRequest.objects.get()
    assert (wish.case_id, wish.reason, wish.decision) == (case.pk, "Sigue igual", "")


def test_on_the_web_the_customer_decides(case: Any, staff: Any, run_steps: Any) -> None:
    row = asked(case, staff, run_steps)
    answer(row, Answers(solved="no"), actor=SYSTEM)
    run_steps()
    assert not ReopenRequest.objects.exists()


def test_the_mail_of_the_outcome_is_kept_as_the_way_we_asked(
    case: Any, staff: Any, run_steps: Any
) -> None:
    row = asked(case, staff, run_steps)
    assert row.via == "email"
    assert row.dispatch.template == "case_closed"


def test_after_a_contact_without_a_case_where_the_city_switched_it_on(
    customer: Any, service: Any, staff: Any, run_steps: Any
) -> None:
    survey = instrument("contact")

    def contact() -> Contact:
        row = Contact.objects.create(
            at=clock.now(), changed_at=clock.now(), channel="phone", language="es",
            reason="question", division=service.division, service=service, customer=customer,
            staff=staff("agent"), settled=True, handed_off=False,
        )  # fmt: skip
        record("contact.recorded", about=row, actor=SYSTEM)
        run_steps()
        return row

    contact()
    assert not Invitation.objects.exists()  # it begins switched off
    survey.is_active = True
    survey.save()
    row = contact()
    made = Invitation.objects.get(about=f"contact:{row.pk}")
    assert made.division == "streets"
    assert made.dispatch.language == "es"
    contact()
    assert Invitation.objects.count() == 1  # cool-down
    with clock.at(clock.now() + timedelta(days=31)):
        contact()
    assert Invitation.objects.count() == 2
