"""Writes about people."""

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import record, write
from heard.people.keys import MOST_DIGITS, email_key, phone_key
from heard.people.models import Customer


@write
def know_customer(
    *,
    name: str = "",
    email: str = "",
    phone: str = "",
    language: str = "en",
    preferred_channel: str = "",
    actor: Actor,
) -> Customer | None:
    """Find the customer by address or number, or note a new one; None where nothing was given.

    However a number is written, it is the same number. One that cannot be dialled is refused.

    What an earlier visit told us is not overwritten by an unproven later one: gaps are filled,
    and the language of the latest contact is kept, since answers go out in it.
    """
    email, phone, name = email.strip().lower(), phone.strip(), " ".join(name.split())
    if not (email or phone or name):
        return None
    key = checked_phone(phone)
    found = None
    if email:
        found = Customer.objects.filter(email_key=email_key(email)).first()
    elif phone:
        found = Customer.objects.filter(phone_key=key, email="").first()
    if found is not None and found.joined_into is not None:
        found = found.joined_into
    if found is None:
        wish = preferred_channel or ("email" if email else "phone" if phone else "none")
        return _new(actor, name=name, email=email, phone=phone, language=language, wish=wish)
    changes = _fill_gaps(found, name=name, phone=phone, language=language)
    changes |= _end_silence(found, preferred_channel)
    if changes:
        found.save(update_fields=list(changes))
        record("customer.changed", about=found, actor=actor, changes=changes)
    return found


def _new(actor: Actor, *, name: str, email: str, phone: str, language: str, wish: str) -> Customer:
    made = Customer.objects.create(
        name=name,
        email=email,
        phone=phone,
        language=language,
        preferred_channel=wish,
        created_at=clock.now(),
    )
    record("customer.known", about=made, actor=actor)
    return made


def checked_phone(phone: str) -> str:
    """The key of a number; raises ``Refused`` where it has more digits than any number has."""
    key = phone_key(phone)
    if len(key) > MOST_DIGITS:
        raise Refused(
            _(
                "That number has {n} digits. A phone number has at most {most}. Please check it."
            ).format(n=len(key), most=MOST_DIGITS),
            field="phone",
        )
    return key


@write
def correct_customer(
    customer: Customer,
    *,
    name: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    actor: Actor,
) -> Customer:
    """Staff correct what we know of a customer, who told them so; what is None stays as it is."""
    fresh = Customer.objects.select_for_update().get(pk=customer.pk)
    if phone:
        checked_phone(phone)
    changes = {}
    for field, value in (("name", name), ("phone", phone), ("language", language)):
        old = getattr(fresh, field)
        if value is not None and value != old:
            setattr(fresh, field, value)
            changes[field] = [old, value]
    if changes:
        fresh.save(update_fields=list(changes))
        record("customer.changed", about=fresh, actor=actor, changes=changes)
    return fresh


def _fill_gaps(customer: Customer, **given: str) -> dict[str, list[str]]:
    changes = {}
    for field, value in given.items():
        old = getattr(customer, field)
        if value and value != old and (not old or field == "language"):
            setattr(customer, field, value)
            changes[field] = [old, value]
    return changes


def _end_silence(customer: Customer, wish: str) -> dict[str, list[str]]:
    """Who once wished for silence and now asks to hear from us is not left without an answer."""
    silent = Customer.Channel.NONE
    if customer.preferred_channel != silent or wish in {"", silent}:
        return {}
    customer.preferred_channel = wish
    return {"preferred_channel": [silent, wish]}
