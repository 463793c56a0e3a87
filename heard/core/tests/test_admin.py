"""The administration: who gets in, what is kept in the audit, words in two languages, no traps."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from heard.catalogue.models import Promise, Question, Service
from heard.core.city import city, city_zone
from heard.core.models import AuditRow, City, Event
from heard.people.models import Customer, Role, Staff


@pytest.fixture
def boss(client: Client, staff: Any) -> Client:
    client.force_login(staff("administrator"))
    return client


OURS = [m for m in admin.site._registry if m.__module__.startswith("heard.")]


def form_data(client: Client, path: str) -> dict[str, Any]:
    """Everything the page's forms would send if nothing were touched."""
    page = client.get(path)
    assert page.status_code == 200
    data: dict[str, Any] = {}

    def add(form: Any) -> None:
        for bound in form:
            value = bound.value()
            if hasattr(bound.field.widget, "widgets_names"):
                parts = bound.field.widget.decompress(value)
                for suffix, part in zip(bound.field.widget.widgets_names, parts, strict=True):
                    data[bound.html_name + suffix] = "" if part is None else part
            elif value is True:
                data[bound.html_name] = "on"
            elif value is not None and value is not False:
                data[bound.html_name] = value

    add(page.context["adminform"].form)
    for inline in page.context["inline_admin_formsets"]:
        add(inline.formset.management_form)
        for form in inline.formset.forms:
            if inline.has_change_permission:
                add(form)
    return data


def change(client: Client, thing: Any, **given: Any) -> Any:
    name = f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change"
    path = reverse(name, args=[thing.pk])
    return client.post(path, form_data(client, path) | given)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("model", OURS)
def test_it_opens_for_administrators_alone(
    model: Any, role: str, client: Client, staff: Any, case: Any
) -> None:
    client.force_login(staff(role))
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client.get(path, follow=True).status_code == (200 if role == Role.ADMINISTRATOR else 403)


def test_a_stranger_meets_the_one_sign_in_page(client: Client, town: Any) -> None:
    """The administration's own page would know neither lockout nor the second step."""
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_change_is_kept_with_before_and_after(boss: Client, service: Any, staff: Any) -> None:
    change(boss, service, name_en="Road hole", name_es="")
    service.refresh_from_db()
    assert service.name == {"en": "Road hole"}
    row = AuditRow.objects.get(verb="service.changed")
    assert row.changes == {"name": [{"en": "Pothole", "es": "Bache"}, {"en": "Road hole"}]}
    assert (row.about_id, row.actor_id) == (service.pk, staff("administrator").pk)
    assert row.event == Event.objects.get(kind="service.changed")


def test_saving_without_a_change_is_no_change(boss: Client, service: Any) -> None:
    Question.objects.create(
        service=service, code="size", kind="choice", label={"en": "How big?"},
        choices=[{"key": "big", "name": {"en": "Big", "es": "Grande"}},
                 {"key": "small", "name": {"en": "Small"}}],
    )  # fmt: skip
    before = AuditRow.objects.count()
    assert change(boss, service).status_code == 302
    assert AuditRow.objects.count() == before


def test_words_are_needed_in_english(boss: Client, service: Any) -> None:
    answer = change(boss, service, name_en=" ", name_es="Bache")
    assert "Give the words in English at least." in answer.content.decode()
    service.refresh_from_db()
    assert service.name["en"] == "Pothole"


