"""Hours and closures at the desk: who may, what is shown before it is saved, what is refused."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.models import AuditRow, Event
from heard.people.models import Division
from heard.places.models import BusinessCalendar, Closure, Counter, Office, SpecialDay
from heard.places.services import announce_closure, save_calendar, save_office, set_special_day

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # Monday, 10:00 in Denver
REASON = {"reason_en": "Flood", "reason_es": "Inundación"}
WORDS = {"en": "Flood", "es": "Inundación"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def city_calendar(town: Any) -> BusinessCalendar:
    return save_calendar(
        BusinessCalendar(hours="Mo-Fr 08:00-17:00; PH off", jurisdiction="US"), actor=SYSTEM
    )


@pytest.fixture
def streets(division: Division, city_calendar: BusinessCalendar) -> BusinessCalendar:
    return save_calendar(
        BusinessCalendar(division=division, hours="Mo-Fr 08:00-17:00; PH off"), actor=SYSTEM
    )


@pytest.fixture
def parks(division: Division, city_calendar: BusinessCalendar) -> BusinessCalendar:
    made = Division.objects.create(
        department=division.department, code="parks", name={"en": "Parks", "es": "Parques"}
    )
    return save_calendar(BusinessCalendar(division=made, hours="24/7"), actor=SYSTEM)


@pytest.fixture
def hall(town: Any, city_calendar: BusinessCalendar) -> Office:
    office = Office(
        code="hall", name={"en": "City Hall", "es": "Ayuntamiento"}, address="1 Main",
        hours="Mo-Fr 09:00-16:00; PH off",
    )  # fmt: skip
    return save_office(office, actor=SYSTEM)


@pytest.fixture
def manager(client: Client, staff: Callable[..., Any]) -> Client:
    client.force_login(staff("manager"))
    return client


@pytest.fixture
def boss(staff: Callable[..., Any]) -> Client:
    made = Client()
    made.force_login(staff("administrator"))
    return made


def steps_of(page: Any) -> dict[str, str]:
    """The hidden fields of a page: the key, and the print of what was looked at."""
    text = page.content.decode()
    return {
        name: found[1] if (found := re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)) else ""
        for name in ("key", "seen")
    }


def look(client: Client, url: str, **given: Any) -> Any:
    """Open the form and look at what was entered."""
    return client.post(url, {**steps_of(client.get(url)), **given, "do": "look"})


def save(client: Client, url: str, page: Any, **given: Any) -> Any:
    """Press the button below the preview."""
    return client.post(url, {**steps_of(page), **given, "do": "save"})


CHANGE = "/desk/hours/division/streets/change/"
NEW_HOURS = {"hours": "Mo-Th 07:00-17:00; PH off", "jurisdiction": "", "zone": ""}


class TestTheList:
    def test_it_says_what_holds_now_and_what_is_ahead(
        self, boss: Client, streets: BusinessCalendar, hall: Office
    ) -> None:
        announce_closure(
            starts_at=NOW + timedelta(1), ends_at=NOW + timedelta(2), reason=WORDS, office=hall,
            actor=SYSTEM,
        )  # fmt: skip
        text = boss.get("/desk/hours/").content.decode()
        assert "Open now, until 4:00" in text
        assert "Open now, until 5:00" in text
        assert "Closed: Flood" in text
        assert "Thanksgiving" in text
        spanish = boss.get("/es/desk/hours/").content.decode()
        assert "Horarios y cierres" in spanish
        assert "Cerrado: Inundación" in spanish

    def test_its_queries_do_not_grow(
        self, boss: Client, division: Division, hall: Office, django_assert_num_queries: Any
    ) -> None:
        boss.get("/desk/hours/")  # the session, once
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as first:
            boss.get("/desk/hours/")
        for number in range(5):
            made = Division.objects.create(
                department=division.department, code=f"d{number}", name={"en": "D"}
            )
            BusinessCalendar.objects.create(division=made, hours="24/7")
            Office.objects.create(
                code=f"o{number}", name={"en": "O"}, address="2 Main", hours="24/7"
            )
        with django_assert_num_queries(len(first)):
            boss.get("/desk/hours/")

    def test_filters_stand_in_the_address(
        self, boss: Client, streets: BusinessCalendar, hall: Office
    ) -> None:
        text = boss.get("/desk/hours/?what=offices").content.decode()
        assert 'data-place="office-hall"' in text
        assert "division-streets" not in text
        assert "Nothing of this name" in boss.get("/desk/hours/?search=zzz").content.decode()

    @pytest.mark.parametrize("role", ["agent", "field_worker", "cx_lead"])
    def test_others_do_not_see_it(
        self, client: Client, staff: Callable[..., Any], role: str
    ) -> None:
        client.force_login(staff(role))
        assert client.get("/desk/hours/").status_code == 403


class TestAChangeOfHours:
    def test_the_old_and_the_new_stand_side_by_side(
        self, manager: Client, streets: BusinessCalendar
    ) -> None:
        page = look(manager, CHANGE, **NEW_HOURS)
        text = page.content.decode()
        # Three Mondays to Thursdays and one without Thanksgiving begin earlier; Fridays close.
        assert page.context["look"].days[0].old.startswith("8:00")
        assert len(page.context["look"].days) == 4 * 5 - 1
        assert [(w.old, w.new) for w in page.context["look"].weeks][:2] == [(36, 30), (45, 40)]
        assert "19 days of the next four weeks change." in text
        assert "3 business days" in text
        assert BusinessCalendar.objects.get(pk=streets.pk).hours == streets.hours

    def test_what_was_looked_at_is_saved_once(
        self, manager: Client, streets: BusinessCalendar
    ) -> None:
        page = look(manager, CHANGE, **NEW_HOURS)
        assert save(manager, CHANGE, page, **NEW_HOURS).status_code == 302
        assert save(manager, CHANGE, page, **NEW_HOURS).status_code == 302
        kept = BusinessCalendar.objects.get(pk=streets.pk)
        assert (kept.hours, kept.version) == (NEW_HOURS["hours"], streets.version + 1)
        row = AuditRow.objects.get(verb="calendar.changed")
        assert row.actor_name == "Sam Manager"
        assert row.changes["hours"] == [streets.hours, NEW_HOURS["hours"]]

    def test_nothing_is_saved_that_was_not_looked_at(
        self, manager: Client, streets: BusinessCalendar
    ) -> None:
        page = look(manager, CHANGE, **NEW_HOURS)
        other = save(manager, CHANGE, page, **{**NEW_HOURS, "hours": "24/7"})
        assert "Look once more" in other.content.decode()
        assert BusinessCalendar.objects.get(pk=streets.pk).hours == streets.hours

    def test_a_colleague_who_was_faster_is_noticed(
        self, manager: Client, streets: BusinessCalendar
    ) -> None:
        page = look(manager, CHANGE, **NEW_HOURS)
        streets.hours = "Mo-Fr 10:00-14:00; PH off"
        save_calendar(streets, actor=SYSTEM)
        assert "Look once more" in save(manager, CHANGE, page, **NEW_HOURS).content.decode()

    @pytest.mark.parametrize(
        ("hours", "reason", "nearest"),
        [
            ("Mo-Fr 8am-5pm", "Did you mean", "Mo-Fr 08:00-17:00"),
            ("Mo-Fr 08:00-17:00; We 12:00-18:00; PH off", "overlap", None),
            ("2020 Mo-Fr 08:00-17:00; PH off", "never open", None),
        ],
    )
    def test_what_cannot_be_is_refused_and_kept(
        self, manager: Client, streets: BusinessCalendar, hours: str, reason: str,
        nearest: str | None,
    ) -> None:  # fmt: skip
        page = look(manager, CHANGE, **{**NEW_HOURS, "hours": hours})
        text = page.content.decode()
        assert page.status_code == 422
        assert reason in text
        assert f'value="{hours}"' in text
        if nearest:
            assert f'name="take" value="{nearest}' in text

    def test_the_nearest_is_taken_with_one_button(
        self, manager: Client, streets: BusinessCalendar
    ) -> None:
        page = manager.post(
            CHANGE, {"key": "k", "hours": "rubbish", "take": "Mo-Fr 08:00-16:00; PH off"}
        )
        assert page.context["look"].weeks[1].new == 40

    def test_a_division_gets_its_own_hours_and_gives_them_back(
        self, manager: Client, division: Division, city_calendar: BusinessCalendar
    ) -> None:
        page = look(manager, CHANGE, **NEW_HOURS)
        assert "hours of its own" in page.content.decode()
        assert save(manager, CHANGE, page, **NEW_HOURS).status_code == 302
        assert BusinessCalendar.objects.get(division=division).hours == NEW_HOURS["hours"]
        drop = "/desk/hours/division/streets/drop/"
        page = manager.get(drop)
        assert "Open hours per week" in page.content.decode()
        assert save(manager, drop, page).status_code == 302
        assert not BusinessCalendar.objects.filter(division=division).exists()

    def test_a_manager_changes_the_own_division_alone(
        self, manager: Client, parks: BusinessCalendar, hall: Office, boss: Client
    ) -> None:
        for url in (
            "/desk/hours/division/parks/change/", "/desk/hours/city/change/",
            "/desk/hours/office/hall/change/", "/desk/hours/zone/",
        ):  # fmt: skip
            assert manager.get(url).status_code == 403, url
            assert manager.post(url, {**NEW_HOURS, "do": "save"}).status_code == 403, url
            assert boss.get(url).status_code == 200, url
        shown = manager.get("/desk/hours/division/parks/").content.decode()
        assert "Change the hours" not in shown

    def test_the_citys_hours_tell_who_follows(
        self, boss: Client, division: Division, city_calendar: BusinessCalendar
    ) -> None:
        page = look(boss, "/desk/hours/city/change/", **{**NEW_HOURS, "jurisdiction": "US"})
        assert "Streets" in page.content.decode()
        assert page.context["look"].weeks[0].new == 30

    def test_an_office_may_have_no_fixed_hours(self, boss: Client, hall: Office) -> None:
        url = "/desk/hours/office/hall/change/"
        page = look(boss, url, hours="")
        assert save(boss, url, page, hours="").status_code == 302
        assert Office.objects.get().hours == ""


class TestZones:
    URL = "/desk/hours/zone/"

    def test_what_moves_is_told_and_must_be_ticked(
        self, boss: Client, town: Any, streets: BusinessCalendar, hall: Office
    ) -> None:
        page = look(boss, self.URL, zone="America/New_York")
        assert "comes 2 hours earlier" in page.content.decode()
        moved = page.context["look"].moved
        assert [row.old - row.new for row in moved] == [timedelta(hours=2)] * 2
        refused = save(boss, self.URL, page, zone="America/New_York")
        assert refused.status_code == 422
        assert "Tick" in refused.content.decode()
        given = {"zone": "America/New_York", "zone_confirmed": "on"}
        assert save(boss, self.URL, page, **given).status_code == 302
        town.refresh_from_db()
        assert town.zone == "America/New_York"
        assert AuditRow.objects.get(verb="city.changed").changes == {
            "zone": ["America/Denver", "America/New_York"]
        }
        assert Event.objects.get(kind="city.changed").data["all"] is True
        before = streets.version
        streets.refresh_from_db()
        assert streets.version == before + 1

    def test_an_unknown_zone_names_those_near_it(self, boss: Client, town: Any) -> None:
        page = look(boss, self.URL, zone="America/Denvr")
        assert page.status_code == 422
        assert "America/Denver" in page.content.decode()
        assert 'value="America/Denvr"' in page.content.decode()

    def test_an_office_asks_as_well(self, boss: Client, hall: Office) -> None:
        url, given = "/desk/hours/office/hall/change/", {"hours": hall.hours, "zone": "Asia/Tokyo"}
        page = look(boss, url, **given)
        assert "zone_confirmed" in page.content.decode()
        assert "comes 16 hours earlier" in page.content.decode()
        assert "comes 15 hours earlier" in page.content.decode()  # in Denver's summer
        assert save(boss, url, page, **given).status_code == 422
        assert save(boss, url, page, **given, zone_confirmed="on").status_code == 302
        assert Office.objects.get().zone == "Asia/Tokyo"


class TestClosures:
    URL = "/desk/hours/closure/"

    def given(self, *places: str, **more: str) -> dict[str, Any]:
        return {
            "places": list(places), "from_day": "2026-11-24", "from_time": "12:00",
            "to_day": "2026-11-24", "to_time": "", **REASON, **more,
        }  # fmt: skip

    def test_it_tells_what_is_taken_and_announces_for_several(
        self, boss: Client, hall: Office, streets: BusinessCalendar
    ) -> None:
        given = self.given(f"office:{hall.pk}", f"calendar:{streets.pk}")
        page = look(boss, self.URL, **given)
        assert [taken.hours for taken in page.context["look"]] == [4, 5]
        assert not Closure.objects.exists()
        assert save(boss, self.URL, page, **given).status_code == 302
        assert save(boss, self.URL, page, **given).status_code == 302
        first, second = Closure.objects.order_by("pk")
        assert (first.office, second.calendar) == (hall, streets)
        # Noon until midnight, on the clocks of Denver.
        assert first.starts_at == datetime(2026, 11, 24, 19, tzinfo=UTC)
        assert first.ends_at == datetime(2026, 11, 25, 7, tzinfo=UTC)
        assert first.reason == WORDS
        assert AuditRow.objects.filter(verb="closure.announced").count() == 2

    def test_a_counter_closes_and_its_office_stays_open(
        self, boss: Client, client: Client, hall: Office
    ) -> None:
        counter = Counter.objects.create(office=hall, code="permits", name={"en": "Permits"})
        given = self.given(f"counter:{counter.pk}", from_time="")
        page = look(boss, self.URL, **given)
        assert save(boss, self.URL, page, **given).status_code == 302
        assert Closure.objects.get().counter == counter
        assert Event.objects.get(kind="counter.closed").data["office"] == hall.pk
        with clock.at(datetime(2026, 11, 24, 17, tzinfo=UTC)):
            text = client.get("/offices/hall/").content.decode()
        assert "Open now" in text
        assert text.index("Permits") < text.index("Flood")
        assert "Closure ahead" not in text

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"from_day": "2026-11-20", "to_day": "2026-11-20"}, "in the past"),
            ({"to_time": "11:00"}, "Did you mean from 2026-11-24 11:00 to 2026-11-24 12:00?"),
            ({"reason_es": ""}, "Reason in Spanish"),
            ({"to_day": "9999-12-31"}, "between 2000 and 2100"),
            ({"from_day": "soon"}, "valid date"),
        ],
    )
    def test_what_cannot_be_is_refused_and_kept(
        self, boss: Client, hall: Office, more: dict[str, str], reason: str
    ) -> None:
        page = look(boss, self.URL, **self.given(f"office:{hall.pk}", **more))
        text = page.content.decode()
        assert page.status_code == 422
        assert reason in text
        assert 'value="Flood"' in text
        assert re.search(rf'value="office:{hall.pk}"[^>]*checked', text)
        assert not Closure.objects.exists()

    def test_a_manager_closes_the_own_calendar_alone(
        self, manager: Client, streets: BusinessCalendar, parks: BusinessCalendar, hall: Office
    ) -> None:
        for other in (f"office:{hall.pk}", f"calendar:{parks.pk}", "city"):
            page = look(manager, self.URL, **self.given(other))
            assert page.status_code == 422, other
        page = look(manager, self.URL, **self.given(f"calendar:{streets.pk}"))
        save(manager, self.URL, page, **self.given(f"calendar:{streets.pk}"))
        assert Closure.objects.get().calendar == streets

    def test_a_manager_without_own_hours_is_told_what_to_do(
        self, manager: Client, city_calendar: BusinessCalendar
    ) -> None:
        assert "no hours of its own" in manager.get(self.URL).content.decode()
        assert "no hours of its own" in manager.get("/desk/hours/special-day/").content.decode()

    def test_it_is_taken_back_with_one_question(
        self, boss: Client, manager: Client, hall: Office
    ) -> None:
        row = announce_closure(
            starts_at=NOW + timedelta(1), ends_at=NOW + timedelta(2), reason=WORDS, office=hall,
            actor=SYSTEM,
        )  # fmt: skip
        url = f"/desk/hours/closure/{row.pk}/withdraw/"
        assert manager.get(url).status_code == 403
        page = boss.get(url)
        assert save(boss, url, page).status_code == 302
        row.refresh_from_db()
        assert row.withdrawn_at == NOW
        assert AuditRow.objects.filter(verb="closure.withdrawn").count() == 1
        assert "Too late" in boss.get(url).content.decode()


class TestSpecialDays:
    URL = "/desk/hours/special-day/"

    def test_it_tells_what_it_replaces(self, manager: Client, streets: BusinessCalendar) -> None:
        given = {
            "places": [f"calendar:{streets.pk}"], "day": "2026-11-27", "times": "09:00-12:00",
            **REASON,
        }  # fmt: skip
        page = look(manager, self.URL, **given)
        (line,) = page.context["look"]
        assert "5:00" in line.old
        assert "noon" in line.new
        assert save(manager, self.URL, page, **given).status_code == 302
        row = SpecialDay.objects.get()
        assert (row.calendar, row.day, row.times) == (streets, date(2026, 11, 27), "09:00-12:00")
        shown = manager.get("/desk/hours/division/streets/").content.decode()
        assert "Shorter" in shown
        url = f"/desk/hours/special-day/{row.pk}/drop/"
        assert save(manager, url, manager.get(url)).status_code == 302
        assert not SpecialDay.objects.exists()

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"times": "9 to 5"}, "For example"),
            ({"day": "2026-11-20"}, "2026-11-23"),
        ],
    )
    def test_what_cannot_be_is_refused_and_kept(
        self, boss: Client, hall: Office, more: dict[str, str], reason: str
    ) -> None:
        given = {"places": [f"office:{hall.pk}"], "day": "2026-12-24", "times": "", **REASON}
        page = look(boss, self.URL, **{**given, **more})
        assert page.status_code == 422
        assert reason in page.content.decode()
        assert 'value="Flood"' in page.content.decode()

    def test_a_day_that_is_special_already_says_so(self, boss: Client, hall: Office) -> None:
        set_special_day(
            day=date(2026, 12, 24), times="09:00-12:00", reason=WORDS, office=hall, actor=SYSTEM
        )
        given = {"places": [f"office:{hall.pk}"], "day": "2026-12-24", "times": "", **REASON}
        page = look(boss, self.URL, **given)
        assert "a special day already: Flood" in page.content.decode()
