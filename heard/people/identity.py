"""One person, known twice: proposed with evidence, confirmed by a person or a code, split again.

Joining moves the rows that point at the other customer over to the one who is kept, and writes
down which. So every page and measure sees one person at once, and a split gives back what came
with the other; what was said since stays where it was said.
"""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.models import Event
from heard.core.text import clean_line
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Customer, NameWord, Sameness
from heard.people.roles import require

CODE_LASTS = timedelta(minutes=30)
MOST_TRIES = 5
MOST_CODES = 5  # for one proposal
LOOKED_BACK = timedelta(days=2)
MOST_AT_ONCE = 500
MOST_ALIKE = 10  # customers looked at for one number
FILLED = ("name", "email", "phone")


@write
def propose(
    one: Customer, two: Customer, *, evidence: dict[str, Any], actor: Actor
) -> Sameness | None:
    """Note that these may be the same person; more evidence joins an open proposal.

    None where it is decided already, or they are one. The longer known one is kept.
    """
    one, two = one.joined_into or one, two.joined_into or two
    if one.pk == two.pk:
        return None
    keeps, other = sorted((one, two), key=lambda customer: customer.pk)
    row, made = Sameness.objects.select_for_update().get_or_create(
        keeps=keeps, other=other, defaults={"at": clock.now()}
    )
    if not row.is_open:
        return None
    if evidence not in row.evidence:
        row.evidence = [*row.evidence, evidence][-20:]
        row.save(update_fields=["evidence"])
    if made:
        record("identity.proposed", about=row, actor=actor, data={"keeps": keeps.pk})
    return row


def look_alikes(customer: Customer) -> list[Customer]:
    """Other customers with the same number; a shared number is evidence, never proof."""
    if customer.joined_into_id is not None or len(customer.phone_key) < 10:
        return []
    same = Customer.objects.filter(phone_key=customer.phone_key, joined_into=None)
    return list(same.exclude(pk=customer.pk).order_by("pk")[:MOST_ALIKE])


def propose_look_alikes(customer: Customer) -> int:
    """Propose each of them; returns how many."""
    found = 0
    for other in look_alikes(customer):
        same_name = bool(customer.name) and customer.name.casefold() == other.name.casefold()
        evidence = {"kind": "phone", "same_name": same_name}
        found += propose(customer, other, evidence=evidence, actor=SYSTEM) is not None
    return found


def look_at_new() -> int:
    """Who became known, or got another number, within the last two days: do we know it already?

    Goes by the events, so that no other room has to call it; what was decided stays decided.
    """
    since = clock.now() - LOOKED_BACK
    kinds = ["customer.known", "customer.changed"]
    events = Event.objects.filter(kind__in=kinds, at__gte=since, about_kind="customer")
    known = Customer.objects.filter(pk__in=events.values("about_id"), joined_into=None)
    shared = Customer.objects.filter(phone_key=OuterRef("phone_key")).exclude(pk=OuterRef("pk"))
    rows = known.exclude(phone_key="").filter(Exists(shared)).order_by("pk")[:MOST_AT_ONCE]
    return sum(propose_look_alikes(customer) for customer in rows)


# --- the code -----------------------------------------------------------------------------------


@write
def ask_code(row: Sameness, to: str, *, actor: Actor) -> Sameness:
    """Have a code sent to an address of one of them (``keeps`` or ``other``); the last one counts.

    The code is derived from the house's key, so that it stands in no table and no event.
    """
    require(actor, "join people")
    fresh = _open(row)
    if fresh.code_version >= MOST_CODES:
        raise Refused(_("Enough codes were sent. Decide by what you know, or leave it open."))
    whose = fresh.keeps if to == "keeps" else fresh.other
    if not (whose.email or whose.phone):
        raise Refused(_("We have no address to send a code to."))
    fresh.code_version += 1
    fresh.code_sent_at, fresh.code_to, fresh.code_tries = clock.now(), to, 0
    fresh.save()
    data = {"version": fresh.code_version}
    record("identity.code_asked", about=fresh, actor=actor, data=data)
    return fresh


def code_of(row: Sameness, *, house_key: str | None = None) -> str:
    """The six digits of the last code."""
    told = f"{row.pk}:{row.code_version}:{row.code_to}"
    mac = salted_hmac("heard.identity.code", told, secret=house_key, algorithm="sha256")
    return f"{int(mac.hexdigest()[:15], 16) % 1_000_000:06d}"


def confirm_by_code(row: Sameness, typed: str, *, actor: Actor) -> Sameness:
    """They told the code that we sent to the other address: they are the same person.

    A wrong one is counted, whatever becomes of the page; after five a new code is needed.
    """
    require(actor, "join people")
    fault = _try_code(row, typed)
    if fault:
        raise Refused(fault, field="code")
    return _confirmed(row, Sameness.How.CODE, actor=actor)


@transaction.atomic
def _try_code(row: Sameness, typed: str) -> str:
    fresh = _open(row)
    if fresh.code_sent_at is None:
        return _("Send a code first.")
    if clock.now() - fresh.code_sent_at > CODE_LASTS:
        return _("The code is too old. Send a new one.")
    if fresh.code_tries >= MOST_TRIES:
        return _("That was wrong too often. Send a new code.")
    given = "".join(c for c in typed if c.isdigit())
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if any(constant_time_compare(given, code_of(fresh, house_key=key)) for key in keys):
        return ""
    fresh.code_tries += 1
    fresh.save(update_fields=["code_tries"])
    return _("This is not the code we sent. Ask them to read it again.")


# --- decisions ----------------------------------------------------------------------------------


