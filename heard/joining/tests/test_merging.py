"""What a merge refuses, what two people at once do to each other, and what nobody may read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from heard.cases.closing import ask_to_reopen, close, close_silent, reopen, resolve
from heard.cases.models import Case, Message
from heard.cases.recalculating import propose, start, work
from heard.cases.services import add_words
from heard.catalogue.models import Promise
from heard.core.actors import SYSTEM
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.joining.following import follow
from heard.joining.merging import merge, undo_merge
from heard.joining.models import Merge, Organisation
from heard.joining.outside import ask_outside
from heard.joining.parting import split
from heard.joining.tests.conftest import START, Street
from heard.people.models import Division
from heard.post.models import Dispatch


@pytest.fixture
def two(street: Street) -> tuple[Case, Case]:
    """Ben's report, and Ana's which was first."""
    ana = street.report("ana", on=0)
    return street.report("ben", on=1, language="es"), ana


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def refused(street: Street, case: Case, into: Case) -> str:
    with pytest.raises(Refused) as caught:
        merge(fresh(case), fresh(into), actor=street.by)
    return str(caught.value)


def test_what_cannot_be_merged_says_why(street: Street, two: Any, division: Division) -> None:
    ben, ana = two
    assert "itself" in refused(street, ben, ben)
    part = split(ana, division, words="Sign it.", actor=street.by)
    assert "part" in refused(street, part, ben)
    assert "open parts" in refused(street, ana, ben)
    utility = Organisation.objects.create(name="Power", email="ops@power.example")
    ask_outside(ben, utility, words="Move the pole.", actor=street.by)
    assert "outside handler" in refused(street, ben, ana)
    assert Merge.objects.count() == 0


def test_a_ring_is_refused(street: Street, two: Any) -> None:
    ben, ana = two
    merge(ben, ana, actor=street.by)
    assert f"lives on in {ana.reference}" in refused(street, ana, ben)
    assert "merged already" in refused(street, ben, street.report("cy", on=1))


def test_an_open_report_does_not_vanish_in_a_finished_case(street: Street, two: Any) -> None:
    ben, ana = two
    close(ana, outcome="done", words="Filled.", actor=street.by)
    assert "finished" in refused(street, ben, ana)
    merge(fresh(ana), fresh(ben), actor=street.by)  # the other way it may
    assert fresh(ana).outcome == "done"


def test_a_wish_to_reopen_is_answered_first(street: Street, two: Any) -> None:
    ben, ana = two
    close(ben, outcome="done", words="Filled.", actor=street.by)
    ask_to_reopen(fresh(ben), reason="Still there.", actor=ben.customer.as_actor())
    assert "asked to reopen" in refused(street, ben, ana)


def test_the_second_of_two_agents_is_told(street: Street, two: Any) -> None:
    ben, ana = two
    seen = (ben.version, ana.version)
    merge(ben, ana, actor=street.by, seen=seen)
    third = street.report("cy", on=1)
    with pytest.raises(ChangedMeanwhile):
        merge(third, ana, actor=street.by, seen=(third.version, seen[1]))
    assert fresh(third).is_open


def test_the_same_form_sent_twice_merges_once(street: Street, two: Any) -> None:
    ben, ana = two
    one = merge(ben, ana, actor=street.by, key="form-1")
    assert merge(ben, ana, actor=street.by, key="form-1") == one
    undone = undo_merge(one, reason="No.", actor=street.by, key="form-2")
    assert undo_merge(one, reason="No.", actor=street.by, key="form-2") == undone


def test_who_may_not_merge(street: Street, two: Any, staff: Callable[..., Any]) -> None:
    for role in ("field_worker", "cx_lead"):
        with pytest.raises(NotAllowed):
            merge(*two, actor=staff(role).as_actor())


def test_a_merged_case_cannot_be_finished_or_opened_again(street: Street, two: Any) -> None:
    ben, ana = two
    with street.on(1):
        resolve(ben, outcome="done", words="Filled.", actor=street.by)
        merge(fresh(ben), fresh(ana), actor=street.by)
    for verb in (reopen,):
        with pytest.raises(Refused, match="lives on"):
            verb(fresh(ben), reason="x", actor=street.by)
    with street.on(20):
        assert close_silent() == 0
    assert fresh(ben).state == "resolved"
    undo_merge(Merge.objects.get(), reason="No.", actor=street.by)
    with street.on(20):
        assert close_silent() == 1


def test_an_undo_is_refused_where_the_case_was_changed_from_outside(
    street: Street, two: Any
) -> None:
    ben, ana = two
    row = merge(ben, ana, actor=street.by)
    Case.objects.filter(pk=ben.pk).update(state="declined")  # a file that was imported again
    with pytest.raises(Refused, match="Reopen it by hand"):
        undo_merge(row, reason="No.", actor=street.by)
    assert fresh(ben).merged_into_id == ana.pk


def test_a_date_that_somebody_set_since_stays_after_an_undo(street: Street, two: Any) -> None:
    ben, ana = two
    row = merge(ana, ben, actor=street.by)  # the older into the newer: five days from day 0
    case = fresh(ben)
    assert case.due_at is not None
    assert (case.due_at - START).days == 5
    later = case.due_at.replace(year=2027)
    Case.objects.filter(pk=ben.pk).update(due_at=later)
    undo_merge(row, reason="No.", actor=street.by)
    assert fresh(ben).due_at == later


def test_an_earlier_date_taken_over_is_no_promise_moved_and_stays_judged_by(
    street: Street, two: Any
) -> None:
    ben, ana = two
    row = merge(ana, ben, actor=street.by)
    Promise.objects.filter(kind="resolution").update(amount=30)
    asked = propose("by_hand", actor=SYSTEM)
    work(asked.pk)
    start(asked, actor=SYSTEM)
    work(asked.pk)
    case = fresh(ben)  # its own promise moved; Ana's earlier date is kept, and judged by
    assert (case.due_at, case.judged_due) == (START + timedelta(days=5), None)
    undo_merge(row, reason="No.", actor=street.by)
    assert (fresh(ben).times_moved, fresh(ben).moved_for) == (0, "")


def test_the_reporter_is_told_in_their_language_and_nothing_of_the_other(
    street: Street, two: Any
) -> None:
    ben, ana = two
    street.work()
    merge(ben, ana, actor=street.by)
    street.work()
    letter = Dispatch.objects.get(template="joined_merged")
    assert (letter.address, letter.language) == ("ben@home.example", "es")
    for secret in ("ana", "Ana", ana.reference, "says ana"):
        assert secret not in letter.text + letter.html + letter.subject
    assert ben.tracking_path() in letter.text


def test_words_of_one_customer_never_reach_the_other(
    street: Street, two: Any, client: Client
) -> None:
    ben, ana = two
    merge(ben, ana, actor=street.by)
    add_words(fresh(ana), "My son is ill.", actor=ana.customer.as_actor())
    add_words(fresh(ben), "My wheel broke.", actor=ben.customer.as_actor())
    street.work()
    hers = client.get(ana.tracking_path()).content.decode()
    his = client.get(f"/es{ben.tracking_path()}").content.decode()
    assert "My son is ill." in hers
    assert "wheel" not in hers
    assert "Ben" not in hers
    assert "My wheel broke." in his
    assert "son is ill" not in his
    assert "Ana" not in his
    assert ana.reference not in his
    note = Message.objects.get(case=ana, words__contains="wheel")
    assert note.direction == "note"
    assert "Ben" in note.words
    assert fresh(ben).customer_waits_since is not None


def test_what_is_written_on_the_merged_page_is_kept(
    street: Street, two: Any, client: Client
) -> None:
    ben, ana = two
    merge(ben, ana, actor=street.by)
    page = client.post(f"{ben.tracking_path()}add/", {"words": "Any news?"}, follow=True)
    assert page.status_code == 200
    assert "web/joined.html" in [t.name for t in page.templates]
    assert Message.objects.filter(case=ben, words="Any news?").exists()
    faulty = client.post(f"{ben.tracking_path()}add/", {"words": ""})
    assert faulty.status_code == 422
    assert "web/joined.html" in [t.name for t in faulty.templates]


def test_a_reporter_stops_the_letters_on_their_own_page(
    street: Street, two: Any, client: Client, letters: Any
) -> None:
    ben, ana = two
    client.post(f"{ana.tracking_path()}quiet/")  # means nothing on a case that is not joined
    merge(ben, ana, actor=street.by)
    page = client.post(f"{ben.tracking_path()}quiet/", {"key": ""}, follow=True)
    assert "no more letters" in page.content.decode()
    close(fresh(ana), outcome="done", words="Filled.", actor=street.by)
    street.work()
    assert "joined_progress" not in letters()["ben"]
    assert "case_closed" in letters()["ana"]


def test_followers_of_both_hear_once(street: Street, two: Any, letters: Any) -> None:
    ben, ana = two
    for case in two:
        follow(case, email="fay@home.example", actor=street.by)
    merge(ben, ana, actor=street.by)
    close(fresh(ana), outcome="done", words="Filled.", actor=street.by)
    street.work()
    assert letters()["fay"].count("joined_progress") == 1
