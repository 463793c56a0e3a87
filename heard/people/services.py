"""Writes about people."""

from heard.core import clock
from heard.core.actors import Actor
from heard.core.writes import record, write
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

    What an earlier visit told us is not overwritten by an unproven later one: gaps are filled,
    and the language of the latest contact is kept, since answers go out in it.
    """
    email, phone, name = email.strip().lower(), phone.strip(), " ".join(name.split())
    if not (email or phone or name):
        return None
    found = None
    if email:
        found = Customer.objects.filter(email=email).first()
    elif phone:
        found = Customer.objects.filter(phone=phone, email="").first()
    if found is None:
        channel = preferred_channel or ("email" if email else "phone" if phone else "none")
        found = Customer.objects.create(
            name=name,
            email=email,
            phone=phone,
            language=language,
            preferred_channel=channel,
            created_at=clock.now(),
        )
        record("customer.known", about=found, actor=actor)
        return found
    changes = _fill_gaps(found, name=name, phone=phone, language=language)
    changes |= _end_silence(found, preferred_channel)
    if changes:
        found.save(update_fields=list(changes))
        record("customer.changed", about=found, actor=actor, changes=changes)
    return found


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
