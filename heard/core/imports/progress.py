"""How far an import is: a bar in a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

EVERY = 5.0  # seconds between plain lines


class Progress:
    """Shows the rows done of those there are. ``say`` writes one line."""

    def __init__(self, say: Callable[[str], object], *, bar: bool | None = None) -> None:
        self.say = say
        self.wants_bar = sys.stderr.isatty() if bar is None else bar
        self._bar: tqdm[Any] | None = None
        self._what, self._total, self._done = "", 0, 0
        self._told_at = time.monotonic()

    def start(self, what: str, total: int, done: int = 0) -> None:
        """Begin a part of the work; ``total`` 0 where it is not known."""
        self.close()
        self._what, self._total, self._done = what, total, done
        if self.wants_bar:
            self._bar = tqdm(
                total=total or None, initial=done, desc=what, unit=" rows", file=sys.stderr
            )

    def at(self, done: int) -> None:
        """So many rows are done."""
        if self._bar is not None:
            self._bar.update(done - self._done)
        self._done = done
        if self._bar is None and time.monotonic() - self._told_at >= EVERY:
            self._told_at = time.monotonic()
            of = f" of {self._total:,}" if self._total else ""
            self.say(f"{self._what}: {done:,}{of} rows")

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
