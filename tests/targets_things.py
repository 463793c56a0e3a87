"""Something for every argument of targets and figures."""

from typing import Any


def targets_things() -> dict[str, Any]:
    """A measure of the city's own with one figure and one file."""
    from datetime import date

    from heard.core import clock
    from heard.measures.built_models import BuiltMeasure, BuiltVersion
    from heard.targets.models import Batch, Entry, OwnMeasure

    now = clock.now()
    own = OwnMeasure.objects.create(
        key="visits", name={"en": "Visits"}, definition={"en": "Visits."}, created_at=now
    )
    batch = Batch.objects.create(measure=own, name="a.csv", digest="0", made_at=now)
    entry = Entry.objects.create(
        measure="visits", kind="month", period="2026-01", first=date(2026, 1, 1),
        last=date(2026, 1, 31), value=3, entered_at=now, batch=batch,
    )  # fmt: skip
    built = BuiltVersion.objects.create(
        measure=BuiltMeasure.objects.create(key="by_app", created_at=now), number=1,
        name={"en": "By app", "es": "Por la aplicación"}, definition={"en": "Those by app."},
        area="reach", effective_from=date(2026, 1, 1), made_at=now,
        formula={
            "fact": "cases", "day": "received_on", "take": "share",
            "counts": [["channel", "is", "app"]],
        },
    )  # fmt: skip
    return {
        "targets.measure": "visits", "targets.batch": batch.pk, "targets.figure": entry.pk,
        "targets.version": built.pk, "targets.fact": "cases", "targets.template": "contact_cost",
    }  # fmt: skip