class TestPromises:
    NEW = {
        "promises-0-kind": "resolution", "promises-0-amount": "2", "promises-0-unit": "days",
        "promises-0-effective_from_0": "2026-06-01", "promises-0-effective_from_1": "00:00:00",
    }  # fmt: skip

    def add(self, boss: Client, service: Any, **given: str) -> Any:
        """What the browser sends: rows that cannot be changed come first, by their number."""
        path = reverse("admin:catalogue_service_change", args=[service.pk])
        data = form_data(boss, path)
        place = int(data["promises-INITIAL_FORMS"])
        data["promises-TOTAL_FORMS"] = place + 1
        kept = Promise.objects.filter(service=service).order_by("kind", "-version")
        for number, row in enumerate(kept):
            data[f"promises-{number}-id"] = row.pk
            data[f"promises-{number}-service"] = service.pk
        new = {k.replace("-0-", f"-{place}-"): v for k, v in (self.NEW | given).items()}
        return boss.post(path, data | new)

    def test_a_new_version_follows_the_old_one(self, boss: Client, service: Any) -> None:
        assert self.add(boss, service).status_code == 302
        versions = Promise.objects.filter(service=service, kind="resolution").order_by("version")
        assert [(p.version, p.amount) for p in versions] == [(1, 5), (2, 2)]
        row = AuditRow.objects.get(verb="promise.added")
        assert row.changes["amount"] == [None, 2]

    def test_an_old_version_cannot_be_altered(self, boss: Client, service: Any) -> None:
        self.add(boss, service)
        path = reverse("admin:catalogue_service_change", args=[service.pk])
        data = form_data(boss, path)
        for number, row in enumerate(Promise.objects.order_by("kind", "-version")):
            data |= {
                f"promises-{number}-id": row.pk, f"promises-{number}-service": service.pk,
                f"promises-{number}-kind": row.kind, f"promises-{number}-amount": "99",
                f"promises-{number}-unit": "days", f"promises-{number}-DELETE": "on",
            }  # fmt: skip
        boss.post(path, data)
        assert sorted(Promise.objects.values_list("amount", flat=True)) == [2, 5, 8]

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"promises-0-amount": "0"}, "greater than or equal to 1"),
            ({"promises-0-effective_from_0": "1999-01-01"}, "Begin after the version before it"),
            ({"promises-0-effective_from_0": "soon"}, "valid date"),
        ],
    )
    def test_a_wrong_promise_says_what_to_do(
        self, given: dict[str, str], words: str, boss: Client, service: Any
    ) -> None:
        answer = self.add(boss, service, **given)
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert Promise.objects.count() == 2


class TestQuestions:
    def add(self, boss: Client, service: Any, **given: str) -> Any:
        new = {"order": "1", "code": "size", "kind": "choice", "label_en": "How big?"} | given
        return change(
            boss, service,
            **{"questions-TOTAL_FORMS": "1"}, **{f"questions-0-{k}": v for k, v in new.items()},
        )  # fmt: skip

    def test_choices_are_lines(self, boss: Client, service: Any) -> None:
        self.add(boss, service, choices="big | Big | Grande\n\nsmall|Small")
        assert service.questions.get().choices == [
            {"key": "big", "name": {"en": "Big", "es": "Grande"}},
            {"key": "small", "name": {"en": "Small"}},
        ]

    @pytest.mark.parametrize(
        ("choices", "words"),
        [
            ("", "at least two choices"),
            ("big | Big", "at least two choices"),
            ("big\nsmall", "write key | English | Español"),
            ("BIG! | Big\nsmall | Small", "the key in small letters"),
            ("big | Big\nbig | Bigger", "Two choices have the same key"),
        ],
    )
    def test_wrong_choices_say_what_to_do(
        self, choices: str, words: str, boss: Client, service: Any
    ) -> None:
        assert words in self.add(boss, service, choices=choices).content.decode()
        assert not Question.objects.exists()

    def test_a_question_taken_away_is_kept_in_the_audit(self, boss: Client, service: Any) -> None:
        self.add(boss, service, choices="big | Big\nsmall | Small")
        gone = service.questions.get().pk
        change(boss, service, **{"questions-0-DELETE": "on"})
        assert not Question.objects.exists()
        assert AuditRow.objects.get(verb="question.deleted").about_id == gone


class TestStaff:
    NEW = {
        "name": "Maya Ortiz", "email": "Maya@City.Example", "role": "agent", "language": "en",
        "is_active": "on", "new_password": "mesa verde 1906", "title_en": "", "title_es": "",
    }  # fmt: skip

    def test_a_new_person_can_sign_in(self, boss: Client, division: Any) -> None:
        boss.post(reverse("admin:people_staff_add"), self.NEW | {"division": division.pk})
        made = Staff.objects.get(email="maya@city.example")
        assert made.check_password("mesa verde 1906")
        kept = AuditRow.objects.get(verb="staff.added").changes
        assert kept["role"] == [None, "agent"]
        assert "password" not in kept

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"new_password": ""}, "Set a first password"),
            ({"new_password": "short"}, "too short"),
            ({"new_password": "password"}, "too common"),
            ({"email": "AGENT@city.example"}, "signs in with this address already"),
        ],
    )
    def test_a_wrong_person_says_what_to_do(
        self, given: dict[str, str], words: str, boss: Client, staff: Any
    ) -> None:
        staff("agent")
        answer = boss.post(reverse("admin:people_staff_add"), self.NEW | given)
        assert words in answer.content.decode()
        assert not Staff.objects.filter(name="Maya Ortiz").exists()

    def test_a_new_password_is_noted_and_not_told(self, boss: Client, staff: Any) -> None:
        change(boss, staff("agent"), new_password="another verde 1906")
        assert Staff.objects.get(role="agent").check_password("another verde 1906")
        row = AuditRow.objects.get(verb="staff.password_set")
        assert "verde" not in str(row.changes)
        assert not AuditRow.objects.filter(changes__icontains="md5$").exists()

    def test_the_present_password_stays_when_none_is_given(self, boss: Client, staff: Any) -> None:
        change(boss, staff("agent"), name="Sam Renamed")
        person = Staff.objects.get(role="agent")
        assert person.check_password("let me in 42")
        assert person.name == "Sam Renamed"

    def test_who_leaves_is_deactivated_and_not_deleted(self, boss: Client, staff: Any) -> None:
        person = staff("agent")
        path = reverse("admin:people_staff_delete", args=[person.pk])
        assert boss.post(path, {"post": "yes"}).status_code == 403
        path = reverse("admin:people_staff_change", args=[person.pk])
        data = form_data(boss, path)
        del data["is_active"]
        boss.post(path, data)
        person.refresh_from_db()
        assert person.is_active is False

    def test_the_last_administrator_stays(self, boss: Client, staff: Any) -> None:
        answer = change(boss, staff("administrator"), role="agent")
        assert "This is the last administrator." in answer.content.decode()
        assert Staff.objects.get(role="administrator") == staff("administrator")