def confirm(row: Sameness, *, actor: Actor, reason: str = "") -> Sameness:
    """A colleague says that both are the same person."""
    require(actor, "join people")
    return _confirmed(row, Sameness.How.PERSON, actor=actor, reason=reason)


@write
def _confirmed(row: Sameness, how: Sameness.How, *, actor: Actor, reason: str = "") -> Sameness:
    fresh = _open(row)
    if fresh.keeps.joined_into_id is not None or fresh.other.joined_into_id is not None:
        raise Refused(_("One of them was joined with somebody else meanwhile. Look again."))
    fresh.moved = _move(fresh.keeps, fresh.other)
    fresh.other.joined_into = fresh.keeps
    fresh.other.save(update_fields=["joined_into"])
    fresh.state, fresh.how = Sameness.State.CONFIRMED, how
    _decided(fresh, actor, reason)
    changes = {"joined": [fresh.other_id, fresh.keeps_id], "moved": [None, _counts(fresh.moved)]}
    record("customer.joined", about=fresh.keeps, actor=actor, changes=changes)
    return fresh


@write
def refuse(row: Sameness, *, actor: Actor, reason: str = "") -> Sameness:
    """They are two people: never proposed again."""
    require(actor, "join people")
    fresh = _open(row)
    fresh.state = Sameness.State.REFUSED
    _decided(fresh, actor, reason)
    record("identity.refused", about=fresh, actor=actor)
    return fresh


@write
def split(row: Sameness, *, actor: Actor, reason: str, key: str | None = None) -> Sameness:
    """It was a mistake: what came with the other goes back; what was said since stays."""
    if (earlier := about_of_earlier(Sameness, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "join people")
    why = clean_line(reason, limit=500)
    if not why:
        raise Refused(_("Say why they are two people after all."), field="reason")
    fresh = Sameness.objects.select_for_update().select_related("keeps", "other").get(pk=row.pk)
    if fresh.state != Sameness.State.CONFIRMED:
        raise Refused(_("They are not joined, so there is nothing to split."))
    fresh.other.joined_into = None
    fresh.other.save(update_fields=["joined_into"])
    given_back = _give_back(fresh)
    fresh.state = Sameness.State.SPLIT
    _decided(fresh, actor, why)
    changes = {"split": [fresh.keeps_id, fresh.other_id], "given_back": [None, given_back]}
    record("identity.split", about=fresh, actor=actor, changes=changes, key=key)
    return fresh


def _open(row: Sameness) -> Sameness:
    found = Sameness.objects.select_for_update(of=("self",)).select_related("keeps", "other")
    fresh = found.get(pk=row.pk)
    if not fresh.is_open:
        raise Refused(_("This has been decided already."))
    return fresh


def _decided(row: Sameness, actor: Actor, reason: str) -> None:
    row.decided_by_id = actor.id if actor.kind == "staff" else None
    row.decided_at, row.reason = clock.now(), clean_line(reason, limit=500)
    row.save()


# --- moving rows --------------------------------------------------------------------------------


def _pointing() -> list[tuple[type[models.Model], str]]:
    """Every model and field that points at a customer, but the words of names and ourselves."""
    found = []
    for relation in Customer._meta.related_objects:
        model = relation.related_model
        if model in (NameWord, Sameness, Customer) or not isinstance(model, type):
            continue
        found.append((model, relation.field.name))
    return sorted(found, key=lambda each: (each[0]._meta.label, each[1]))


def _move(keeps: Customer, other: Customer) -> dict[str, Any]:
    """Let what points at ``other`` point at ``keeps``; a row that has a twin there stays."""
    moved: dict[str, Any] = {}
    for model, field in _pointing():
        rows = model._default_manager.filter(**{field: other.pk})
        keys = list(rows.values_list("pk", flat=True))
        if keys:
            done = _point(model, field, keys, keeps.pk)
            moved[f"{model._meta.label}.{field}"] = done
    filled = {
        name: getattr(other, name)
        for name in FILLED
        if getattr(other, name) and not getattr(keeps, name)
    }
    if filled:
        for name, value in filled.items():
            setattr(keeps, name, value)
        keeps.save(update_fields=list(filled))
    return {"rows": moved, "filled": filled}


def _point(model: type[models.Model], field: str, keys: list[Any], to: int) -> list[Any]:
    manager = model._default_manager
    try:
        with transaction.atomic():
            manager.filter(pk__in=keys).update(**{field: to})
        return keys
    except IntegrityError:  # somebody follows the same case twice: one by one, then
        return [key for key in keys if _point_one(model, field, key, to)]


def _point_one(model: type[models.Model], field: str, key: Any, to: int) -> bool:
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=key).update(**{field: to})
    except IntegrityError:
        return False
    return True


def _give_back(row: Sameness) -> int:
    """Point the moved rows at the other again, where nobody pointed them elsewhere since."""
    count = 0
    for label, keys in row.moved.get("rows", {}).items():
        path, _dot, field = label.rpartition(".")
        try:
            model = apps.get_model(path)
        except LookupError:  # a room that was taken out since
            continue
        rows = model._default_manager.filter(pk__in=keys, **{field: row.keeps_id})
        count += rows.update(**{field: row.other_id})
    taken = row.moved.get("filled", {})
    undone = [name for name, value in taken.items() if getattr(row.keeps, name) == value]
    for name in undone:
        setattr(row.keeps, name, "")
    if undone:
        row.keeps.save(update_fields=undone)
    return count


def _counts(moved: dict[str, Any]) -> dict[str, int]:
    return {label: len(keys) for label, keys in moved.get("rows", {}).items()}
