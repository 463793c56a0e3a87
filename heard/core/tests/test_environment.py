"""What an operator sets: checked, and every fault named at once."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from heard.environment import Environment


@pytest.mark.parametrize("said", ["1", "true", "YES", " on "])
def test_a_flag_is_on(said: str) -> None:
    assert Environment({"X": said}).flag("X") is True


@pytest.mark.parametrize("said", ["0", "false", "No", "off"])
def test_a_flag_is_off(said: str) -> None:
    assert Environment({"X": said}).flag("X", default=True) is False


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    empty = Environment({"X": "  "})
    assert empty.text("X", "usual") == "usual"
    assert empty.flag("X", default=True) is True
    assert empty.number("X", 3, lambda n: n > 5) == 3
    assert empty.url("X", "http://here:1/", {"http"}) == "http://here:1"
    assert empty.folder("X", tmp_path / "new") == tmp_path / "new"
    assert (tmp_path / "new").is_dir()
    empty.finish()


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda e: e.flag("X"), "maybe"),
        (lambda e: e.number("X", 1, lambda n: True), "ten"),
        (lambda e: e.number("X", 1, lambda n: n < 5), "7"),
        (lambda e: e.number("X", 1, lambda n: n < 5), "nan"),
        (lambda e: e.url("X", "", {"http"}), "city.example"),
        (lambda e: e.url("X", "", {"http"}), "ftp://city.example"),
        (lambda e: e.folder("X", Path()), "/dev/null/folder"),
        (lambda e: e.secret("X", Path("/nowhere")), "short"),
    ],
)
def test_a_wrong_value_is_named(read: Callable[[Environment], Any], said: str) -> None:
    environment = Environment({"X": said})
    read(environment)
    with pytest.raises(ImproperlyConfigured, match="X"):
        environment.finish()


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    kept = tmp_path / "secret_key"
    first = Environment({}).secret("X", kept)
    assert len(first) >= 32
    assert Environment({}).secret("X", kept) == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    said = "said by the operator, thirty-two or more"
    assert Environment({"X": said}).secret("X", kept) == said


def test_heard_does_not_start_with_wrong_settings_and_names_them_all(tmp_path: Path) -> None:
    wrong = {
        "HEARD_DATA": str(tmp_path),
        "HEARD_URL": "city.example",
        "DATABASE_URL": "mysql://root@localhost/heard",
        "HEARD_DEBUG": "perhaps",
        "HEARD_EMAIL_URL": "sendmail",
        "HEARD_STEP_LEASE_SECONDS": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from heard.cli import main; main()", "check"],
        env=os.environ | wrong, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    for name in wrong.keys() - {"HEARD_DATA"}:
        assert f"- {name}=" in done.stderr, name
