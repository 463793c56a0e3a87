"""Queues, saved views and what a search shows of what it found."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases import services
from heard.cases.models import Case
from heard.core import clock
from heard.doors.desk.models import FirstView, SavedView
from heard.people.models import Division, Staff


@pytest.fixture
def desk(client: Client, staff: Any) -> Client:
    client.force_login(staff("agent"))
    return client


def counts(answer: Any) -> dict[str, str]:
    return {queue.label: queue.count for queue in answer.context["queues"]}


def test_queues_count_what_waits_there(desk: Client, case: Case, staff: Any) -> None:
    told = counts(desk.get("/desk/"))
    assert (told["Mine"], told["My division"], told["Nobody has it"]) == ("0", "1", "1")
    assert told["Customer waits for us"] == "1"
    services.assign(case, staff("agent"), actor=staff("agent").as_actor())
    services.reply(case, "Which corner?", wait=True, actor=staff("agent").as_actor())
    told = counts(desk.get("/desk/"))
    assert (told["Mine"], told["Nobody has it"], told["We wait for them"]) == ("1", "0", "1")
    assert told["Customer waits for us"] == "0"


def test_every_queue_leads_to_as_many_as_it_says(desk: Client, case: Case) -> None:
    for queue in desk.get("/desk/").context["queues"]:
        assert str(len(desk.get(queue.url).context["rows"])) == queue.count, queue.label


def test_no_queue_counts_further_than_a_hundred(desk: Client, case: Case) -> None:
    Case.objects.bulk_create(
        Case(service=case.service, division=case.division, received_at=case.received_at,
             changed_at=case.changed_at)
        for _number in range(120)
    )  # fmt: skip
    assert counts(desk.get("/desk/"))["My division"] == "99+"


def test_after_hours_are_those_nobody_has_seen(
    desk: Client, case: Case, staff: Any, division: Division
) -> None:
    from datetime import UTC, datetime

    with clock.at(datetime(2026, 5, 4, 15, tzinfo=UTC)):  # Monday morning in Denver
        Case.objects.update(received_at=datetime(2026, 5, 3, 3, tzinfo=UTC))
        assert [r.case for r in desk.get("/desk/", {"only": "night"}).context["rows"]] == [case]
        Case.objects.update(received_at=datetime(2026, 5, 1, 20, tzinfo=UTC))  # Friday, open
        assert desk.get("/desk/", {"only": "night"}).context["rows"] == []


class TestViews:
    def save(self, client: Client, **given: str) -> Any:
        return client.post(reverse("desk:views"), given)

    def test_filters_are_kept_under_a_name(self, desk: Client, case: Case) -> None:
        query = "division=all&language=es&page=3&view=9"
        answer = self.save(desk, name="Spanish", query=query)
        page = desk.get(answer["Location"])
        assert [row.case for row in page.context["rows"]] == [case]
        (view,) = page.context["views"]
        assert (view.label, view.count, view.current) == ("Spanish", "1", True)
        assert SavedView.objects.get().query == "division=all&language=es"

    def test_only_shared_ones_are_seen_by_the_division(
        self, desk: Client, case: Case, staff: Any
    ) -> None:
        self.save(desk, name="Own", query="due=soon")
        self.save(desk, name="Ours", query="due=overdue", shared="on")
        desk.force_login(staff("manager"))
        assert [v.label for v in desk.get("/desk/").context["views"]] == ["Ours"]
        Staff.objects.filter(role="field_worker").update(division=None)
        desk.force_login(staff("field_worker"))
        Staff.objects.filter(role="field_worker").update(division=None)
        assert desk.get("/desk/").context["views"] == []

    def test_the_list_opens_with_it(self, desk: Client, case: Case) -> None:
        self.save(desk, name="Late", query="due=overdue")
        view = SavedView.objects.get()
        desk.post(reverse("desk:view-change", args=[view.pk, "first"]))
        assert desk.get("/desk/")["Location"] == view.url
        assert desk.get("/desk/", {"division": ""}).status_code == 200
        desk.post(reverse("desk:view-change", args=[view.pk, "usual"]))
        assert desk.get("/desk/").status_code == 200
        assert not FirstView.objects.exists()

    def test_they_are_renamed_ordered_and_forgotten(self, desk: Client, case: Case) -> None:
        for name in ("A", "B", "C"):
            self.save(desk, name=name, query="due=soon")
        c = SavedView.objects.get(name="C")
        desk.post(reverse("desk:view-change", args=[c.pk, "up"]))
        assert [v.name for v in SavedView.objects.all()] == ["A", "C", "B"]
        desk.post(reverse("desk:view-change", args=[c.pk, "rename"]), {"name": "Z", "shared": "on"})
        taken = desk.post(reverse("desk:view-change", args=[c.pk, "rename"]), {"name": "A"})
        assert taken.status_code == 422
        assert "a view of that name" in taken.content.decode()
        desk.post(reverse("desk:view-change", args=[c.pk, "delete"]))
        assert [v.name for v in SavedView.objects.all()] == ["A", "B"]

    def test_another_persons_view_is_not_mine_to_change(
        self, desk: Client, case: Case, staff: Any
    ) -> None:
        self.save(desk, name="Ours", query="due=overdue", shared="on")
        view = SavedView.objects.get()
        desk.force_login(staff("manager"))
        for what in ("delete", "up", "rename"):
            path = reverse("desk:view-change", args=[view.pk, what])
            assert desk.post(path, {"name": "Mine"}).status_code == 403
        assert desk.post(reverse("desk:view-change", args=[view.pk, "first"])).status_code == 302

    @pytest.mark.parametrize("name", ["", "   ", "x" * 61])
    def test_a_fault_is_named(self, name: str, desk: Client) -> None:
        answer = self.save(desk, name=name, query="due=soon")
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()

    def test_a_view_with_nonsense_in_it_is_only_a_list(self, desk: Client, case: Case) -> None:
        self.save(desk, name="Odd", query="due=never&service=x&sort=-password&only=all&q=hoyo")
        assert desk.get(SavedView.objects.get().url).status_code == 200


class TestFound:
    def test_hits_are_marked_and_everything_is_escaped(self, desk: Client, case: Case) -> None:
        Case.objects.update(words="<b>Un HÓYO grande</b> y más")
        page = desk.get("/desk/", {"q": "hoyo mas"}).content.decode()
        assert "&lt;b&gt;Un <mark>HÓYO</mark> grande&lt;/b&gt; y <mark>más</mark>" in page

    def test_what_was_said_later_is_shown(self, desk: Client, case: Case, staff: Any) -> None:
        services.note(case, "Crew B has hot mix.", actor=staff("agent").as_actor())
        assert (
            "Crew B has <mark>hot</mark> mix." in desk.get("/desk/", {"q": "hot"}).content.decode()
        )

    def test_names_are_marked_for_who_sees_them_alone(
        self, desk: Client, case: Case, staff: Any
    ) -> None:
        query = {"q": "ruiz", "division": "all"}
        assert "Ana <mark>Ruiz</mark>" in desk.get("/desk/", query).content.decode()
        desk.force_login(staff("cx_lead"))
        assert "Ruiz" not in desk.get("/desk/", query).content.decode().replace("ruiz", "")


def test_list_and_case_page_cost_the_same_at_two_sizes(
    desk: Client, case: Case, staff: Any, django_assert_max_num_queries: Any
) -> None:
    pages = ("/desk/?division=", "/desk/?division=all&q=hole", case.get_absolute_url())
    found = []
    for size in (2, 20):
        for number in range(size):
            Case.objects.create(
                service=case.service, division=case.division, customer=case.customer,
                received_at=clock.now(), changed_at=clock.now(), words=f"Hole {number}",
            )  # fmt: skip
            services.note(case, f"Hole {number}", actor=staff("manager").as_actor())
        for page in pages:
            desk.get(page)  # what is kept for a moment is read now
        for page in pages:
            with django_assert_max_num_queries(10) as counted:
                desk.get(page)
            found.append(len(counted))
    assert found[:3] == found[3:]


def test_today_shows_queues_and_panels(desk: Client, case: Case) -> None:
    page = desk.get(reverse("desk:today"))
    assert counts(page)["My division"] == "1"


def test_panels_of_today_come_by_themselves(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        page = desk.get(reverse("desk:today"))
    assert page.context["later"]
    for url in page.context["later"]:
        assert url in page.content.decode()
        with django_assert_max_num_queries(10):
            assert desk.get(url).status_code == 200
    whole = desk.get(reverse("desk:today") + "?whole")
    assert "later" not in whole.context
    shown = "".join(desk.get(url).content.decode() for url in page.context["later"])
    assert [panel for panel in whole.context["panels"] if panel not in shown] == []
    assert desk.get(reverse("desk:today-beside", args=[99])).status_code == 404


def test_panels_beside_a_case_come_by_themselves(
    desk: Client, case: Case, django_assert_max_num_queries: Any
) -> None:
    page = desk.get(case.get_absolute_url())
    later = [*page.context["later"], *page.context["beside"]]
    assert later
    for url in later:
        with django_assert_max_num_queries(10):
            assert desk.get(url).status_code == 200
        assert url in page.content.decode()
    assert "later" not in desk.get(case.get_absolute_url() + "?whole").context
    for place, number in (("case", 99), ("desk-home", 0)):
        path = reverse("desk:beside", args=[case.reference, place, number])
        assert desk.get(path).status_code == 404
