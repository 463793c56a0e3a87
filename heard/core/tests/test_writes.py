"""The frame of a write: change, audit row and event together, and once per key."""

from typing import Any

import pytest
from django.db import IntegrityError

from heard.core import events
from heard.core.actors import Actor
from heard.core.models import AuditRow, City, Event
from heard.core.writes import about_of_earlier, record, write

CLERK = Actor("staff", 7, "Sam Clerk", "agent")


@write
def rename(city: City, name: str, *, key: str | None = None, fails: bool = False) -> City:
    if (earlier := about_of_earlier(City, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    old, city.name = city.name, name
    city.save()
    record("city.renamed", about=city, actor=CLERK, changes={"name": [old, name]}, key=key)
    if fails:
        raise ValueError("after everything")
    return city


def test_a_write_leaves_an_audit_row_and_an_event(town: City) -> None:
    rename(town, "New Testville")
    row = AuditRow.objects.get()
    assert (row.verb, row.about_kind, row.about_id) == ("city.renamed", "city", town.pk)
    assert (row.actor_kind, row.actor_id, row.actor_name) == ("staff", 7, "Sam Clerk")
    assert row.actor_role == "agent"
    assert row.changes == {"name": ["Testville", "New Testville"]}
    assert row.event == Event.objects.get()


def test_a_write_that_fails_leaves_nothing(town: City) -> None:
    with pytest.raises(ValueError, match="after everything"):
        rename(town, "New Testville", fails=True)
    assert City.objects.get().name == "Testville"
    assert not AuditRow.objects.exists()
    assert not Event.objects.exists()


def test_a_write_with_a_key_happens_once(town: City) -> None:
    rename(town, "First", key="k")
    town.refresh_from_db()
    rename(town, "Second", key="k")
    assert City.objects.get().name == "First"
    assert Event.objects.count() == 1


def test_two_writes_that_race_with_one_key_end_as_one(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(town, "First", key="k")
    looks: list[Any] = []
    really = events.earlier

    def late(key: str | None) -> Event | None:
        looks.append(key)  # the first look comes before the other one's commit
        return None if len(looks) == 1 else really(key)

    monkeypatch.setattr(events, "earlier", late)
    assert rename(town, "Second", key="k").name == "First"
    assert City.objects.get().name == "First"
    assert Event.objects.count() == 1


def test_another_broken_rule_is_not_hidden(town: City) -> None:
    @write
    def break_a_rule(*, key: str) -> None:
        raise IntegrityError("another rule")

    with pytest.raises(IntegrityError, match="another rule"):
        break_a_rule(key="k")
