"""First names people here go by, in small letters; common words of either language left out.

Names that are ordinary words too (Grace, Mark, Will, Rosa, Luz, Paz) are masked only where the
words around them say that a person is meant.
"""

from pathlib import Path

FIRST = frozenset(Path(__file__).with_name("first_names.txt").read_text(encoding="utf-8").split())
