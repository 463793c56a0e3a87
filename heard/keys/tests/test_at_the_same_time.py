"""Two requests of one name at the same moment are one act."""

import threading
from typing import Any

import pytest
from django.db import connection

from heard.keys.models import Answer, ApiKey, Scope
from heard.keys.repeats import once
from heard.keys.tests.making import made_key
from heard.people.models import Department


@pytest.mark.django_db(transaction=True)
def test_one_act(town: Any) -> None:
    key, _whole = made_key(Scope.READ_CITY)
    start, answers = threading.Barrier(4), []

    def ask() -> None:
        def act() -> tuple[int, Any]:
            Department.objects.create(code=f"d{Department.objects.count()}", name={"en": "D"})
            return 201, {"made": Department.objects.count()}

        try:
            start.wait(10)
            answers.append(once(ApiKey.objects.get(pk=key.pk), "same", "digest", act).body)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [{"made": 1}] * 4
    assert (Department.objects.count(), Answer.objects.count()) == (1, 1)
