"""``heard microdata FILE --codebook FILE …``: bring a wave of a resident survey in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from heard.core.actors import importer
from heard.core.errors import Refused
from heard.microdata.codebook import Options
from heard.microdata.models import Column
from heard.microdata.services import About, bring_in


class Command(BaseCommand):
    help = "Bring the microdata of a resident survey in, with its codebook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("file", type=Path, help="CSV, one row per respondent")
        add("--codebook", type=Path, required=True, help="CSV: column, wording, and what is known")
        add("--code", required=True, help="short name of the wave, such as residents-2021")
        add("--name", required=True, help="name of the survey, the same for all its waves")
        add("--wave", required=True, help="such as 2021")
        add("--missing", default="9 99", help="codes that mean don't know (9 99)")
        add("--reversed", default="", help="columns (or prefixes) whose lowest answer is the best")
        add("--weight", default="", help="column of the weights")
        add("--low", type=int, default=1)
        add("--high", type=int, default=5)

    def handle(self, *, file: Path, codebook: Path, **said: Any) -> None:
        options = Options(
            missing=tuple(said["missing"].replace(",", " ").split()), low=said["low"],
            high=said["high"], weight=said["weight"],
            reversed_columns=tuple(said["reversed"].replace(",", " ").split()),
        )  # fmt: skip
        about = About(said["code"], said["name"], said["wave"], file.name)
        try:
            study = bring_in(
                about, data=file.read_bytes(), book=codebook.read_bytes(), options=options,
                actor=importer(file.name),
            )  # fmt: skip
        except OSError as error:
            raise CommandError(str(error)) from None
        except Refused as refused:
            raise CommandError(str(refused)) from None
        scales = study.columns.filter(kind=Column.Kind.SCALE).count()
        self.stdout.write(f"{study}: {study.n} respondents, {scales} scales.")
        for note in study.notes:
            self.stdout.write(f"Note: {note}")
