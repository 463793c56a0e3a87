"""Every command in the ``sh`` blocks of the documents runs, in order, one house per document."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.forks import House
from tests.test_sizes import ROOT, tracked

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What serves until stopped is started by other tests; `make` targets are checked by name alone.
ENDLESS = {("heard", "serve"), ("heard", "work")}
FILES = {"requests.csv": "boston311"}


@dataclass
class Console:
    """A house that is loaded, and where it keeps its data."""

    house: House
    data: Path


def documents() -> list[Path]:
    return [p for p in tracked("*.md") if BLOCK.search(p.read_text(encoding="utf-8"))]


def commands(path: Path) -> list[str]:
    text = "".join(BLOCK.findall(path.read_text(encoding="utf-8"))).replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def sample_requests(path: Path) -> None:
    """Three requests in the columns of the boston311 mapping."""
    columns = (
        "case_enquiry_id,open_dt,target_dt,closed_dt,ontime,case_status,closure_reason,case_title,"
        "subject,reason,type,queue,department,submittedphoto,closedphoto,location,fire_district,"
        "pwd_district,city_council_district,police_district,neighborhood,"
        "neighborhood_services_district,ward,precinct,location_street_name,location_zipcode,"
        "latitude,longitude,source"
    )
    rows = [
        f"{n},2011-08-0{n} 09:00:00,2011-08-09 09:00:00,2011-08-0{n + 1} 10:00:00,ONTIME,"
        f"Closed,Done,Pothole {n},Public Works Department,Highway Maintenance,Pothole,Q,PWDx,,,"
        "1 Elm St,,,6,,,,,,,,42.3,-71.1,Constituent Call"
        for n in range(1, 4)
    ]
    path.write_text("\n".join([columns, *rows]) + "\n")


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def environment_of(data: Path) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("DATABASE")} | {
        "HEARD_DATA": str(data),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DJANGO_SUPERUSER_PASSWORD": "let me in 42",
    }


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One console for all documents; each begins with data of its own in the same folder."""
    data = tmp_path_factory.mktemp("console") / "data"
    data.mkdir()
    with House(environment_of(data), data.parent) as house:
        yield Console(house, data)


@pytest.fixture(scope="module")
def migrated(console: Console, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an empty house, made once and copied for each document."""
    code, said = console.house.run(["heard", "migrate", "--verbosity", "0"], console.data.parent)
    assert code == 0, said[-1500:]
    kept = tmp_path_factory.mktemp("house") / "data"
    return Path(shutil.copytree(console.data, kept))


@pytest.mark.xdist_group("documents")
@pytest.mark.parametrize("document", documents(), ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_run(document: Path, tmp_path: Path, migrated: Path, console: Console) -> None:
    wanted = [shlex.split(line) for line in commands(document)]
    targets = {word for words in wanted if words[0] == "make" for word in words[1:]}
    assert {target for target in targets if "=" not in target} <= make_targets()
    rest = [words for words in wanted if words[0] != "make" and tuple(words[:2]) not in ENDLESS]
    assert {words[0] for words in rest} <= {"heard"}
    sample_requests(tmp_path / "requests.csv")
    if not rest:
        return
    is_new = rest[0] == ["heard", "prepare"]
    shutil.rmtree(console.data)
    console.data.mkdir() if is_new else shutil.copytree(migrated, console.data)
    for words in rest:
        code, said = console.house.run(words, tmp_path)
        assert code == 0, f"{shlex.join(words)}\n{said[-3000:]}"


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} → {target}")
    assert broken == []


def test_every_setting_is_documented() -> None:
    read = set(
        re.findall(
            r'env\.(?:text|flag|number|url|folder|secret)\(\s*"([A-Z_]+)"',
            (ROOT / "heard" / "settings.py").read_text(),
        )
    )
    told = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/operator/settings.md").read_text()))
    assert read
    assert read - told == set()
