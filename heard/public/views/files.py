"""Downloads: results as CSV, JSON and Parquet, the facts as Parquet, charts as pictures."""

import csv
import json
from collections.abc import Iterator
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

from heard.measures.definitions import UnknownName, measure, measures
from heard.measures.periods import is_month
from heard.measures.reads import columns, exported
from heard.public.caching import results_page, snapshot_of

OPEN_FACTS = {"cases"}  # single answers of customers are never published
PARQUET = "application/vnd.apache.parquet"


def results(request: HttpRequest, key: str, form: str) -> Any:
    """All results of a measure in the form of the address: csv, json or parquet."""
    try:
        measure(key)
    except UnknownName:
        raise Http404 from None
    if form == "parquet":
        return _file(request, Path(settings.LAKE) / "results" / f"{key}.parquet", f"{key}.parquet")
    if form not in {"csv", "json"}:
        raise Http404
    lines, kind = (_csv(key), "text/csv") if form == "csv" else (_json(key), "application/json")
    response = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.{form}"'
    patch_cache_control(response, public=True, no_cache=True)
    return response


class _Line:
    """A file that hands back what is written to it, line by line."""

    def write(self, line: str) -> str:
        return line


def _csv(key: str) -> Iterator[str]:
    writer = csv.DictWriter(_Line(), columns(measure(key)), lineterminator="\n")
    yield str(writer.writeheader())
    for row in exported(key):
        yield str(writer.writerow(row | {"suppressed": str(row["suppressed"]).lower()}))


def _json(key: str) -> Iterator[str]:
    yield "["
    comma = ""
    for row in exported(key):
        yield comma + "\n" + json.dumps(row, ensure_ascii=False)
        comma = ","
    yield "\n]\n"


def facts(request: HttpRequest, fact: str, month: str, form: str) -> Any:
    """One month of the facts that are open data, the very file the figures were computed from."""
    if fact not in OPEN_FACTS or form != "parquet" or not is_month(month):
        raise Http404
    path = Path(settings.LAKE) / fact / f"month={month}" / "part.parquet"
    return _file(request, path, f"{fact}-{month}.parquet")


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
    return response


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
    context = {"snapshot": found, "measures": measures().values(), "months": months[::-1]}
    return render(request, "public/open_data.html", context)
