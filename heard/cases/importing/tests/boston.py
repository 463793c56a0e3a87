"""Boston's four months after their import, held against the file. Called where it is loaded."""

import io
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command

from heard.cases.models import Case
from heard.cases.states import FINISHED
from heard.core.imports.records import opened, records_of

ROWS = 41_827


def labels(path: Path) -> dict[str, tuple[str, str, str]]:
    """Target, closing and label of each row of Boston's, as the file says them."""
    with opened(path, "utf-8") as stream:
        records = records_of(stream, path.name, ",", [])
        place = {name: n for n, name in enumerate(records.header)}
        wanted = [place[n] for n in ("target_dt", "closed_dt", "ontime")]
        return {
            r.cells[0]: tuple(r.cells[n].strip() for n in wanted)  # type: ignore[misc]
            for r in records.rows()
        }


def bring_boston(path: Path, folder: Path) -> list[int]:
    """Import the file; how many were imported, updated, unchanged and rejected."""
    said = io.StringIO()
    call_command(
        "import", "cases", str(path), mapping="boston311", rejects=folder / "rejects.csv",
        stdout=said,
    )  # fmt: skip
    return [
        int(line.split()[-1].replace(",", ""))
        for line in said.getvalue().splitlines()
        if line.strip().startswith(("imported", "updated", "unchanged", "rejected "))
    ]


def import_of_boston(path: Path) -> None:
    """Every row is there, and where the city set a target, our judgement is its own label."""
    assert Case.objects.count() == ROWS

    label = labels(path)
    disagree, promised = [], 0
    for case in Case.objects.filter(state__in=FINISHED).only("external_id", "closed_at", "due_at"):
        _target, _closed, said = label[case.external_id]
        if case.due_at is not None and said:
            promised += 1
            assert case.closed_at is not None
            if (case.closed_at <= case.due_at) != (said == "ONTIME"):
                disagree.append(case.external_id)
    assert disagree == []
    rows = label.values()
    assert promised == sum(1 for target, closed, said in rows if target and closed and said)
    assert Case.objects.filter(due_at=None).count() == sum(1 for row in rows if not row[0])
    assert Case.objects.filter(district=None).count() == 1963 + 31 + 4  # blank, 0 and empty
    boston_reads_well()


def boston_reads_well() -> None:
    case = Case.objects.select_related("district").get(external_id="101000295613")
    assert case.received_at == datetime(2011, 7, 1, 5, 32, 33, tzinfo=UTC)
    assert (case.title, case.outcome) == ("Street Light Outages", "done")
    assert case.outcome_words == "replaced 100 amp fuse and reset breaker"
    assert case.place == "INTERSECTION of Groveland St & River St Mattapan MA"
    assert (case.channel, str(case.division)) == ("staff", "Street Lights")
    assert (str(case.division.department), str(case.district)) == (
        "Public Works Department", "District 3",
    )  # fmt: skip
