"""The operator's pages open for administrators alone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.core.models import Event, Step
from heard.doors.operate.urls import urlpatterns
from heard.people.models import Role
from heard.post.models import Dispatch

PAGES = ["health", "steps", "event", "imports", "outbox", "dispatch", "audit"]


@pytest.fixture
def arguments(case: Any, run_steps: Any) -> dict[str, list[int]]:
    run_steps()
    step = Step.objects.get(name__endswith="tell_received")
    return {
        "event": [Event.objects.filter(kind="case.received").get().pk],
        "dispatch": [Dispatch.objects.get().pk],
        "run_again": [step.pk],
    }


def test_the_table_names_every_route() -> None:
    assert {*PAGES, "run_again"} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("role", Role.values)
def test_pages_open_for_administrators_alone(
    role: str, client: Client, staff: Any, arguments: Any
) -> None:
    client.force_login(staff(role))
    wanted = 200 if role == Role.ADMINISTRATOR else 403
    for name in PAGES:
        path = reverse(f"operate:{name}", args=arguments.get(name, []))
        assert client.get(path).status_code == wanted, name


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMINISTRATOR])
def test_nobody_else_sends_a_step_round_again(
    role: str, client: Client, staff: Any, arguments: Any
) -> None:
    Step.objects.update(state="parked")
    client.force_login(staff(role))
    path = reverse("operate:run_again", args=arguments["run_again"])
    assert client.post(path).status_code == 403
    assert set(Step.objects.values_list("state", flat=True)) == {"parked"}


def test_a_stranger_is_sent_to_sign_in(client: Client, arguments: Any) -> None:
    for name in [*PAGES, "run_again"]:
        answer = client.get(reverse(f"operate:{name}", args=arguments.get(name, [])))
        assert answer["Location"].startswith(reverse("account_login")), name


def test_looking_does_not_run_a_step_again(client: Client, staff: Any, arguments: Any) -> None:
    Step.objects.update(state="parked")
    client.force_login(staff("administrator"))
    assert client.get(reverse("operate:run_again", args=arguments["run_again"])).status_code == 405
