"""Finding a customer by whatever they say of themselves: a number, an address, a name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.core.gather import count_up_to
from heard.core.references import LETTERS
from heard.people.keys import (
    FEWEST_DIGITS,
    MOST_DIGITS,
    digits_of,
    email_key,
    name_words,
    phone_key,
)
from heard.people.models import Customer, NameWord

LONGEST = 200  # characters of a lookup
FURTHEST = 200  # customers a lookup leads to; who has more hits says more
MOST_WORDS = 5


class Said(StrEnum):
    """What a person gave to be found by."""

    NOTHING = ""
    PHONE = "phone"
    EMAIL = "email"
    REFERENCE = "reference"
    WORDS = "words"  # a name, or a place


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed into the one field, and what it is."""

    typed: str
    kind: Said


def read_typed(typed: str) -> Sought:
    """Tell a number from an address, a reference and words.

    Raises ``Refused`` with what to do instead, for a number no telephone has and for an essay.
    """
    typed = " ".join(typed.split())
    if not typed:
        return Sought("", Said.NOTHING)
    if len(typed) > LONGEST:
        raise Refused(
            _("That is {n} characters. Type a number, a name, an email or a place.").format(
                n=len(typed)
            ),
            field="q",
        )
    if "@" in typed and " " not in typed:
        return Sought(typed, Said.EMAIL)
    digits = digits_of(typed)
    if digits and re.fullmatch(r"[\d\s()./+#*x-]+", typed, re.IGNORECASE):
        return Sought(typed, _kind_of_number(typed, digits))
    plain = re.sub(r"[\s-]", "", typed.upper())
    if len(plain) == 8 and all(letter in LETTERS for letter in plain):
        return Sought(typed, Said.REFERENCE)
    return Sought(typed, Said.WORDS)


def _kind_of_number(typed: str, digits: str) -> Said:
    if len(phone_key(typed)) > MOST_DIGITS:
        raise Refused(
            _("That is {n} digits. A phone number has at most {most}. Please check it.").format(
                n=len(digits), most=MOST_DIGITS
            ),
            field="q",
        )
    if len(digits) < FEWEST_DIGITS:
        raise Refused(
            _("Type at least the last {n} digits of the number.").format(n=FEWEST_DIGITS),
            field="q",
        )
    return Said.PHONE


def by_phone(typed: str) -> QuerySet[Customer]:
    """Who has this number, or one that ends so."""
    return Customer.objects.filter(phone_key__begins=phone_key(typed)).order_by("phone_key", "pk")


def by_email(typed: str) -> QuerySet[Customer]:
    """Whose address begins so."""
    return Customer.objects.filter(email_key__begins=email_key(typed)).order_by("email_key", "pk")


def by_name(typed: str) -> list[int]:
    """Keys of customers with a name word that begins with each word typed; the nearest first.

    The rarest word is looked up in the index; the others are asked of whom it finds. Whose name is
    the very word comes before whose name only begins so; beyond that there is no order, since
    sorting thirty thousand Samuels to show two hundred takes half a second. Needs words of two
    letters; shorter ones only narrow it down. Three queries at most.
    """
    words = sorted(name_words(typed)[:MOST_WORDS], key=len, reverse=True)
    if not words or len(words[0]) < 2:
        return []
    begun = {word: NameWord.objects.filter(word__begins=word) for word in words}
    if len(words) > 1:
        often = count_up_to(2 * FURTHEST, {word: begun[word] for word in words if len(word) > 1})
        words.sort(key=lambda word: often.get(word, 2 * FURTHEST))
    others = [Exists(begun[word].filter(customer=OuterRef("customer"))) for word in words[1:]]
    whole = NameWord.objects.filter(*others, word=words[0]).order_by("customer_id")
    longer = begun[words[0]].filter(*others).exclude(word=words[0])
    keys = list(whole.values_list("customer_id", flat=True)[:FURTHEST])
    if len(keys) < FURTHEST:
        keys += longer.values_list("customer_id", flat=True)[:FURTHEST]
    return list(dict.fromkeys(keys))[:FURTHEST]
