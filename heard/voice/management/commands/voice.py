"""``heard voice train FILE``: learn mood and themes from comments that people labelled."""

import csv
import gzip
import io
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from heard.core.errors import Refused
from heard.voice.themes import THEMES, model_file, save
from heard.voice.training import labelled, report, train

LONGEST_CELL = 20_000


class Command(BaseCommand):
    help = "Train the suggestions of mood and themes from a file of labelled comments."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["train"])
        parser.add_argument("file", type=Path, help="CSV in UTF-8 (.gz too): a comment a row")
        parser.add_argument("--text", default="comment", help="column of the words")
        parser.add_argument("--mood", default="mood", help="positive, mixed, negative; or 1 to 5")
        parser.add_argument(
            "--theme", action="append", default=[], metavar="COLUMN=THEME",
            help=f"a column that marks a theme ({', '.join(THEMES)}); may be given many times",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="measure, keep nothing")

    def handle(self, *, file: Path, **said: Any) -> None:
        try:
            rows = labelled(
                _rows(file), text=said["text"], mood=said["mood"], themes=_themes(said["theme"])
            )
            trained = train(rows)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{file}: {error}") from None
        except Refused as refused:
            raise CommandError(str(refused)) from None
        report(trained, self.stdout.write)
        if said["dry_run"]:
            return
        save(trained.model, model_file())
        self.stdout.write("Kept. New comments get suggestions from now on.")


def _rows(file: Path) -> list[Mapping[str, str]]:
    opener = gzip.open if file.suffix == ".gz" else open
    csv.field_size_limit(LONGEST_CELL)
    with opener(file, "rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def _themes(given: list[str]) -> dict[str, str]:
    found = {}
    for pair in given:
        column, _equals, theme = pair.rpartition("=")
        if theme not in THEMES or not column:
            raise Refused(f"--theme {pair}: say COLUMN=THEME, with a theme of {', '.join(THEMES)}.")
        found[column] = theme
    return found
