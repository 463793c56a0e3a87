"""``heard messages``: the words of the screens and their translations. Needs no GNU gettext."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from heard.ui.words import catalogues


class Command(BaseCommand):
    help = "Collect marked strings into the catalogues, keeping translations; then compile them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--compile", action="store_true", help="only build what pages read")
        parser.add_argument("--check", action="store_true", help="only say what is missing")

    def handle(self, *, compile: bool, check: bool, **options: Any) -> None:
        if check:
            self.check_all()
            return
        if not compile:
            self.collect()
        for path in catalogues.compile_all(settings.BASE):
            self.say(f"built {path.relative_to(settings.BASE)}", 1)

    def check_all(self) -> None:
        """Fail where a catalogue lacks a string, has one too many, or leaves one untranslated."""
        faults = sorted(catalogues.faults(settings.BASE))
        if faults:
            raise CommandError("\n".join([*faults, f"{len(faults)} to mend; run: heard messages"]))
        self.say("Every word is translated.", 1)

    def collect(self) -> None:
        """Bring every catalogue up to date."""
        books = catalogues.books(settings.BASE)
        for language in catalogues.languages():
            merges = [(book, catalogues.merge(book, language, books)) for book in books]
            for book, merged in merges:
                open_ones = sum(1 for m in merged if m.id and not _said(m.string))
                path = book.path(language)
                if len(merged) or path.exists():
                    catalogues.save(merged, path)
                    name = path.relative_to(settings.BASE)
                    self.say(f"{name}: {len(merged)} strings, {open_ones} to translate", 1)

    def say(self, text: str, loudness: int) -> None:
        """Write a line where the caller wants to hear this much."""
        if self.verbosity >= loudness:
            self.stdout.write(text)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Remember how much to say."""
        self.verbosity = int(options["verbosity"])
        return super().execute(*args, **options)


def _said(string: Any) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))
