"""A room knows only the rooms below it, in its imports and in its foreign keys."""

import configparser
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model, OneToOneField

ROOT = Path(__file__).resolve().parent.parent


def floors() -> dict[str, int]:
    """The floor of each room, 0 at the bottom, from the contract that the linter holds."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    layers = contract["importlinter:contract:layers"]["layers"].split("\n")
    named = [line.strip() for line in layers if line.strip()]
    return {
        room.strip(): floor
        for floor, line in enumerate(reversed(named))
        for room in line.split("|")
    }


def room_of(model: type[Model]) -> str | None:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "heard" else None


def test_imports_keep_the_layers() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_room_has_a_floor() -> None:
    rooms = {p.parent.name for p in (ROOT / "heard").glob("*/__init__.py")}
    assert rooms == set(floors())


def test_no_foreign_key_points_up_or_sideways() -> None:
    floor = floors()
    wrong = []
    for model in apps.get_models():
        own = room_of(model)
        if own is None:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                continue
            other = room_of(field.related_model)  # type: ignore[arg-type]
            if other and other != own and floor[other] >= floor[own]:
                wrong.append(f"{own}.{model.__name__}.{field.name} → {other}")
    assert wrong == []
