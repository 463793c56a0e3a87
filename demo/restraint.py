"""Nobody is asked twice within the pause: the plan asks after every case, the house does not.

What was planned within the pause after an earlier invitation to the same customer goes, with its
answer, and the reason stays, as it does in a house that runs.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from heard.voice.models import Instrument, Invitation, Occasion, Pool, Response
from heard.voice.restraint import restraint

AT_ONCE = 500


def hold_back(survey: Instrument) -> int:
    """Keep the first invitation in every pause and note all that was served; how many went."""
    too_soon = set(_too_soon(timedelta(days=restraint().cool_down_days)))
    served = Invitation.objects.filter(pool=Pool.INVITED).order_by("asked_at", "about")
    rows = served.values_list("pk", "about", "asked_at", "service", "division", "district",
                              "channel")  # fmt: skip
    Occasion.objects.bulk_create(
        (
            Occasion(
                about=about, instrument=survey, at=at, service=service, division=division,
                district=district, channel=channel,
                excluded=Occasion.Excluded.COOL_DOWN if pk in too_soon else "",
            )
            for pk, about, at, service, division, district, channel in rows.iterator(2000)
        ),
        batch_size=1000,
    )  # fmt: skip
    gone = sorted(too_soon)
    for start in range(0, len(gone), AT_ONCE):
        part = gone[start : start + AT_ONCE]
        Response.objects.filter(invitation__in=part).delete()
        Invitation.objects.filter(pk__in=part).delete()
    return len(gone)


def _too_soon(pause: timedelta) -> Iterator[int]:
    last: tuple[int | None, datetime | None] = (None, None)
    rows = Invitation.objects.filter(pool=Pool.INVITED, customer__isnull=False)
    ordered = rows.order_by("customer", "asked_at", "about")
    for pk, customer, at in ordered.values_list("pk", "customer", "asked_at").iterator(2000):
        if last[0] == customer and last[1] is not None and at - last[1] < pause:
            yield pk
        else:
            last = (customer, at)
