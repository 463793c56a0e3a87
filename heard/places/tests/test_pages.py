"""The pages of the offices, and the administration of what they show."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.models import AuditRow
from heard.people.models import Staff
from heard.places.models import BusinessCalendar, Closure, Counter, Office, SpecialDay
from heard.places.services import announce_closure, save_office

NOW = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # Wednesday before Thanksgiving, 10:00 in Denver
HOUR = timedelta(hours=1)
FLOOD = {"en": "Water in the basement", "es": "Agua en el sótano"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def before_thanksgiving() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def hall(town: Any) -> Office:
    made = save_office(
        Office(
            code="hall",
            name={"en": "City Hall", "es": "Ayuntamiento"},
            address="200 N Alder Street",
            phone="303-555-0102",
            hours="Mo-Fr 08:00-17:00; PH off",
            jurisdiction="US-CO",
            languages=["en", "es", "vi"],
            accessibility={"en": "No steps from the square."},
            lat=39.2,
            lon=-104.2,
        ),
        actor=SYSTEM,
    )
    Counter.objects.create(office=made, code="permits", name={"en": "Permits"})
    return made


def standing(client: Client, moment: datetime, prefix: str = "") -> str:
    with clock.at(moment):
        html = client.get(f"{prefix}/offices/hall/").content.decode()
    words = html.split('id="standing">')[1].split("</p>")[0]
    return " ".join(
        words.replace("\u202f", " ").replace("\xa0", " ").split(">")[1].split("<")[0].split()
    )


def test_the_page_says_whether_it_is_open_and_until_when(client: Client, hall: Office) -> None:
    assert standing(client, NOW) == "Open now, until 5:00 PM"
    assert standing(client, NOW - 3 * HOUR) == "Closed now. Opens today at 8:00 AM"
    assert standing(client, NOW + 8 * HOUR) == "Closed now. Opens on Friday at 8:00 AM"
    assert standing(client, NOW + 32 * HOUR) == "Closed now. Opens tomorrow at 8:00 AM"
    hall.hours = "24/7"
    hall.jurisdiction = ""
    save_office(hall, actor=SYSTEM)
    assert standing(client, NOW) == "Open day and night"


def test_the_page_tells_all_that_a_visitor_needs(client: Client, hall: Office) -> None:
    announce_closure(
        starts_at=NOW + 24 * 5 * HOUR, ends_at=NOW + 24 * 6 * HOUR, reason=FLOOD, office=hall,
        actor=SYSTEM,
    )  # fmt: skip
    html = client.get("/offices/hall/").content.decode()
    for told in (
        "200 N Alder Street", 'href="tel:3035550102"', "English, Spanish, Vietnamese", "Permits",
        "No steps from the square.", "mlat=39.2&amp;mlon=-104.2", "Thanksgiving Day",
        "Water in the basement", "/offices/hall/hours.ics", "/offices/hall/door-sign.pdf",
    ):  # fmt: skip
        assert told in html, told
    assert "Agua en el sótano" in client.get("/es/offices/hall/").content.decode()


def test_hours_that_cannot_be_read_are_shown_as_written(client: Client, town: Any) -> None:
    """Rows of an earlier time, or brought in from elsewhere, never break the page."""
    Office.objects.create(code="old", name={"en": "Old"}, address="1 Main", hours="ask Bob")
    Office.objects.create(code="none", name={"en": "None"}, address="1 Main")
    assert "ask Bob" in client.get("/offices/old/").content.decode()
    assert "no fixed hours" in client.get("/offices/none/").content.decode()
    for code in ("old", "none"):
        for file in ("hours.json", "hours.jsonld", "hours.ics", "door-sign.pdf"):
            assert client.get(f"/offices/{code}/{file}").status_code == 200


def test_there_is_a_way_on_where_there_is_no_office(client: Client, town: Any) -> None:
    assert "No office is listed yet" in client.get("/offices/").content.decode()
    assert client.get("/offices/nowhere/").status_code == 404
    assert client.get("/offices/nowhere/hours.ics").status_code == 404


def test_the_list_costs_the_same_however_long(
    client: Client, hall: Office, django_assert_num_queries: Any
) -> None:
    client.get("/offices/")
    sizes = []
    for many in (1, 12):
        for n in range(many):
            Office.objects.create(
                code=f"o{many}-{n}", name={"en": f"O{n}"}, address="1 Main", hours="24/7"
            )
        with django_assert_num_queries(6):
            sizes.append(client.get("/offices/").content.count(b"card__title"))
    assert sizes == [2, 14]


def test_other_web_pages_may_read_the_data(client: Client, hall: Office) -> None:
    answer = client.get("/offices/hall/hours.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    data = answer.json()
    assert data["open_now"] is True
    assert data["changes_at"] == "2026-11-25T17:00:00-07:00"
    assert data["days"][1] == {
        "date": "2026-11-26", "open": [], "holiday": "Thanksgiving Day", "reasons": []
    }  # fmt: skip


# --- administration -----------------------------------------------------------------------------


@pytest.fixture
def admin(client: Client, staff: Callable[[str], Staff]) -> Client:
    client.force_login(staff("administrator"))
    return client


def office_form(**given: str) -> dict[str, str]:
    return {
        "code": "library", "name_en": "Library", "name_es": "Biblioteca", "address": "2 Main",
        "phone": "", "hours": "Mo-Fr 08:00-17:00; PH off", "jurisdiction": "", "zone": "",
        "languages": "[]", "notes_en": "", "notes_es": "", "accessibility_en": "",
        "accessibility_es": "", "lat": "", "lon": "", "counters-TOTAL_FORMS": "0",
        "counters-INITIAL_FORMS": "0", **given,
    }  # fmt: skip


def test_an_administrator_adds_an_office_through_the_audited_verb(admin: Client) -> None:
    answer = admin.post("/admin/places/office/add/", office_form())
    assert answer.status_code == 302, answer.content
    assert AuditRow.objects.get(verb="office.added").actor_role == "administrator"


def test_hours_that_do_not_parse_keep_what_was_typed_and_offer_what_works(admin: Client) -> None:
    html = admin.post(
        "/admin/places/office/add/", office_form(hours="Mo-Fr 9am-5pm")
    ).content.decode()
    assert "Mo-Fr 09:00-17:00" in html
    assert 'value="Mo-Fr 9am-5pm"' in html
    assert not Office.objects.exists()


def test_a_zone_change_asks_for_the_tick(admin: Client) -> None:
    admin.post("/admin/places/office/add/", office_form())
    path = f"/admin/places/office/{Office.objects.get().pk}/change/"
    html = admin.post(path, office_form(zone="America/Chicago")).content.decode()
    assert "Changing the zone" in html
    assert (
        admin.post(path, office_form(zone="America/Chicago", zone_confirmed="on")).status_code
        == 302
    )
    assert Office.objects.get().zone == "America/Chicago"


def test_a_calendar_is_kept_and_a_second_default_refused(admin: Client) -> None:
    form = {"division": "", "hours": "Mo-Fr 08:00-17:00; PH off", "jurisdiction": "US", "zone": ""}
    assert admin.post("/admin/places/businesscalendar/add/", form).status_code == 302
    assert admin.post("/admin/places/businesscalendar/add/", form).status_code == 200
    made = BusinessCalendar.objects.get()
    never = admin.post(
        f"/admin/places/businesscalendar/{made.pk}/change/", form | {"hours": "off; PH off"}
    )
    assert "never open" in never.content.decode()
    assert (
        admin.post(f"/admin/places/businesscalendar/{made.pk}/delete/", {"post": "yes"}).status_code
        == 403
    )


def test_a_closure_is_announced_and_withdrawn(admin: Client, hall: Office) -> None:
    form = {
        "office": str(hall.pk), "calendar": "", "starts_at_0": "2026-12-01", "starts_at_1": "08:00",
        "ends_at_0": "2026-12-01", "ends_at_1": "12:00", "reason_en": "Flood", "reason_es": "Agua",
    }  # fmt: skip
    past = admin.post("/admin/places/closure/add/", form | {"ends_at_0": "2026-11-01"})
    assert past.status_code == 200
    assert admin.post("/admin/places/closure/add/", form).status_code == 302
    row = Closure.objects.get()
    assert admin.post(f"/admin/places/closure/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at == NOW


def test_a_special_day_is_set_and_dropped(admin: Client, hall: Office) -> None:
    form = {
        "office": str(hall.pk), "calendar": "", "day": "2026-12-24", "times": "08:00-12:00",
        "reason_en": "Eve", "reason_es": "Víspera",
    }  # fmt: skip
    assert admin.post("/admin/places/specialday/add/", form).status_code == 302
    assert admin.post("/admin/places/specialday/add/", form).status_code == 200
    row = SpecialDay.objects.get()
    assert row.day == date(2026, 12, 24)
    assert (
        admin.post(f"/admin/places/specialday/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    )
    assert not SpecialDay.objects.exists()
