"""A process with the house loaded that runs console commands in forks of itself: no start each.

Run as a program with the house's environment set. Reads a line of JSON from standard input, the
folder to stand in and a list of words, runs them as ``heard`` would in a fork, and answers with
``[exit code, output]``.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self


class House:
    """The console of one data folder; commands run one after another.

    It keeps nothing open between two commands, so the folder's content may be exchanged.
    """

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{START}"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, words: Sequence[str], folder: Path) -> tuple[int, str]:
        """The exit code of a command that stands in a folder, and all it said."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([str(folder), list(words)]) + "\n")
        self.process.stdin.flush()
        code, said = json.loads(self.process.stdout.readline())
        return code, said

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.communicate("", timeout=30)


ROOT = Path(__file__).resolve().parent.parent
START = "from tests.forks import main; main()"


def in_a_fork(folder: str, words: list[str]) -> tuple[int, str]:
    """Run one command in a child that stands in the folder, its output caught."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os._exit(_command(words))
        _child, status = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode(errors="replace")


def _command(words: list[str]) -> int:
    from heard.cli import main as heard

    sys.argv = words
    try:
        heard()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def main() -> None:
    """Load everything once, then answer line by line."""
    import django

    django.setup()
    # What takes long to load and is not used before a fork.
    import heard.forecast.refresh
    import heard.measures.charts
    import heard.measures.refresh
    import heard.urls  # noqa: F401

    for line in sys.stdin:
        print(json.dumps(in_a_fork(*json.loads(line))), flush=True)  # noqa: T201
