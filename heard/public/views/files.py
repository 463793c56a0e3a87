"""Downloads: results as CSV, JSON and Parquet, the facts as Parquet, charts as pictures."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import http_date

from heard.facts import lake
from heard.measures.definitions import measure, measures
from heard.measures.reads import columns, exported
from heard.public.caching import results_page, shared, snapshot_of
from heard.public.own_downloads import COLUMNS, own_rows
from heard.public.published import own_published
from heard.targets.reads import own_measure

OPEN_FACTS = {"cases"}  # single answers of customers are never published
PARQUET = "application/vnd.apache.parquet"
JSON = "application/json"


def results(request: HttpRequest, key: str, form: str) -> Any:
    """All results of a measure in the form of the address: csv, json or parquet."""
    if form not in {"csv", "json", "parquet"}:
        raise Http404
    own = None if key in measures() else own_measure(key)
    if own is None and key not in measures():
        raise Http404
    if form == "parquet":
        return _file(request, Path(settings.LAKE) / "results" / f"{key}.parquet", f"{key}.parquet")
    names = COLUMNS if own else columns(measure(key))
    rows = iter(own_rows(own)) if own else exported(key)
    lines, kind = (_csv(names, rows), "text/csv") if form == "csv" else (_json(rows), JSON)
    response = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.{form}"'
    patch_cache_control(response, public=True, no_cache=True)
    return shared(response)


class _Line:
    """A file that hands back what is written to it, line by line."""

    def write(self, line: str) -> str:
        return line


def _csv(names: Sequence[str], rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    writer: csv.DictWriter[str] = csv.DictWriter(_Line(), names, lineterminator="\n")
    yield str(writer.writeheader())
    for row in rows:
        if "suppressed" in row:
            row["suppressed"] = str(row["suppressed"]).lower()
        yield str(writer.writerow(row))


def _json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield "["
    comma = ""
    for row in rows:
        yield comma + "\n" + json.dumps(row, ensure_ascii=False)
        comma = ","
    yield "\n]\n"


def facts(request: HttpRequest, fact: str, month: str, form: str) -> Any:
    """A file of the facts that are open data, the very one the figures were computed from.

    ``month``: its name in the lake, such as 2011-08, or 2011-08-settled.
    """
    if fact not in OPEN_FACTS or form != "parquet" or not lake.NAME.fullmatch(month):
        raise Http404
    return _file(request, lake.month_file(fact, month), f"{fact}-{month}.parquet")


def _file(request: HttpRequest, path: Path, name: str) -> Any:
    try:
        about = path.stat()
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    tag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'
    if tag in request.headers.get("If-None-Match", ""):
        file.close()
        response: Any = HttpResponseNotModified()
    else:
        response = FileResponse(file, as_attachment=True, filename=name, content_type=PARQUET)
    response["ETag"] = tag
    response["Last-Modified"] = http_date(about.st_mtime)
    patch_cache_control(response, public=True, no_cache=True)
    return shared(response)


def chart(request: HttpRequest, name: str) -> HttpResponse:
    """A chart made ahead. Its name is the digest of what it draws, so it is kept for a year."""
    path = Path(settings.HEARD_DATA) / "charts" / f"{name}.svg"
    try:
        picture = path.read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(picture, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response


@results_page
def overview(request: HttpRequest) -> HttpResponse:
    """Everything that can be downloaded, and how to make the figures again."""
    found = snapshot_of(request)
    months = [file for file in found.files if file["fact"] in OPEN_FACTS] if found else []
    context = {
        "snapshot": found,
        "measures": measures().values(),
        "own": [one.about for one in own_published()],
        "months": months[::-1],
        "root": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "public/open_data.html", context)
