"""The tests make their tables straight from the models; here the migrations lead to the same."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.kill.test_kill import environment_for


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


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
