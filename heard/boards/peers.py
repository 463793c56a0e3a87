"""Other cities that run Heard: named by a person, fetched by the worker, kept in good state."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from heard.boards import measures_json
from heard.boards.models import Peer
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.people.roles import require
from heard.targets.program import touch
from heard.webhooks import going_out

MOST = 20
AGAIN = timedelta(hours=20)  # figures are of months: once a day is often enough
AFTER_FAULT = timedelta(hours=1)
HEADERS = {
    "Accept": "application/json", "Accept-Encoding": "identity",
    "User-Agent": "Heard (measures of other cities)",
}  # fmt: skip


@write
def add(url: str, *, actor: Actor, key: str | None = None) -> Peer:
    """Compare with another city from now on. Raises ``Refused``."""
    require(actor, "keep comparisons")
    if earlier := about_of_earlier(Peer, key):
        return earlier  # type: ignore[no-any-return]
    address = url.strip()
    try:
        going_out.check_url(address)
    except going_out.Unreachable as fault:
        raise Refused(str(fault), field="url") from None
    if len(address) > 500:
        raise Refused(_("The address is longer than 500 letters."), field="url")
    if Peer.objects.filter(url=address).exists():
        raise Refused(_("This city is already there."), field="url")
    if Peer.objects.count() >= MOST:
        raise Refused(_("There are {n} cities already; take one away.").format(n=MOST), field="url")
    row = Peer.objects.create(url=address, added_by_id=actor.id, added_at=clock.now())
    record("peer.added", about=row, actor=actor, changes={"url": address}, key=key)
    return row


@write
def switch(peer: Peer, *, on: bool, actor: Actor) -> Peer:
    """Compare with a city, or not any more; what was read of it stays."""
    require(actor, "keep comparisons")
    fresh = Peer.objects.select_for_update().get(pk=peer.pk)
    before, fresh.is_on = fresh.is_on, on
    fresh.save(update_fields=["is_on"])
    touch()
    record("peer.switched", about=fresh, actor=actor, changes={"on": [before, on]})
    return fresh


def refresh_all() -> int:
    """Fetch what is due, for the worker. Returns how many files were read."""
    now = clock.now()
    old = Q(tried_at=None) | Q(tried_at__lt=now - AGAIN)
    failed = ~Q(fault="") & Q(tried_at__lt=now - AFTER_FAULT)
    return sum(refresh(peer) for peer in Peer.objects.filter(old | failed, is_on=True))


def refresh(peer: Peer) -> bool:
    """Fetch one city's file. What cannot be read leaves the last good state as it was.

    No transaction is held while the other side is spoken to.
    """
    try:
        document = measures_json.read(
            going_out.get(peer.url, HEADERS, most=measures_json.MOST_BYTES).body
        )
    except (going_out.Unreachable, Refused) as fault:
        _note(peer, str(fault) or type(fault).__name__)
        return False
    with transaction.atomic():
        fresh = Peer.objects.select_for_update().get(pk=peer.pk)
        changed = fresh.document != document
        fresh.document, fresh.name = document, document["city"]
        fresh.good_at = fresh.tried_at = clock.now()
        fresh.fault = ""
        fresh.save()
        if changed:
            touch()
            record("peer.read", about=fresh, actor=SYSTEM,
                   data={"measures": len(document["measures"])})  # fmt: skip
    return True


def _note(peer: Peer, fault: str) -> None:
    Peer.objects.filter(pk=peer.pk).update(fault=fault[:500], tried_at=clock.now())
