"""SQLite across processes: one writer at a time, none turned away, none lost."""

import subprocess
import sys
from pathlib import Path

# Without a busy timeout SQLite turns a second writer away at once, so what is seen here is the
# work of the file lock alone.
PREPARE = """
import sys
from django.conf import settings
settings.configure(DATABASES={"default": {
    "ENGINE": "heard.core.sqlite", "NAME": sys.argv[1],
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0,
                "init_command": "PRAGMA journal_mode=WAL"},
}}, INSTALLED_APPS=[])
import django
django.setup()
from django.db import connection, transaction
"""
COUNT_UP = """
import time
for _turn in range(40):
    with transaction.atomic():
        with connection.cursor() as cursor:
            n = cursor.execute("SELECT n FROM counter").fetchone()[0]
            time.sleep(0.002)
            cursor.execute("UPDATE counter SET n = %s", [n + 1])
"""
FAIL_INSIDE = """
try:
    with transaction.atomic():
        connection.cursor().execute("UPDATE counter SET n = 1000")
        raise RuntimeError
except RuntimeError:
    pass
import subprocess
others = subprocess.run([sys.executable, "-c", sys.argv[2], sys.argv[1]], timeout=60)
sys.exit(others.returncode)
"""
DIE_INSIDE = """
import os
with transaction.atomic():
    connection.cursor().execute("UPDATE counter SET n = 1000")
    os._exit(9)
"""


def started(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PREPARE + code, *arguments])


def counter(tmp_path: Path) -> str:
    path = str(tmp_path / "count.sqlite3")
    make = 'connection.cursor().execute("CREATE TABLE counter (n int)"); '
    fill = 'connection.cursor().execute("INSERT INTO counter VALUES (0)")'
    assert started(make + fill, path).wait() == 0
    return path


def count(path: str) -> int:
    show = 'sys.exit(connection.cursor().execute("SELECT n FROM counter").fetchone()[0])'
    return started(show, path).wait()


def test_writers_of_several_processes_take_turns(tmp_path: Path) -> None:
    path = counter(tmp_path)
    writers = [started(COUNT_UP, path) for _writer in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert count(path) == 120


def test_a_writer_that_failed_lets_the_next_one_in(tmp_path: Path) -> None:
    path = counter(tmp_path)
    assert started(FAIL_INSIDE, path, PREPARE + COUNT_UP).wait(timeout=120) == 0
    assert count(path) == 40


def test_a_writer_that_was_killed_lets_the_next_one_in(tmp_path: Path) -> None:
    path = counter(tmp_path)
    assert started(DIE_INSIDE, path).wait(timeout=60) == 9
    assert started(COUNT_UP, path).wait(timeout=60) == 0
    assert count(path) == 40
