"""Hours: what is taken, what is refused, and what is offered instead."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from heard.places.hours import HoursRefused, minutes_of, read_hours, wall
from heard.places.overlaps import checked_hours, overlaps
from heard.places.spans import Span, joined

MONDAY = date(2026, 2, 2)


def week(text: str, holidays: set[date] | None = None) -> list[str]:
    """The open spans of a week, as ``Mo 08:00-17:00``."""
    names = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "next Mo")
    base = wall_of(MONDAY)
    found = read_hours(text).spans(MONDAY, date(2026, 2, 9), holidays or set())

    def said(second: int) -> str:
        return f"{(second - base) // 3600 % 24:02d}:{(second - base) // 60 % 60:02d}"

    return [f"{names[(a - base) // 86400]} {said(a)}-{said(b)}" for a, b in found]


def wall_of(day: date) -> int:
    return (day.toordinal() - 719_163) * 86_400


def test_a_usual_week_with_a_lunch_break_and_a_late_day() -> None:
    assert week("Mo-Th 08:00-12:00,13:00-17:00; Fr 08:00-19:00; PH off")[-3:] == [
        "Th 08:00-12:00",
        "Th 13:00-17:00",
        "Fr 08:00-19:00",
    ]


def test_holidays_close_or_shorten_the_day() -> None:
    tuesday = {date(2026, 2, 3)}
    assert week("Mo-We 08:00-17:00; PH off", tuesday) == ["Mo 08:00-17:00", "We 08:00-17:00"]
    assert week("Mo-We 08:00-17:00; Su,PH 10:00-12:00", tuesday) == [
        "Mo 08:00-17:00",
        "Tu 10:00-12:00",
        "We 08:00-17:00",
        "Su 10:00-12:00",
    ]


def test_a_night_reaches_into_a_day_with_its_own_rule() -> None:
    """The library alone drops Sunday's night here, since Monday has a rule of its own."""
    assert week("Mo 10:00-14:00; Su 22:00-02:00") == [
        "Mo 00:00-02:00",
        "Mo 10:00-14:00",
        "Su 22:00-00:00",
    ]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Mo-Fr 8am-5pm", "Mo-Fr 08:00-17:00"),
        ("Mon - Fri 8:30 AM to 4:30 PM; Sat 9 a.m. - noon", "Mo-Fr 08:30-16:30; Sa 09:00-12:00"),
        ("Lunes a viernes 8:00 a.m. a 5:00 p.m.; feriados cerrado", "Mo-Fr 08:00-17:00; PH off"),
        ("daily 10-18", "Mo-Su 10:00-18:00"),
        ("Mo–Fr 08.00–17.00", "Mo-Fr 08:00-17:00"),
        ("Mo, Tu 08:00-12:00", "Mo,Tu 08:00-12:00"),
        ('Mo-Fr 08:00-17:00 "by appointment"', 'Mo-Fr 08:00-17:00 open "by appointment"'),
        ("Mo-Fr 08:00-17:00, PH off", "Mo-Fr 08:00-17:00; PH off"),
        ("Mo-Fr 08:00-12:00; 13:00-17:00", "Mo-Fr 08:00-12:00,13:00-17:00"),
        ("open 24 hours", "24/7"),
    ],
)
def test_what_people_type_is_refused_with_what_they_mean(typed: str, offered: str) -> None:
    with pytest.raises(HoursRefused) as refused:
        read_hours(typed)
    assert refused.value.nearest == offered
    assert offered in str(refused.value)
    assert read_hours(offered).text == offered


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Say when"),
        ("sunrise-sunset", "sun"),
        ("Mo-Fr 08:00-17:00; SH off", "School holidays"),
        ("Mo-Fr 08:00+", "open end"),
        ("Mo-Fr 08:00-17:00 unknown", "open or closed"),
        ("Mo-Fr 08:00-17:00 || off", r"\|\|"),
        ("PH +1 day off", "after a holiday"),
        ("Jul-Aug PH off", "rule of their own"),
        ("Mo 08:00-12:00, Tu", "needs times"),
        ("Mo 25:00-26:00", "not a time"),
        ("Mo 08:00-08:75", "not a time"),
        ("9-5", "not understood"),
        ("Mo-Fr 08:00-17:00;" * 30, "longer than"),
        ("hello", "not understood"),
        ("<script>", "not understood"),
        ('Mo 08:00-12:00 "', "not understood"),
    ],
)
def test_what_cannot_be_taken_says_why(typed: str, reason: str) -> None:
    with pytest.raises(HoursRefused, match=reason):
        read_hours(typed)


