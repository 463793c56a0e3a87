"""Hours in words, as a page lists them."""

from django.utils import translation

from heard.places.publish.wording import week_lines

OFFICE = (480, 1020)


def plain(lines: list[str]) -> list[str]:
    spaces = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
    table = {ord(space): " " for space in spaces} | {ord("\N{WORD JOINER}"): None}
    return [line.translate(table) for line in lines]


def test_days_with_the_same_hours_share_a_line() -> None:
    usual = [(OFFICE,)] * 5 + [((540, 720),), ()]
    assert plain(week_lines(usual)) == [
        "Monday to Friday: 8:00 AM – 5:00 PM",
        "Saturday: 9:00 AM – noon",
        "Sunday: Closed",
    ]
    with translation.override("es"):
        assert plain(week_lines(usual))[0] == "Lunes a viernes: 8:00 a.m. – 5:00 p.m."
        assert plain(week_lines(usual))[2] == "Domingo: Cerrado"


def test_the_same_hours_again_later_in_the_week_are_said_again() -> None:
    usual = [(OFFICE,), (OFFICE,), (), (OFFICE,), (OFFICE,), (), ()]
    assert [line.split(":")[0] for line in week_lines(usual)] == [
        "Monday to Tuesday",
        "Wednesday",
        "Thursday to Friday",
        "Saturday to Sunday",
    ]
