"""Killing web and worker at any point between closing a case and the invitation loses nothing."""

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

TIMES = 50


class Nursery:
    """The forking process, spoken to line by line."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.nursery"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, line: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


def kill(process: int) -> None:
    """End the process and all it started, in one instant."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def environment_for(database: dict[str, Any], folder: Path) -> dict[str, str]:
    """The environment that leads another process to the database of this test."""
    if database["ENGINE"].endswith("postgresql"):
        host = database["OPTIONS"].get("host") or database["HOST"]
        url = f"postgresql://{database['USER']}:@/{database['NAME']}?host={host}"
    else:
        url = f"sqlite:///{database['NAME']}"
    return {
        **os.environ,
        "HEARD_DATA": str(folder),
        "DATABASE_URL": url,
        "HEARD_SECRET_KEY": settings.SECRET_KEY,  # so that the agent's session holds there
        "HEARD_STEP_LEASE_SECONDS": "1",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "heard.settings"),
    }


class Web:
    """The web server, started again after each death."""

    def __init__(self, nursery: Nursery) -> None:
        self.nursery = nursery
        self.port = self.process = 0

    def start(self) -> None:
        with socket.socket() as probe:  # a new port: the dead one may still hold the last
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = self.nursery.ask(f"web {self.port}")
        wait_for(self.answers)

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


class Agent:
    """A signed-in agent's browser, as far as the form that closes a case needs one."""

    def __init__(self, person: Any, web: Web) -> None:
        client = Client()
        client.force_login(person)
        self.web = web
        self.token = get_random_string(32)
        cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.CSRF_COOKIE_NAME: self.token,
        }
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def press_close(self, case: Any) -> int:
        """Send the form; 0 where the server died before it answered."""
        body = {
            "csrfmiddlewaretoken": self.token,
            "key": f"close-{case.pk}",
            "version": case.version,
            "outcome": "done",
            "words": "We filled the hole.",
            "how": "close",
        }
        line = http.client.HTTPConnection("127.0.0.1", self.web.port, timeout=60)
        try:
            line.request(
                "POST",
                reverse("desk:act", args=[case.reference, "finish"]),
                urlencode(body),
                {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"},
            )
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()


def closed(case: Any) -> bool:
    from heard.cases.models import Case

    return Case.objects.filter(pk=case.pk, state="closed").exists()


def invited(case: Any) -> bool:
    from heard.voice.models import Invitation

    return Invitation.objects.filter(about=f"case:{case.pk}").exists()


def wait_for(done: Callable[[], bool], seconds: float = 20) -> None:
    """Look until it is done, or go on after so many seconds: the asserts will tell."""
    patience = time.monotonic() + seconds
    while not done() and time.monotonic() < patience:
        time.sleep(0.005)


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(280)
def test_each_invitation_exists_exactly_once(service: Any, staff: Any, tmp_path: Path) -> None:
    from django.db import connection

    from heard.cases.models import Case, StateChange
    from heard.cases.services import Request, receive
    from heard.core.actors import SYSTEM
    from heard.core.models import Step
    from heard.people.services import know_customer
    from heard.post.models import Dispatch
    from heard.voice.models import Invitation

    if "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("needs a database that other processes can open")
    # A person each: who was asked a little while ago is not asked again.
    people = [know_customer(email=f"c{i}@home.example", actor=SYSTEM) for i in range(TIMES)]
    cases = [
        receive(Request(service=service, words=f"Hole number {i}", customer=person), actor=SYSTEM)
        for i, person in enumerate(people)
    ]
    Step.objects.update(state="done")  # the letters of receipt are not what this is about
    nursery = Nursery(environment_for(connection.settings_dict, tmp_path))
    web = Web(nursery)
    agent = Agent(staff("agent"), web)
    chance = random.Random(20151006)
    died_before_commit = died_after_commit = 0
    try:
        for number, case in enumerate(cases):
            worker = nursery.ask("worker")
            web.start()
            pressed = threading.Thread(target=agent.press_close, args=[case])
            pressed.start()
            if number % 3 == 0:  # anywhere, mostly before the commit
                time.sleep(chance.uniform(0, 0.08))
            else:  # just after the commit, on the way to the invitation or past it
                wait_for(lambda case=case: closed(case))
                time.sleep(chance.uniform(0, 0.08 if number % 3 == 1 else 0.4))
            for victim in chance.sample([web.process, worker], 2):
                kill(victim)
            pressed.join()
            if closed(case):
                died_after_commit += not invited(case)
            else:
                died_before_commit += 1
        # The agent whose page never answered presses the button again; a worker lives on.
        web.start()
        for case in cases:
            assert agent.press_close(case) == 302
        worker = nursery.ask("worker")
        wait_for(lambda: not Step.objects.filter(state="waiting").exists(), seconds=120)
    finally:
        nursery.end()

    assert not list(Step.objects.exclude(state="done").values("name", "state", "fault"))
    for case in cases:
        about = f"case:{case.pk}"
        assert Invitation.objects.filter(about=about).count() == 1
        assert Dispatch.objects.filter(about=about, template="case_closed").count() == 1
        assert StateChange.objects.filter(case=case, new="closed").count() == 1
    assert Case.objects.filter(state="closed").count() == TIMES
    # The kills really fell on both sides of the commit, or this test has shown nothing.
    assert died_before_commit > 0
    assert died_after_commit > 0
