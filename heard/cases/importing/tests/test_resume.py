"""Stopped or killed anywhere, an import goes on where the last batch was committed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from heard.cases.importing.tests.conftest import HEADER, MAPPING
from heard.cases.models import Case
from heard.core.imports.run import Import
from heard.core.models import ImportRun

BAD_EVERY = 500


def lines(count: int) -> list[str]:
    """Rows of which every 500th is closed before it was opened, and the last repeats the first."""
    made = [
        f"{n},2024-03-01 09:00,{'2024-02-01 09:00' if n % BAD_EVERY == 0 else ''},open,Hole,x {n}"
        for n in range(1, count)
    ]
    return [HEADER, *made, made[0]]


def everything_once(count: int, rejects: Path) -> None:
    import csv

    bad = (count - 1) // BAD_EVERY
    numbers = list(Case.objects.values_list("external_id", flat=True))
    assert len(numbers) == len(set(numbers)) == count - 1 - bad
    run = ImportRun.objects.get()
    assert (run.rows, run.imported, run.updated) == (count, count - 1 - bad, 0)
    assert (run.unchanged, run.rejected) == (1, bad)
    assert run.finished_at is not None
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        rejected = [int(row[0]) for row in list(csv.reader(file))[1:]]
    assert rejected == [n + 1 for n in range(BAD_EVERY, count, BAD_EVERY)]


def test_stopped_after_a_batch_and_resumed(bring: Any, monkeypatch: Any) -> None:
    take = Import._take

    def take_and_be_interrupted(work: Import, record: Any) -> None:
        take(work, record)
        if record.line == 1500:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Import, "_take", take_and_be_interrupted)
    first = bring(lines(3000))
    assert first.code == 130
    assert "Stopped after line 2,001. Run the same command again" in first.said
    assert Case.objects.count() == 1996
    monkeypatch.undo()
    again = bring(lines(3000))
    assert again.code == 0
    assert "went on after line 2,001" in again.said
    everything_once(3000, again.rejects)


def test_a_fault_between_rejects_and_commit_loses_and_doubles_nothing(
    bring: Any, monkeypatch: Any
) -> None:
    save = ImportRun.save

    def fail_once(row: ImportRun, *args: Any, **kwargs: Any) -> None:
        save(row, *args, **kwargs)
        if row.rows == 2000:
            raise OSError("the disk went away")

    monkeypatch.setattr(ImportRun, "save", fail_once)
    first = bring(lines(3000))
    assert (first.code, ImportRun.objects.get().rows) == (1, 1000)
    assert len(first.rejected()) == 4  # two of them not committed
    monkeypatch.undo()
    everything_once(3000, bring(lines(3000)).rejects)


def test_limit_stops_early_and_the_next_run_goes_on(bring: Any) -> None:
    first = bring(lines(1200), limit=600)
    assert (first.code, first.counts) == (0, (599, 0, 0, 1))
    everything_once(1200, bring(lines(1200)).rejects)


def test_restart_begins_anew(bring: Any) -> None:
    bring(lines(1200), limit=600)
    done = bring(lines(1200), restart=True)
    assert done.counts == (598, 0, 600, 2)
    assert "went on after" not in done.said


def test_a_changed_file_is_another_import(bring: Any) -> None:
    bring(lines(1200), limit=600)
    done = bring([*lines(1200), "9999,2024-03-01 09:00,,open,Pothole,new"])
    assert done.counts == (599, 0, 600, 2)
    assert ImportRun.objects.count() == 2


def test_two_at_once_do_not_mix(bring: Any, monkeypatch: Any) -> None:
    write = Import._write_batch

    def while_another_goes_on(work: Import, **kwargs: Any) -> None:
        ImportRun.objects.update(line=1000)
        write(work, **kwargs)

    monkeypatch.setattr(Import, "_write_batch", while_another_goes_on)
    done = bring(lines(600))
    assert (done.code, Case.objects.count()) == (1, 0)
    assert "Another process is importing this file" in done.said


def environment(folder: Path) -> dict[str, str]:
    """The environment that leads another process to the database of this test."""
    database: dict[str, Any] = dict(connection.settings_dict)
    if connection.vendor == "postgresql":
        host = database["OPTIONS"].get("host") or database["HOST"]
        url = f"postgresql://{database['USER']}:@/{database['NAME']}?host={host}"
    else:
        url = f"sqlite:///{database['NAME']}"
    return {**os.environ, "HEARD_DATA": str(folder), "DATABASE_URL": url}


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_and_run_again_everything_is_there_once(tmp_path: Path) -> None:
    if "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("needs a database that other processes can open")
    count = 8_000
    file, mapping = tmp_path / "file.csv", tmp_path / "small.toml"
    file.write_text("\n".join(lines(count)) + "\n")
    mapping.write_text(MAPPING)
    rejects = tmp_path / "rejects.csv"
    command = [
        sys.executable, "-c", "from heard.cli import main; main()", "import", "cases", str(file),
        "--mapping", str(mapping), "--rejects", str(rejects),
    ]  # fmt: skip
    victim = subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.PIPE)
    while victim.poll() is None and not ImportRun.objects.filter(rows__gte=1000).exists():
        time.sleep(0.005)
    victim.kill()
    victim.communicate()
    killed_at = ImportRun.objects.get().rows
    assert 1000 <= killed_at < count  # or this test has shown nothing
    assert Case.objects.count() <= killed_at

    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "went on after line" in done.stdout
    everything_once(count, rejects)
