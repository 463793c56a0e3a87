"""Published figures of measures of our own, as they are handed out."""

from typing import Any

from heard.measures.definitions import ALL
from heard.public.published import own_published
from heard.targets.models import Entry, OwnMeasure
from heard.targets.reads import of_own_measure

COLUMNS = (
    "measure", "definition", "dimension", "period", "period_kind", "first", "last", "group", "n",
    "value", "low", "high", "numerator", "denominator", "evidence", "published_at",
)  # fmt: skip


def own_rows(own: OwnMeasure) -> list[dict[str, Any]]:
    """Every published figure of a measure of our own, oldest first; a ratio's as worked out."""
    if own.kind == OwnMeasure.Kind.RATIO:
        return [
            {
                **dict.fromkeys(COLUMNS),
                "measure": own.key,
                "definition": f"{own.key}-v{point.definition}",
                "dimension": ALL,
                "period": point.period.code,
                "period_kind": point.period.kind,
                "first": point.period.first.isoformat(),
                "last": point.period.last.isoformat(),
                "group": ALL,
                "value": point.value,
            }
            for point in of_own_measure(own).course.points
        ]
    found = Entry.objects.filter(measure=own.key, state=Entry.State.PUBLISHED)
    return [_row(entry) for entry in found.order_by("definition", "by", "first", "group")]


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "measure": entry.measure,
        "definition": f"{entry.measure}-v{entry.definition}",
        "dimension": entry.by,
        "period": entry.period,
        "period_kind": entry.kind,
        "first": entry.first.isoformat(),
        "last": entry.last.isoformat(),
        "group": entry.group,
        "n": entry.n,
        "value": entry.value,
        "low": entry.low,
        "high": entry.high,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "evidence": entry.evidence,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
    }


def write_own() -> int:
    """Make the Parquet files of all measures of our own. For the worker; gives how many."""
    import pyarrow as pa  # loaded by the worker alone

    from heard.measures.downloads import put_table

    numbers = {name: pa.float64() for name in ("value", "low", "high", "numerator", "denominator")}
    schema = pa.schema(
        [(name, pa.int64() if name == "n" else numbers.get(name, pa.string())) for name in COLUMNS]
    )
    found = [one.about.own for one in own_published() if one.about.own]
    for own in found:
        put_table(own.key, own_rows(own), schema)
    return len(found)
