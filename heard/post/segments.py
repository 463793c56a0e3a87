"""How long a text message is as a telephone network counts it, and what it costs.

GSM 03.38 (3GPP TS 23.038): a message of 160 septets, or parts of 153 when it takes several. One
character outside that alphabet makes the whole text UCS-2: 70 units of 16 bits, or parts of 67.
"""

import math
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes two septets
GSM, UCS2 = "GSM-7", "UCS-2"
ALONE = {GSM: 160, UCS2: 70}
IN_PARTS = {GSM: 153, UCS2: 67}


@dataclass(frozen=True, slots=True)
class Length:
    """A text as the network sees it.

    ``units`` are septets or 16-bit units, ``parts`` the messages that are paid for, ``left`` the
    units before the next one begins; ``odd`` are the characters that made it UCS-2 (at most ten).
    """

    alphabet: str
    units: int
    parts: int
    left: int
    odd: str = ""

    def cents(self, price: float) -> float:
        """What it costs at a price in cents for each part."""
        return self.parts * price


def measure(text: str) -> Length:
    """How many parts this text takes. An empty one takes none."""
    odd = "".join(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENDED))
    alphabet = UCS2 if odd else GSM
    widths = [_width(c, alphabet) for c in text]
    units = sum(widths)
    if units <= ALONE[alphabet]:
        return Length(alphabet, units, 1 if units else 0, ALONE[alphabet] - units, odd[:10])
    parts, room = 1, IN_PARTS[alphabet]
    for width in widths:  # a pair (an escape, a surrogate) is never torn between two parts
        if width > room:
            parts, room = parts + 1, IN_PARTS[alphabet]
        room -= width
    return Length(alphabet, units, parts, room, odd[:10])


def _width(character: str, alphabet: str) -> int:
    if alphabet == UCS2:
        return 2 if ord(character) > 0xFFFF else 1
    return 2 if character in EXTENDED else 1


def dollars(cents: float) -> str:
    """A small price as people read it: ``$0.016``, never more than a cent too exact."""
    return (
        f"${math.ceil(round(cents * 10, 6)) / 1000:.3f}".rstrip("0").rstrip(".") if cents else "$0"
    )
