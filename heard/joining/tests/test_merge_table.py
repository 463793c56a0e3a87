"""The table of merging: situations down, followers, replies, clocks, surveys and measures across.

Ana reports the hole on day 0, Ben on day 1; both were promised five days. Unless a row says
otherwise Ben's report (A) is merged into Ana's (B) on day 2, Fay follows A and Guy follows B, and B
is resolved and closed on day 4.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from heard.cases.closing import close, resolve, withdraw
from heard.cases.facts import rows
from heard.cases.models import Case, Message
from heard.cases.services import add_words, assign, reply
from heard.joining.following import follow
from heard.joining.merging import merge, undo_merge
from heard.joining.models import Merge
from heard.joining.tests.conftest import START, Street
from heard.voice.models import Invitation


@dataclass(frozen=True)
class Situation:
    """What is different in this row, and what must come out."""

    name: str
    steps: str
    told: str  # who hears of the end of B (or of A, where it stands alone): in order of name
    notes: int  # of customers' words in B's conversation
    state: str  # of A
    due: str  # day on which A and B are due
    asked: str  # whose invitation exists: a, b
    counts: str  # of A and B: finished on time, late, aside (not counted), open


# Each row: its name and steps; then who hears of the end, notes of customers' words, the state
# of A, the days on which the cases are due, who is asked, and how the measures take each case.
TABLE = """
not merged: end on 4
    ana guy             | 0 | received | 6 5   | b   | open on-time
merged: merge on 2, end on 4
    ana ben fay guy     | 0 | closed   | 6 5   | ab  | aside on-time
older first: turn, merge on 2, end on 4
    ana ben fay guy     | 0 | closed   | 5 5   | ab  | aside on-time
older, late: turn, merge on 2, end on 5.5
    ana ben fay guy     | 0 | closed   | 5 5   | ab  | aside late
already late: merge on 7, end on 8
    ana ben fay guy     | 0 | closed   | 6 5   | ab  | aside late
replies: merge on 2, write on 3, end on 4
    ana ben fay guy     | 1 | closed   | 6 5   | ab  | aside on-time
undone: merge on 2, undo on 3, end on 4
    ana guy             | 0 | received | 6 5   | b   | open on-time
older undone: turn, merge on 2, undo on 3, end on 4
    ana guy             | 0 | received | 5 6   | b   | open on-time
undone late: merge on 2, end on 4, undo on 5
    ana ben fay guy     | 0 | received | 6 5   | ab  | open on-time
undo, replied: merge on 2, write on 3, undo on 3.5, end on 4
    ana guy             | 1 | received | 6 5   | b   | open on-time
ended before: finish A on 1.5, merge on 2, end on 4
    ana ben fay guy     | 0 | closed   | 6 5   | ab  | on-time on-time
ended, undone: finish A on 1.5, merge on 2, undo on 3, end on 4
    ana ben fay guy     | 0 | closed   | 6 5   | ab  | on-time on-time
of a merge: merge on 2, merge into C on 3, end C on 4
    ana ben fay guy ida | 0 | closed   | 6 5 5 | abc | aside aside on-time
of a merge, first undone: merge on 2, merge into C on 3, undo on 3.5, end C on 4
    ana guy ida         | 0 | received | 6 5 5 | bc  | open aside on-time
of a merge, last undone: merge on 2, merge into C on 3, undo last on 3.5, end on 4
    ana ben fay guy     | 0 | closed   | 6 5 7 | ab  | aside on-time open
withdrawn: merge on 2, withdraw B on 3
    guy                 | 0 | received | 6 5   |     | open aside
stopped: merge on 2, ben stops on 3, end on 4
    ana fay guy         | 0 | closed   | 6 5   | b   | aside on-time
one person: ana reports both, merge on 2, end on 4
    ana fay guy         | 0 | closed   | 6 5   | b   | aside on-time
