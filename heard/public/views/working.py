"""The working of one figure: rows, files, expression, steps, and how to make it again elsewhere."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from heard.measures.definitions import ALL, BY, Definition, Statistic, UnknownName, measure
from heard.measures.models import Computation, Result, Snapshot
from heard.measures.periods import headline, is_month
from heard.measures.reads import months_received
from heard.measures.script import from_counts, from_facts, where
from heard.measures.shown import expressions, files_shown
from heard.public.asked import asked_group, asked_statistic
from heard.public.caching import results_page, shared, snapshot_of
from heard.public.panels import Names, measure_url
from heard.public.sentences import month_told
from heard.public.steps import steps
from heard.public.views.program import own_working
from heard.targets.reads import of_group
from heard.targets.subjects import of_card


@results_page
def show(request: HttpRequest, key: str) -> HttpResponse:
    """How one figure was made (``?way=&by=&group=&period=``), so that anybody can make it again."""
    try:
        card = measure(key)
    except UnknownName:
        return own_working(request, key)
    statistic, (by, group) = asked_statistic(request, card), asked_group(request)
    wanted = request.GET.get("period", "")
    period = wanted if is_month(wanted) else headline(months_received()) or ""
    context: dict[str, Any] = {
        "card": card,
        "statistic": statistic,
        "snapshot": snapshot_of(request),
    }
    if period:
        context |= _working(request, card, statistic, by, group, period)
    return render(request, "public/working.html", context)


def _working(
    request: HttpRequest, card: Definition, statistic: Statistic, by: str, group: str, period: str
) -> dict[str, Any]:
    aspects = of_group(of_card(card, statistic), period, by=by, group=group)
    row = next((one for one in aspects.in_force if one.period == period), None)
    expression = expressions(card.key).get(statistic.key)
    query = {"way": statistic.key, "by": by, "group": group, "period": period}
    if by == ALL:
        del query["by"], query["group"]
    context: dict[str, Any] = {
        "row": row,
        "made_by": _made_by(request, row),
        "month": month_told(period),
        "group_name": Names().name(by, group),
        "back": measure_url(card, query),
        "steps": steps(card, statistic, row) if row else [],
        "judged": aspects.judged,
        "is_older": row is not None and row.definition != card.version,
    }
    if expression is None:
        return context
    files = files_shown(expression["fact"])
    context |= {
        "fact": expression["fact"],
        "is_open": expression["open"],
        "sql": expression["sql"][by],
        "files": files,
        "rows": sum(file["rows"] or 0 for file in files),
        "bytes": sum(file["bytes"] for file in files),
        "commands": _commands(request, card, expression, files, query),
        "can_be_made": expression["open"] or statistic.kind != "quantile",
    }
    return context


def _made_by(request: HttpRequest, row: Result | None) -> Computation | None:
    """The computation that made the figure as it is, where it is not the latest one."""
    latest = snapshot_of(request)
    if row is None or row.computation_id is None or latest is None:
        return None
    made = Computation.objects.filter(pk=row.computation_id).first()
    return made if made is not None and made.as_of != latest.as_of else None


def _commands(
    request: HttpRequest,
    card: Definition,
    expression: dict[str, Any],
    files: list[dict[str, Any]],
    query: dict[str, str],
) -> str:
    """What to paste in a terminal: downloads, one SQL file, DuckDB."""
    root = request.build_absolute_uri("/").rstrip("/")
    if expression["open"]:
        fact, months = expression["fact"], ",".join(file["month"] for file in files)
        names = f"{{{months}}}" if len(files) > 1 else months
        target = f"{fact}-#1.parquet" if len(files) > 1 else f"{fact}-{months}.parquet"
        fetch = f'curl -fsS -o "{target}" "{root}/results/data/{fact}/{names}.parquet"'
    else:
        fetch = f'curl -fsS -o {card.key}.parquet "{root}/results/{card.key}.parquet"'
    address = f"{root}{reverse('public:working_sql', args=[card.key])}?{urlencode(query)}"
    return (
        f'{fetch}\ncurl -fsS -o figure.sql "{address}"\n'
        "python3 -c \"import duckdb; print(duckdb.sql(open('figure.sql').read()))\""
    )


@results_page
def sql(request: HttpRequest, key: str) -> HttpResponse:
    """The SQL file of a figure, or of all months and groups (``?way=&by=&group=&period=``)."""
    try:
        card = measure(key)
    except UnknownName:
        raise Http404 from None
    statistic = asked_statistic(request, card)
    expression, snapshot = expressions(key).get(statistic.key), snapshot_of(request)
    if expression is None or snapshot is None:
        raise Http404
    text = _script(request, card, statistic, expression, snapshot)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{key}.sql"'
    return shared(response)


def _script(
    request: HttpRequest,
    card: Definition,
    statistic: Statistic,
    expression: dict[str, Any],
    snapshot: Snapshot,
) -> str:
    by, group = request.GET.get("by", ""), request.GET.get("group", "")[:200]
    by = by if by in BY else ALL
    period = request.GET.get("period", "")
    asked = [("period", period)] if is_month(period) else []
    asked += [("group", group)] if group and by != ALL else []
    title = f"{card.name['en']} ({card.key}-{statistic.key}-v{card.version}), by {by}"
    if expression["open"]:
        return from_facts(
            statistic, expression["sql"][by], expression["fact"], snapshot.as_of, title=title,
            wheres=where(asked),
        )  # fmt: skip
    asked += [("dimension", by), ("definition", f"{card.key}-{statistic.key}-v{card.version}")]
    return from_counts(statistic, card.key, title=title, wheres=where(asked))
