"""Many rows at once: what is written is what the model would have written."""

from datetime import UTC, datetime

import pytest

from heard.core.imports.bulk import insert_many, update_many
from heard.core.models import ImportRun, ScheduleRow

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_insert_fills_the_rest_from_the_example() -> None:
    like = ImportRun(kind="k", mapping="m", started_at=NOON, rows=5)
    insert_many(like, ["file_name", "finished_at"], [("a", None), ("b%s", NOON)])
    one, two = ImportRun.objects.order_by("file_name")
    assert (one.file_name, one.kind, one.rows, one.started_at) == ("a", "k", 5, NOON)
    assert (one.finished_at, two.finished_at, two.file_name) == (None, NOON, "b%s")


@pytest.mark.django_db
def test_update_sets_what_was_named_in_the_rows_that_were() -> None:
    for name in ("a", "b", "c"):
        ScheduleRow.objects.create(name=name, due_at=NOON, fault="kept")
    key = dict(ScheduleRow.objects.values_list("name", "pk"))
    later = datetime(2025, 1, 1, tzinfo=UTC)
    update_many(
        ScheduleRow,
        ["due_at", "claimed_by"],
        [(key["a"], (later, "x")), (key["b"], (NOON, "it's; --"))],
    )
    rows = list(ScheduleRow.objects.values_list("name", "due_at", "claimed_by", "fault"))
    assert rows == [
        ("a", later, "x", "kept"), ("b", NOON, "it's; --", "kept"), ("c", NOON, "", "kept"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_nothing_is_nothing() -> None:
    insert_many(ImportRun(), ["kind"], [])
    update_many(ImportRun, ["kind"], [])
    assert not ImportRun.objects.exists()