def test_nine_to_five_without_halves_of_the_day_is_never_guessed() -> None:
    with pytest.raises(HoursRefused) as refused:
        read_hours("Mo-Fr 9-5")
    assert refused.value.nearest == ""


@pytest.mark.parametrize(
    ("typed", "untangled"),
    [
        ("Mo-Fr 08:00-17:00; Fr 08:00-12:00; PH off", "Mo-Th 08:00-17:00; Fr 08:00-12:00; PH off"),
        ("08:00-12:00,11:00-17:00", "08:00-17:00"),
        ("Mo-Fr 09:00-12:00, Mo-Tu 11:00-13:00", "Mo-Tu 09:00-13:00; We-Fr 09:00-12:00"),
        (
            "Apr-Oct Sa 08:00-15:00; May-Sep Sa 09:00-12:00",
            "Apr,Oct Sa 08:00-15:00; May-Sep Sa 09:00-12:00",
        ),
    ],
)
def test_overlapping_rules_are_refused_with_the_same_hours_untangled(
    typed: str, untangled: str
) -> None:
    with pytest.raises(HoursRefused, match="overlap") as refused:
        checked_hours(typed)
    assert refused.value.nearest == untangled
    assert spans(untangled) == spans(typed)


def spans(text: str) -> list[Span]:
    return read_hours(text).spans(MONDAY, date(2026, 6, 1), {date(2026, 2, 16)})


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 08:00-17:00; Jul-Aug Mo-Fr 08:00-14:00; PH off",
        "Mo-Fr 08:00-17:00; We[1] 10:00-19:00; PH off",
        "Mo-Fr 08:00-17:00; Dec 24 08:00-12:00; PH off",
        "Mo-Fr 09:00-12:00, Mo,Tu 13:00-15:00",
        "00:00-24:00; Mo 15:00-16:00 off",
    ],
)
def test_an_exception_is_no_overlap(text: str) -> None:
    assert overlaps(checked_hours(text)) == []


DAYS = st.lists(
    st.sampled_from(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "Mo-Fr", "Sa-Su", "Fr-Mo")),
    min_size=1, max_size=3,
).map(",".join)  # fmt: skip
SEASONS = st.sampled_from(
    ("", "Jul-Aug ", "Nov-Feb ", "2026 ", "Dec 24-Jan 02 ", "week 02-20 ", "Mar 15 ", "2026-2027 ")
)
NTH = st.sampled_from(("Mo[1]", "Fr[-1]", "We[2,4]", "Th[3]"))
TIMES = st.sampled_from(
    (
        "08:00-17:00",
        "08:00-12:00,13:00-17:00",
        "00:00-24:00",
        "09:15-10:45",
        "off",
        "10:00-11:00 off",
    )
)
RULES = st.builds(lambda s, d, t: f"{s}{d} {t}", SEASONS, st.one_of(DAYS, NTH), TIMES)


@settings(max_examples=300, deadline=None)
@given(st.lists(RULES, min_size=1, max_size=4))
def test_within_a_day_we_read_rules_as_the_library_does(rules: list[str]) -> None:
    """Our order of rules against the library's own, for hours that do not pass midnight."""
    text = "; ".join(rules)
    first, last = date(2026, 11, 1), date(2027, 4, 1)
    theirs = joined(
        (wall(a), wall(b))
        for a, b, state, _comment in OpeningHours(text).intervals(
            *(datetime.fromisoformat(d.isoformat()) for d in (first, last))
        )
        if state == State.OPEN
    )
    assert read_hours(text).spans(first, last, set()) == theirs


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_taken_or_refused_never_an_error(text: str) -> None:
    taken, refused = read_or_refused(text)
    assert taken != refused


def read_or_refused(text: str) -> tuple[bool, bool]:
    try:
        return bool(read_hours(text).rules), False
    except HoursRefused as refused:
        return False, bool(str(refused)) and bool(
            not refused.nearest or read_hours(refused.nearest)
        )


def test_minutes_past_midnight_run_on() -> None:
    assert minutes_of("22:00-02:00") == [(1320, 1560)]
    assert minutes_of("22:00-26:00") == [(1320, 1560)]