"""


def situations() -> list[Situation]:
    lines = TABLE.strip().splitlines()
    found = []
    for head, results in zip(lines[::2], lines[1::2], strict=True):
        name, steps = head.split(": ")
        told, notes, state, due, asked, counts = (part.strip() for part in results.split("|"))
        found.append(Situation(name, steps, told, int(notes), state, due, asked, counts))
    return found


ENDS = {"case_resolved", "case_closed", "joined_progress"}


class Play:
    """Plays the steps of a row."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self.cases: dict[str, Case] = {}

    def run(self, steps: str) -> None:
        """Every step in order, with the worker after each."""
        one = "ana reports both" in steps
        turned = "turn" in steps.split(", ")
        first = self.street.report("ben" if turned else "ana", on=0)
        second = self.street.report("ana" if turned or one else "ben", on=1)
        self.cases = {"b": second, "a": first} if turned else {"b": first, "a": second}
        with self.street.on(1.2):
            self.follows("a", "fay")
            self.follows("b", "guy")
        self.street.work()
        for step in steps.split(", "):
            if " on " in step:
                what, _on, day = step.rpartition(" on ")
                with self.street.on(float(day)):
                    getattr(self, what.replace(" ", "_").lower())()
                self.street.work()

    def now(self, name: str) -> Case:
        """The case as it is."""
        return Case.objects.get(pk=self.cases[name].pk)

    def follows(self, case: str, name: str) -> None:
        self.street.person(name)
        follow(self.cases[case], email=f"{name}@home.example", actor=self.street.by)

    def merge(self) -> None:
        merge(self.now("a"), self.now("b"), actor=self.street.by)

    def merge_into_c(self) -> None:
        self.cases["c"] = self.street.report("ida", on=2)
        merge(self.now("b"), self.now("c"), actor=self.street.by)

    def undo(self) -> None:
        row = Merge.objects.get(case=self.cases["a"])
        undo_merge(row, reason="Another hole.", actor=self.street.by)

    def undo_last(self) -> None:
        row = Merge.objects.get(case=self.cases["b"])
        undo_merge(row, reason="Another hole.", actor=self.street.by)

    def write(self) -> None:
        case = self.now("a")
        add_words(case, "Now a wheel is broken.", actor=case.customer.as_actor())

    def finish_a(self) -> None:
        close(self.now("a"), outcome="done", words="Filled.", actor=self.street.by)

    def withdraw_b(self) -> None:
        case = self.now("b")
        withdraw(case, actor=case.customer.as_actor())

    def ben_stops(self) -> None:
        from heard.joining.following import stop_reporting

        stop_reporting(self.now("a"), actor=self.now("a").customer.as_actor())

    def end(self, name: str = "b") -> None:
        resolve(self.now(name), outcome="done", words="Ana, filled.", actor=self.street.by)
        self.street.work()
        close(self.now(name), outcome="done", words="Ana, filled.", actor=self.street.by)

    def end_c(self) -> None:
        self.end("c")

    def day_due(self, name: str) -> str:
        """The day on which a case is due, from the start."""
        due = self.now(name).due_at
        assert due is not None
        return f"{(due - START).total_seconds() / 86_400:.0f}"

    def counted(self, name: str) -> str:
        """How the measures take a case."""
        row = next(r for r in rows() if r.reference == self.cases[name].reference)
        if row.finished_at is not None:
            return "on-time" if row.on_time else "late"
        return "aside" if row.set_aside_at else "open"


@pytest.mark.parametrize("row", situations(), ids=lambda row: row.name)
def test_the_table(row: Situation, street: Street, letters: Callable[..., Any]) -> None:
    play = Play(street)
    play.run(row.steps)
    told = {who for who, what in letters().items() if ENDS & set(what)}
    assert sorted(told) == row.told.split()
    assert play.now("a").state == row.state
    assert [play.day_due(name) for name in play.cases if name == "a"] == [row.due.split()[0]]
    assert [play.day_due(name) for name in sorted(play.cases)] == row.due.split()
    invited = set(Invitation.objects.values_list("about", flat=True))
    names = {f"case:{case.pk}": name for name, case in play.cases.items()}
    assert sorted(names[about] for about in invited) == list(row.asked)
    assert [play.counted(name) for name in sorted(play.cases)] == row.counts.split()
    last = "c" if "c" in play.cases else "b"
    notes = Message.objects.filter(case=play.cases[last], words__contains="wheel").count()
    assert notes == row.notes
    # Whatever happened: nobody is written to twice about the same thing.
    for who, templates in letters().items():
        assert templates.count("joined_progress") <= 2, who
        assert templates.count("case_closed") <= 1, who


def test_waiting_words_and_people_come_back_with_an_undo(street: Street) -> None:
    play = Play(street)
    play.run("nothing")
    with street.on(1.5):
        assign(play.now("a"), street.agent, actor=street.by)
        reply(play.now("a"), "Which side of the road?", wait=True, actor=street.by)
    before = play.now("a")
    with street.on(2):
        play.merge()
    merged = play.now("a")
    assert (merged.state, merged.outcome, merged.merged_into_id) == (
        "closed", "already_known", play.cases["b"].pk,
    )  # fmt: skip
    with street.on(3):
        play.undo()
    after = play.now("a")
    for name in (
        "state", "outcome", "outcome_words", "closed_at", "resolved_at", "assignee_id",
        "contact_id", "due_at", "first_response_due", "first_response_at", "customer_waits_since",
        "judged_due", "merged_into_id",
    ):  # fmt: skip
        assert getattr(after, name) == getattr(before, name), name
