"""What must never stand in the project: addresses of package registries, passwords, large files."""

import re
import subprocess
from pathlib import Path

from tests.test_sizes import ROOT, tracked

REGISTRIES = re.compile(
    "|".join(["py" + "pi" + r"\.org", "python" + "hosted", r"registry\." + "npm" + "js"])
)


def test_no_registry_is_named() -> None:
    named = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix not in {".png", ".svg", ".ico", ".woff2"}
        and REGISTRIES.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert named == []


def test_every_requirement_is_pinned_with_a_hash() -> None:
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text()
        pins = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
        assert pins, path.name
        assert text.count("--hash=sha256:") >= len(pins), path.name


def test_nothing_large_is_kept() -> None:
    large = [p.name for p in tracked() if p.stat().st_size > 400_000]
    assert large == []


def test_ignored_folders_are_not_kept() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "node_modules", ".venv", "data", "*.mo"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert listed == ""
    assert Path(ROOT / "LICENSE").read_text().lstrip().startswith("Apache License")
