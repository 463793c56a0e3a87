"""What programs read: the catalogue in two standards, all measures in one file, all expressions."""

from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control

from heard.core.city import city_zone
from heard.measures.definitions import measures
from heard.measures.shown import expressions, files_shown
from heard.public.caching import results_page, shared, snapshot_of
from heard.public.catalogue import datasets, dcat, project_open_data
from heard.public.exchange import measures_json
from heard.public.published import published_measures
from heard.public.views.files import OPEN_FACTS

PROGRAM = Path(__file__).resolve().parent.parent / "recompute.py"


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _json(content: dict[str, Any], kind: str = "application/json") -> HttpResponse:
    options = {"ensure_ascii": False, "indent": 1}
    return shared(JsonResponse(content, json_dumps_params=options, content_type=kind))


@results_page
def data_json(request: HttpRequest) -> HttpResponse:
    """Project Open Data 1.1."""
    found = datasets(snapshot_of(request), files_shown(*OPEN_FACTS), _root(request))
    return _json(project_open_data(found, snapshot_of(request)))


@results_page
def catalog(request: HttpRequest) -> HttpResponse:
    """DCAT in JSON-LD."""
    found = datasets(snapshot_of(request), files_shown(*OPEN_FACTS), _root(request))
    made = dcat(found, snapshot_of(request), _root(request))
    return _json(made, "application/ld+json")


@results_page
def all_measures(request: HttpRequest) -> HttpResponse:
    """Every measure with its definition and course, for other Heard cities and anybody else."""
    return _json(measures_json(published_measures(), snapshot_of(request), _root(request)))


@results_page
def workings(request: HttpRequest) -> HttpResponse:
    """Every expression as SQL, with the files it reads and the moment: what recompute.py checks."""
    found = snapshot_of(request)
    made = [
        {
            "measure": card.key, "statistic": way.key, "kind": way.kind, "quantile": way.quantile,
            "divisor": way.divisor,
            "definition": f"{card.key}-{way.key}-v{card.version}",
            "fact": known["fact"], "open": known["open"],
            "sql": known["sql"] if known["open"] else {},
        }
        for card in measures().values()
        for shown in [expressions(card.key)]
        for way in card.statistics
        if (known := shown.get(way.key))
    ]  # fmt: skip
    content = {
        "as_of": found.as_of.isoformat() if found else None,
        "today": found.as_of.astimezone(city_zone()).date().isoformat() if found else None,
        "files": files_shown(*OPEN_FACTS),
        "expressions": made,
    }
    return _json(content)


def recompute(request: HttpRequest) -> Any:
    """The program that makes every published figure again; it needs DuckDB and nothing of ours."""
    response = FileResponse(
        PROGRAM.open("rb"), filename="recompute.py", content_type="text/x-python; charset=utf-8"
    )
    patch_cache_control(response, public=True, no_cache=True)
    return shared(response)
