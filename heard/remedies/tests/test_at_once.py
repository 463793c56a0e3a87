"""Two remedies given at the same moment never exceed the limit of the day."""

import threading
from typing import Any

import pytest
from django.db import connection

from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.core.actors import SYSTEM
from heard.core.errors import Refused
from heard.remedies.models import Kind, Remedy
from heard.remedies.services import give_remedy


@pytest.mark.django_db(transaction=True)
def test_two_at_once_stay_within_the_day(service: Any, waive: Kind, allow: Any, staff: Any) -> None:
    allow(waive, role="agent", case_cents=6000, day_cents=10_000)
    actor = staff("agent").as_actor()
    cases = [receive(Request(service=service, words="x"), actor=SYSTEM) for _n in range(4)]
    start, refused = threading.Barrier(len(cases)), []

    def give(case: Case) -> None:
        start.wait()
        try:
            give_remedy(case, waive, cents=6000, reason="x", actor=actor)
        except Refused as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Remedy.objects.count() == 1
    assert len(refused) == 3
