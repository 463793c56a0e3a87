"""What became of the rows of a file, in numbers that add up."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

SHOWN = 5  # reasons listed in the report
_PARTICULAR = re.compile(r"“[^”]*”|\b[\w.-]*\d[\w.:,-]*")


class DoesNotAddUp(RuntimeError):
    """Rows were lost count of: a fault of Heard, never of the file."""


@dataclass(slots=True)
class Report:
    """Counts of rows; ``rows`` must equal the other four together."""

    name: str
    rows: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    dry_run: bool = False
    finished: bool = False
    resumed_at: int = 0
    last_line: int = 0
    rejects: Path | None = None
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note_reason(self, reason: str, line: int) -> None:
        """Count a reason, together with those that differ only in the value or number they name."""
        shape = _PARTICULAR.sub("…", reason)
        if shape not in self.reasons and len(self.reasons) >= 1000:
            shape = reason = "Other reasons: see the rejects file."
        self.reasons[shape] += 1
        self.examples.setdefault(shape, (line, reason))

    def check(self) -> None:
        """Raise where the rows do not add up."""
        four = self.imported + self.updated + self.unchanged + self.rejected
        if four != self.rows:
            raise DoesNotAddUp(
                f"{self.rows} rows were read but {four} are accounted for. This is a fault of "
                "Heard; please report it with the file's first lines."
            )

    def lines(self) -> list[str]:
        """The report, line by line."""
        self.check()
        counts = {
            "imported": self.imported,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
        }
        said = [f"{self.name}: {self.rows:,} rows read"]
        said += [f"  {name:<10}{n:>12,}" for name, n in counts.items()]
        said.append(f"  {'together':<10}{self.rows:>12,}, so every row is accounted for")
        if self.resumed_at:
            said.append(f"This run went on after line {self.resumed_at:,} of an earlier one.")
        said += self.notes
        said += self._rejected_lines()
        if self.dry_run:
            said.append("Dry run: nothing was written.")
        elif not self.finished:
            said.append(
                f"Stopped after line {self.last_line:,}. Run the same command again to go on from "
                "there."
            )
        return said

    def _rejected_lines(self) -> list[str]:
        if not self.rejected:
            return []
        where = f" They are in {self.rejects}." if self.rejects else ""
        said = [f"{self.rejected:,} rows were not taken.{where} The commonest reasons:"]
        for shape, n in self.reasons.most_common(SHOWN):
            line, reason = self.examples[shape]
            said.append(f"  {n:,} × for example line {line:,}: {reason}")
        if len(self.reasons) > SHOWN:
            said.append(f"  … and {len(self.reasons) - SHOWN:,} more reasons")
        return said
