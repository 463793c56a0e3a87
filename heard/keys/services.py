"""Issuing and revoking keys, and finding the key behind a request."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.text import clean_line
from heard.core.writes import record, write
from heard.keys.models import ApiKey, Scope
from heard.people.models import Division, Staff
from heard.people.roles import may, require

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PREFIX, SECRET = 8, 32  # letters; 31**32 secrets, about 158 bits
FORM = re.compile(rf"heard_([{ALPHABET}]{{{PREFIX}}})_([{ALPHABET}]{{{SECRET}}})")
MOST_PER_MINUTE = 6000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new key shall be."""

    name: str
    scopes: tuple[str, ...]
    division: Division | None = None
    acts_as: Staff | None = None
    per_minute: int = 120
    expires_at: datetime | None = None


@write
def issue(wanted: Wanted, *, actor: Actor) -> tuple[ApiKey, str]:
    """Make a key. The second value is the key itself: shown once, kept nowhere.

    A digest without salt is enough: nobody can try 158 random bits one after the other.
    """
    require(actor, "administer")
    name = clean_line(wanted.name, limit=80)
    _check(wanted, name)
    prefix, secret = _letters(PREFIX), _letters(SECRET)
    whole = f"heard_{prefix}_{secret}"
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=digest_of(whole),
        scopes=sorted(wanted.scopes),
        division=wanted.division,
        acts_as=wanted.acts_as,
        per_minute=wanted.per_minute,
        made_by=actor.name,
        created_at=clock.now(),
        expires_at=wanted.expires_at,
    )
    changes = {
        "scopes": [[], key.scopes],
        "division": [None, key.division_id],
        "acts_as": [None, key.acts_as_id],
        "per_minute": [None, key.per_minute],
    }
    record("api_key.issued", about=key, actor=actor, changes=changes)
    return key, whole


def _check(wanted: Wanted, name: str) -> None:
    if not name:
        raise Refused(_("Give the key a name: which system is it for?"), field="name")
    if not wanted.scopes or not set(wanted.scopes) <= set(Scope.values):
        raise Refused(_("Choose what the key may do."), field="scopes")
    if not 1 <= wanted.per_minute <= MOST_PER_MINUTE:
        raise Refused(
            _("Between 1 and {most} requests a minute.").format(most=MOST_PER_MINUTE),
            field="per_minute",
        )
    if wanted.expires_at is not None and wanted.expires_at <= clock.now():
        raise Refused(_("Choose a day that is still to come."), field="expires_at")
    works = Scope.WORK_CASES in wanted.scopes
    if works and (wanted.acts_as is None or not may(wanted.acts_as, "work cases")):
        raise Refused(
            _("To work in cases, a key acts as a member of staff who may. Choose whom."),
            field="acts_as",
        )
    if wanted.acts_as is not None and not works:
        raise Refused(
            _("Only a key that works in cases acts as somebody. Leave this empty."),
            field="acts_as",
        )


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _n in range(count))


@write
def revoke(key: ApiKey, *, actor: Actor) -> ApiKey:
    """End a key at once. Revoking twice is once."""
    require(actor, "administer")
    fresh = ApiKey.objects.select_for_update().get(pk=key.pk)
    if fresh.revoked_at is None:
        fresh.revoked_at = clock.now()
        fresh.save(update_fields=["revoked_at"])
        record("api_key.revoked", about=fresh, actor=actor)
    return fresh


def digest_of(whole: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(whole.encode()).hexdigest()


def find(whole: str) -> ApiKey | None:
    """The key that was given, where it holds. One query at most."""
    found = FORM.fullmatch(whole.strip()[:100])
    if found is None:
        return None
    key = ApiKey.objects.select_related("acts_as", "division").filter(prefix=found[1]).first()
    kept = key.digest if key is not None else "0" * 64
    if not constant_time_compare(digest_of(found[0]), kept) or key is None:
        return None
    return key if key.holds_at(clock.now()) else None


def as_customer(key: ApiKey, customer: Actor | None) -> Actor:
    """A customer who came through another system, as the audit names them: with the key."""
    name = customer.name if customer else "anonymous"
    return Actor("customer", customer.id if customer else None, f"{name} · {key.name}"[:200])


def as_staff(key: ApiKey) -> Actor:
    """The member of staff a key works as, as the audit names them: with the key.

    Raises ``NotAllowed`` where it works as nobody.
    """
    if key.acts_as is None:
        raise NotAllowed(_("This key does not act as a member of staff."))
    staff = key.acts_as.as_actor()
    return Actor("staff", staff.id, f"{staff.name} · {key.name}"[:200], staff.role)
