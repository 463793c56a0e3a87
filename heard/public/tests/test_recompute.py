"""recompute.py as a stranger runs it: in a process of its own, against a running house."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from heard.core import clock
from heard.public import ahead
from heard.public.tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stranger_makes_every_figure_again(live_server: Any, year: Any, tmp_path: Path) -> None:
    with clock.at(NOW):
        ahead.make(reports=False)
    program = Path(ahead.__file__).with_name("recompute.py")
    alone = tmp_path / "recompute.py"
    alone.write_bytes(program.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", str(alone), live_server.url, "--folder", str(tmp_path / "files")],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    total = next(line for line in done.stdout.splitlines() if line.startswith("all "))
    agree, _hidden, _closed, differ = map(int, total.split()[1:])
    assert agree > 100
    assert differ == 0
    assert (tmp_path / "files" / "cases-2026-04.parquet").exists()