class TestCity:
    def test_the_name_changes_here_and_the_zone_on_the_desk(
        self, boss: Client, town: City, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            change(boss, town, zone="America/Chicago", name="New Testville")
        # Another zone moves promised dates: the desk shows which before it is saved.
        assert str(city_zone()) == "America/Denver"
        assert city().name == "New Testville"
        assert "zone" not in AuditRow.objects.get(verb="city.changed").changes

    @pytest.mark.parametrize(
        ("zone", "words"),
        [
            ("Mountain Time", "no time zone of this name"),
            ("denver", "Do you mean America/Denver?"),
        ],
    )
    def test_the_first_zone_is_a_known_one(self, zone: str, words: str, boss: Client) -> None:
        City.objects.all().delete()
        path = reverse("admin:core_city_add")
        data = form_data(boss, path) | {"name": "Newtown"}
        assert words in boss.post(path, data | {"zone": zone}).content.decode()
        assert not City.objects.exists()
        boss.post(path, data | {"zone": "America/Denver"})
        assert City.objects.get().zone == "America/Denver"

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"primary": "blue"}, "Say a colour as #rrggbb."),
            ({"name": ""}, "required"),
        ],
    )
    def test_a_wrong_city_says_what_to_do(
        self, given: dict[str, str], words: str, boss: Client, town: City
    ) -> None:
        assert words in change(boss, town, **given).content.decode()
        assert City.objects.get().zone == "America/Denver"

    def test_there_is_one_and_it_stays(self, boss: Client, town: City) -> None:
        assert boss.get(reverse("admin:core_city_add")).status_code == 403
        path = reverse("admin:core_city_delete", args=[town.pk])
        assert boss.post(path, {"post": "yes"}).status_code == 403


def test_a_customer_is_corrected_but_not_made_or_deleted(boss: Client, customer: Any) -> None:
    change(boss, customer, email="ana.ruiz@home.example")
    assert Customer.objects.get().email == "ana.ruiz@home.example"
    assert AuditRow.objects.filter(verb="customer.changed").exists()
    assert boss.get(reverse("admin:people_customer_add")).status_code == 403
    path = reverse("admin:people_customer_delete", args=[customer.pk])
    assert boss.post(path, {"post": "yes"}).status_code == 403


def test_a_service_is_switched_off_and_not_deleted(boss: Client, service: Any) -> None:
    path = reverse("admin:catalogue_service_delete", args=[service.pk])
    assert boss.post(path, {"post": "yes"}).status_code == 403
    assert Service.objects.exists()


def test_an_outline_is_geojson(boss: Client, town: Any) -> None:
    given = {"code": "d1", "name_en": "North", "name_es": "", "outline": '{"type": "Point"}'}
    answer = boss.post(reverse("admin:places_district_add"), given)
    assert "GeoJSON Polygon" in answer.content.decode()


@pytest.mark.parametrize("model", OURS)
def test_no_page_needs_an_inline_script_or_style(model: Any, boss: Client, case: Any) -> None:
    thing = model._default_manager.first()
    if thing is None:
        return
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    page = boss.get(reverse(name, args=[thing.pk])).content.decode()
    assert "<script>" not in page
    for handler in (' style="', " onclick=", " onchange=", " onsubmit="):
        assert handler not in page, handler
