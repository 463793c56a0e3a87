"""``heard search check`` and ``heard search rebuild``: the index of the desk's search."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from heard.cases import search_index

STEP = 50_000


class Command(BaseCommand):
    help = "See whether every case can be searched, or make the search index anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("what", choices=["check", "rebuild"])

    def handle(self, what: str, **options: Any) -> None:
        """Do it; a rebuild says how far it is, may be stopped, and disturbs nobody."""
        if what == "check":
            missing = search_index.missing()
            told = f"{abs(missing):,} cases differ: run “heard search rebuild”."
            self.stdout.write(told if missing else "Every case can be searched.")
            return
        search_index.make_index()
        said, done = 0, 0
        for done, total in search_index.rebuild():
            if done - said >= STEP:
                said = done
                self.stdout.write(f"{done:,} of {total:,}")
        self.stdout.write(f"Done: {done:,} cases can be searched.")
