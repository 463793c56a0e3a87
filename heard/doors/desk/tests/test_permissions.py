"""Who may see and do what at the desk: one table, every route."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.doors.desk.actions import ACTIONS
from heard.doors.desk.urls import urlpatterns
from heard.people.models import Role

ROLES = [Role.AGENT, Role.FIELD_WORKER, Role.MANAGER, Role.CX_LEAD, Role.ADMINISTRATOR]
ALL = set(ROLES)
WORKERS = ALL - {Role.CX_LEAD}
LEADERS = {Role.MANAGER, Role.CX_LEAD, Role.ADMINISTRATOR}
OPENS = {
    "list": ALL,
    "case": ALL,
    "today": ALL,
    "today-beside": ALL,
    "views": ALL,
    "beside": ALL,
    "new": WORKERS,
    "bulk-runs": WORKERS,
    "divisions": LEADERS,
    "division": LEADERS,
    "contact_figures": ALL,
}
# Sent by POST alone; who may not gets 403 before the method is looked at.
SENDS = {"view-change": ALL, "pulse": ALL, "bulk": WORKERS}
DOES = dict.fromkeys(ACTIONS, WORKERS) | {
    "assign": WORKERS - {Role.FIELD_WORKER},
    "move": WORKERS - {Role.FIELD_WORKER},
}


def path_of(name: str, case: Any) -> str:
    arguments = {
        "case": [case.reference], "division": [case.division.code],
        "beside": [case.reference, "case-side", 0], "pulse": [case.reference],
        "view-change": [1, "up"], "today-beside": [0],
    }  # fmt: skip
    return reverse(f"desk:{name}", args=arguments.get(name, []))


def test_the_table_names_every_route() -> None:
    assert set(OPENS) | set(SENDS) | {"act", "bulk-run"} == {
        pattern.name for pattern in urlpatterns
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OPENS)
def test_a_page_opens_for_its_roles_alone(
    name: str, role: str, client: Client, staff: Any, case: Any
) -> None:
    client.force_login(staff(role))
    answer = client.get(path_of(name, case), follow=name == "divisions")
    assert answer.status_code == (200 if role in OPENS[name] else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_taken_from_its_roles_alone(
    action: str, role: str, client: Client, staff: Any, case: Any
) -> None:
    client.force_login(staff(role))
    path = reverse("desk:act", args=[case.reference, action])
    # An empty form: whoever may act is told what is missing, everybody else is turned away.
    assert client.post(path).status_code == (422 if role in DOES[action] else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", SENDS)
def test_what_is_sent_is_taken_from_its_roles_alone(
    name: str, role: str, client: Client, staff: Any, case: Any
) -> None:
    client.force_login(staff(role))
    assert client.get(path_of(name, case)).status_code == (405 if role in SENDS[name] else 403)


@pytest.mark.parametrize("name", [*OPENS, *SENDS])
def test_a_stranger_is_sent_to_sign_in(name: str, client: Client, case: Any) -> None:
    path = path_of(name, case)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login") + "?next=/desk/")


def test_a_stranger_cannot_act(client: Client, case: Any) -> None:
    for action in ACTIONS:
        answer = client.post(reverse("desk:act", args=[case.reference, action]), {"words": "x"})
        assert answer["Location"].startswith(reverse("account_login"))
    case.refresh_from_db()
    assert case.version == 1


def test_somebody_who_left_is_a_stranger(client: Client, staff: Any, case: Any) -> None:
    person = staff("administrator")
    client.force_login(person)
    person.is_active = False
    person.save()
    assert client.get(reverse("desk:list")).status_code == 302


def test_names_are_kept_from_roles_without_the_ability(
    client: Client, staff: Any, case: Any
) -> None:
    client.force_login(staff("cx_lead"))
    for path in (reverse("desk:list") + "?division=all", case.get_absolute_url()):
        page = client.get(path).content.decode()
        assert case.reference in page
        assert "Ana Ruiz" not in page
        assert "ana@home.example" not in page
    assert (
        case.reference
        not in client.get(
            reverse("desk:list"), {"q": "ana@home.example", "division": "all"}
        ).content.decode()
    )
