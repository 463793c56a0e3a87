"""Something for every argument of boards."""

from typing import Any


def boards_things() -> dict[str, Any]:
    """An alert, another city and a file of others' figures."""
    from datetime import date

    from heard.boards.models import OutsideFile, Peer, Signal
    from heard.core import clock

    now = clock.now()
    signal = Signal.objects.create(
        measure="on_time", statistic="closed", period="2026-01", first=date(2026, 1, 1),
        last=date(2026, 1, 31), kind="month", unit="share", value=0.5, mean=0.8, at=now,
        by="division", group="streets",
        rules=[{"rule": "outside", "side": "below", "low": 0.7, "high": 0.9}],
    )  # fmt: skip
    return {
        "boards.signal": signal.pk,
        "boards.measure": "on_time",
        "boards.file": OutsideFile.objects.create(name="a.csv", digest="0", made_at=now).pk,
        "boards.peer": Peer.objects.create(url="https://river.example/m.json", added_at=now).pk,
        "boards_public.what": "scores",
    }
