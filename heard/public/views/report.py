"""The report as PDF, made ahead by the worker."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from heard.measures.periods import headline, is_month
from heard.measures.reads import months_received
from heard.public.caching import shared
from heard.public.sentences import month_told


def place(period: str, language: str) -> Path:
    """Where the report of a month in a language is."""
    return Path(settings.HEARD_DATA) / "reports" / f"{period}-{language}.pdf"


def made(language: str) -> list[str]:
    """The months of which there is a report, newest first."""
    found = (Path(settings.HEARD_DATA) / "reports").glob(f"*-{language}.pdf")
    names = (path.stem.removesuffix(f"-{language}") for path in found)
    return sorted((name for name in names if is_month(name)), reverse=True)


def show(request: HttpRequest) -> Any:
    """The report of a month (``?period=``) in the language of the address; the newest one."""
    language = (get_language() or "en").split("-")[0]
    wanted = request.GET.get("period", "")
    period = wanted if is_month(wanted) else headline(months_received()) or ""
    known = made(language)
    if not is_month(wanted) and known:
        period = known[0]
    try:
        path = place(period, language)
        about, file = path.stat(), path.open("rb")
    except FileNotFoundError:
        context = {
            "month": month_told(period) if period else "",
            "made": [(month, month_told(month)) for month in known],
        }
        return render(request, "public/no_report.html", context, status=404)
    tag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'
    if tag in request.headers.get("If-None-Match", ""):
        file.close()
        response: Any = HttpResponseNotModified()
    else:
        name = f"results-{period}-{language}.pdf"
        response = FileResponse(file, filename=name, content_type="application/pdf")
    response["ETag"], response["Last-Modified"] = tag, http_date(about.st_mtime)
    patch_cache_control(response, public=True, no_cache=True)
    patch_vary_headers(response, ("Accept-Language",))
    return shared(response)
