"""``heard import cases FILE --mapping boston311``: bring the rows of a file into this house."""

import signal
import threading
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from heard.core.errors import Refused
from heard.core.imports import mapping as mappings
from heard.core.imports.dates import ORDERS
from heard.core.imports.progress import Progress
from heard.core.imports.registry import kind_named, kinds
from heard.core.imports.report import DoesNotAddUp
from heard.core.imports.run import Import, Options
from heard.core.imports.survey import Source

STOPPED = 130  # as shells have it for a command ended by Ctrl-C


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # pages are not its business
    help = "Bring the rows of a CSV or TSV file (.gz too) into this house. See docs/user/import.md."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        kwargs["epilog"] = "\n".join(_mappings_there_are())
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("kind", help=f"what the rows are: {', '.join(kinds())}")
        add("file", type=Path)
        add("--mapping", required=True, help="the name of a mapping, or your own .toml file")
        add("--dry-run", action="store_true", help="write nothing, say what would happen")
        add("--restart", action="store_true", help="begin at the first row, not where it stopped")
        add("--encoding", default="", help="of the file, where the mapping does not fit")
        add("--date-order", choices=ORDERS, default="", help="how this file writes dates")
        add(
            "--on-missing", choices=["create", "refuse"], default="create",
            help="create unknown services, departments, divisions, districts; or reject their rows",
        )  # fmt: skip
        add("--rejects", type=Path, help="where rejected rows go (HEARD_DATA/imports/ by default)")
        add("--limit", type=int, default=0, help="stop after this many rows")
        add("--source", default="", help="the system the ids are from (the mapping's by default)")

    def handle(self, *, file: Path, limit: int, **said: Any) -> None:
        try:
            kind = kind_named(said["kind"])
            mapping = mappings.find(kind, said["mapping"])
            encoding = mappings.encoding_named(said["encoding"] or mapping.encoding)
            if limit < 0:
                raise Refused("--limit must be a number of rows, 1 or more.")
            if said["source"] and not mappings.is_source(said["source"]):
                raise Refused("--source: at most 40 letters, digits, - and _.")
            source = Source(file, kind, mapping, encoding, said["date_order"])
            options = Options(
                source=said["source"],
                on_missing=said["on_missing"],
                dry_run=said["dry_run"],
                restart=said["restart"],
                rejects=said["rejects"],
                limit=limit,
            )
            self._run(Import(source, options, Progress(self.stdout.write)), limit)
        except Refused as error:
            raise CommandError(str(error), returncode=1) from error
        except (DatabaseError, DoesNotAddUp, OSError) as error:
            raise CommandError(
                f"The import broke off: {error}\nWhat was committed is kept; run the same command "
                "again to go on.",
                returncode=1,
            ) from error

    def _run(self, work: Import, limit: int) -> None:
        with _Signals(work):
            report = work.run()
        for line in report.lines():
            self.stdout.write(line)
        if not report.finished and not limit:
            raise SystemExit(STOPPED)


class _Signals:
    """While inside, Ctrl-C and a kind kill end the import after the batch at hand."""

    def __init__(self, work: Import) -> None:
        self.work = work
        self.before: dict[int, Any] = {}

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self.before[number] = signal.signal(number, self._asked)

    def __exit__(self, *error: object) -> None:
        self._restore()

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.work.stop()
        self._restore()  # asking twice ends at once; the batch at hand is rolled back

    def _restore(self) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)
        self.before = {}


def _mappings_there_are() -> list[str]:
    return [
        f"mappings for {name}: {', '.join(mappings.available(kind_named(name)))}"
        for name in kinds()
    ]
