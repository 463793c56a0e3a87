"""Doubt about a sender: a sum or a person; nothing is thrown away, and nobody is locked out."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from heard.cases.models import Case
from heard.doors.web import proof
from heard.doors.web.holding import MOST_WAITING
from heard.doors.web.models import Draft

pytestmark = pytest.mark.django_db
TRAP = {"website": "http://buy.example"}


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def solved(page: Any, **more: Any) -> str:
    """What the browser's script would send for the sum on a page."""
    found = re.search(r'<script id="challenge"[^>]*>(.*?)</script>', page.content.decode())
    assert found
    sum_of = json.loads(found[1])
    salt = sum_of["salt"] if sum_of["salt"].endswith("&") else sum_of["salt"] + "&"
    number = next(
        n
        for n in range(sum_of["maxnumber"] + 1)
        if hashlib.sha256(f"{salt}{n}".encode()).hexdigest() == sum_of["challenge"]
    )
    parts = {name: sum_of[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps(parts | {"number": number} | more).encode()).decode()


def test_a_likely_machine_gets_a_sum_and_a_person_may_go_on(report: Any, seen: Any) -> None:
    page = report(**TRAP)
    assert "One moment, please" in seen(page)
    assert b"There is a hole." in page.content
    assert not Case.objects.exists()
    for wrong in ("", "rubbish", "e30=", solved(page, number=-1), solved(page, salt="x"),
                  solved(page, signature="0" * 64), solved(page, number="1e999")):  # fmt: skip
        assert report(**TRAP, solution=wrong).status_code == 200
    assert not Case.objects.exists()
    right = solved(page)
    assert report(**TRAP, solution=right).status_code == 302
    assert Case.objects.count() == 1
    again = report(**TRAP, solution=right, words="Another one with the same sum")
    assert again.status_code == 200
    assert Case.objects.count() == 1


def test_a_sum_is_good_for_twenty_minutes(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    right = solved(report(**TRAP))
    later = time.time() + 21 * 60
    monkeypatch.setattr("time.time", lambda: later)
    assert proof.is_solved(right) is False


def test_many_from_one_address_are_doubted(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "REPORTS_AN_HOUR", 2)
    for n in range(2):
        assert report(words=f"Hole {n}").status_code == 302
    page = report(words="One more")
    assert page.status_code == 200
    assert report(words="One more", solution=solved(page)).status_code == 302


def test_without_a_script_a_person_looks_and_nothing_is_lost(
    client: Client, report: Any, seen: Any, staff: Callable[..., Any]
) -> None:
    page = report(**TRAP, hold="yes", name="Josefina", place="5 Oak")
    assert "Somebody looks at it first" in seen(page)
    assert not Case.objects.exists()
    held = Draft.objects.get(state="held")
    client.force_login(staff("agent"))
    desk = client.get(reverse("held:list"))
    for words in ("There is a hole.", "Josefina", "5 Oak"):
        assert words in desk.content.decode()
    done = client.post(reverse("held:decide", args=[held.pk]), {"do": "let_in"})
    case = Case.objects.get()
    assert done.url == case.get_absolute_url()
    assert (case.words, case.place, case.customer.name) == ("There is a hole.", "5 Oak", "Josefina")
    client.post(reverse("held:decide", args=[held.pk]), {"do": "let_in"})
    client.post(reverse("held:decide", args=[held.pk]), {"do": "drop"})
    assert Case.objects.count() == 1


def test_what_a_machine_sent_is_dropped_with_its_content(
    client: Client, report: Any, staff: Callable[..., Any]
) -> None:
    report(**TRAP, hold="yes")
    held = Draft.objects.get(state="held")
    client.force_login(staff("agent"))
    client.post(reverse("held:decide", args=[held.pk]), {"do": "drop"})
    held.refresh_from_db()
    assert (held.state, held.given) == ("dropped", {})
    assert "Nothing is waiting" in client.get(reverse("held:list")).content.decode()


def test_the_list_asks_as_many_queries_for_one_as_for_many(
    client: Client, report: Any, staff: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(staff("agent"))
    counts = []
    for total in (1, 5):
        while Draft.objects.filter(state="held").count() < total:
            Client().post("/services/pothole/", {"words": f"x{total}", "email": "a@b.example",
                          "language": "en", "hold": "yes", **TRAP})  # fmt: skip
        client.get(reverse("held:list"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("held:list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_flood_is_told_to_call_and_fills_no_table(report: Any, service: Any, seen: Any) -> None:
    from heard.core import clock

    now = clock.now()
    Draft.objects.bulk_create(
        Draft(secret=f"{n}", service=service, state="held", created_at=now, changed_at=now)
        for n in range(MOST_WAITING)
    )
    page = report(**TRAP, hold="yes")
    assert page.status_code == 429
    assert "Please talk to a person" in seen(page)


def test_only_who_works_cases_decides(
    client: Client, report: Any, staff: Callable[..., Any]
) -> None:
    report(**TRAP, hold="yes")
    held = Draft.objects.get(state="held")
    client.force_login(staff("cx_lead"))
    assert client.get(reverse("held:list")).status_code == 403
    assert client.post(reverse("held:decide", args=[held.pk]), {"do": "drop"}).status_code == 403
