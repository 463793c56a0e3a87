"""The forms in which names, numbers and addresses are compared: small, plain, without accents."""

import re
import unicodedata

import phonenumbers

REGION = "US"  # numbers without a country code are read as numbers of this country
MOST_DIGITS = 15  # of any telephone number in the world (ITU-T E.164)
LONGEST_KEY = 60  # characters of the column that keeps it
FEWEST_DIGITS = 4  # of the end of a number that is worth looking for
LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")


def name_words(name: str) -> list[str]:
    """The words of a name in small letters without accents, each once, in their order."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(unaccented(name))))


def unaccented(text: str) -> str:
    """Small letters without accents: ``Peña`` and ``PENA`` are the same to who looks for them."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))


def digits_of(typed: str) -> str:
    """The digits of a text, also where they are written in another script."""
    return "".join(
        str(unicodedata.digit(c)) for c in typed if unicodedata.digit(c, None) is not None
    )


def phone_number(typed: str) -> str:
    """A number in full, digits only and with its country (``13035550142``); "" for no number.

    What cannot be a whole number keeps its digits as they are: seven digits without an area code.
    """
    try:
        read = phonenumbers.parse(typed[:60], REGION)
    except phonenumbers.NumberParseException:
        return digits_of(typed)[:LONGEST_KEY]
    # Not ``is_possible_number``, to which seven digits are as good as a whole number.
    fits = phonenumbers.is_possible_number_with_reason(read)
    if fits == phonenumbers.ValidationResult.IS_POSSIBLE:
        return f"{read.country_code}{read.national_number}"
    return digits_of(typed)[:LONGEST_KEY]


def phone_key(typed: str) -> str:
    """The number from its end to its beginning, so that its last digits find it by an index."""
    return phone_number(typed)[::-1]


def email_key(typed: str) -> str:
    """The address in small letters."""
    return typed.strip().lower()
