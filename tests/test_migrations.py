"""The tests make their tables straight from the models; here the migrations lead to the same."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.kill.test_kill import environment_for

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


SLOW_WAY = """
import django
django.setup()
from django.core.management.commands.migrate import Command
from django.core.management import call_command
call_command(Command(), verbosity=0)
"""


def shape_of(folder: Path) -> tuple[set[Any], list[Any]]:
    """Tables with their columns, indexes and triggers; and what the migrations brought along."""
    with sqlite3.connect(folder / "heard.sqlite3") as house:
        names = house.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
        shape: set[Any] = set()
        for kind, name in names:
            shape.add((kind, name))
            if kind == "table":
                columns = house.execute(f"SELECT * FROM pragma_table_xinfo('{name}')")
                # Number 0 is the place in the row, which later migrations put last.
                shape |= {(name, *column[1:6]) for column in columns}
        brought = house.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()
        brought += house.execute("SELECT code FROM voice_instrument").fetchall()
    return shape, brought


@pytest.mark.django_db
def test_the_short_way_makes_what_the_migrations_make(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the same code makes the tables on both")
    shapes = []
    short = [str(Path(sys.executable).with_name("heard")), "migrate", "--verbosity", "0"]
    for name, command in (("short", short), ("slow", [sys.executable, "-c", SLOW_WAY])):
        folder = tmp_path / name
        folder.mkdir()
        place = {"ENGINE": "sqlite", "NAME": str(folder / "heard.sqlite3")}
        done = subprocess.run(
            command, env=environment_for(place, folder), capture_output=True, text=True,
            timeout=250, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        shapes.append(shape_of(folder))
    assert shapes[0] == shapes[1]
    assert len(shapes[0][0]) > 500


@pytest.mark.django_db
def test_an_empty_database_becomes_a_house(tmp_path: Path) -> None:
    """On SQLite the documents' test does the same for each document."""
    if connection.vendor != "postgresql":
        pytest.skip("shown on SQLite by the commands of the documents")
    place: dict[str, Any] = {**connection.settings_dict, "NAME": f"migrated_{os.getpid()}"}
    name = connection.ops.quote_name(place["NAME"])
    maker = connection.copy()
    try:
        with maker.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        done = subprocess.run(
            [str(Path(sys.executable).with_name("heard")), "prepare"],
            env=environment_for(place, tmp_path), capture_output=True, text=True, timeout=200,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    finally:
        with maker.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        maker.close()
