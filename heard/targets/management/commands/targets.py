"""``heard targets``: judge a publisher's file beside its own labels, import it, list measures."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from heard.core.errors import Refused
from heard.targets.checking import Indicator, RuleReport, check, indicators
from heard.targets.mappings import Mapping, UnknownMapping, mapping, names


class Command(BaseCommand):
    help = "Judge published indicators beside their own labels, and import them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, words in (
            ("check", "our judgement beside the published labels, exceptions by rule"),
            ("import", "take the indicators in as measures with figures and targets"),
        ):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("file", type=Path)
            one.add_argument("--mapping", required=True, help=f"one of {', '.join(names())}")
            if verb == "check":
                one.add_argument("--most", type=int, default=5, help="exceptions named per kind")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            chosen = mapping(options["mapping"])
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            if options["verb"] == "check":
                self._check(path, chosen, options["most"])
            else:
                self._import(path, chosen)
        except (UnknownMapping, Refused) as error:
            raise CommandError(str(error)) from None

    def _check(self, path: Path, chosen: Mapping, most: int) -> None:
        rows = list(indicators(path, chosen))
        self.stdout.write(f"{chosen.name}: {len(rows)} indicators, fiscal year {chosen.year}")
        for report in check(rows, chosen):
            self._tell(report, most)

    def _tell(self, report: RuleReport, most: int) -> None:
        self.stdout.write(
            f"\n{report.rule.key} ({report.rule.label}): {report.agreed} of {report.judged} agree, "
            f"{report.unlabelled} without a label"
        )
        for kind, found in sorted(report.exceptions.items()):
            self.stdout.write(f"  {len(found)}: {kind}")
            for one in found[: max(0, most)]:
                self.stdout.write(f"      {_told(one)}")
            if 0 < most < len(found):
                self.stdout.write(f"      … and {len(found) - most} more (--most {len(found)})")

    def _import(self, path: Path, chosen: Mapping) -> None:
        from heard.targets.indicators import take_indicators

        batch, measures, targets = take_indicators(path, chosen)
        self.stdout.write(
            f"{measures} measures, {batch.taken} figures as drafts, {batch.unchanged} unchanged, "
            f"{targets} targets. Review them on the desk under Targets."
        )


def _told(one: Indicator) -> str:
    return f"line {one.line}, {one.id} {one.name[:60]}: {one.value:g}"
