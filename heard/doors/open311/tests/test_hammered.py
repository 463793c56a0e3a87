"""Our own OpenAPI document of GeoReport v2 against a running server."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from heard.cases.models import Case
from heard.doors.open311.openapi import document
from heard.doors.open311.tests.checking import SCHEMAS, check_json, read_xml
from heard.keys.models import Scope
from heard.keys.tests.hammering import hammer
from heard.keys.tests.making import made_key


@pytest.mark.django_db(transaction=True)
def test_nothing_breaks_the_door(live_server: Any, light: Any, case: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("heard.doors.open311.door.READS_A_MINUTE", 100_000)
    _key, whole = made_key(Scope.OPEN311, per_minute=6000)
    described = requests.get(f"{live_server.url}/open311/v2/openapi.json", timeout=10).json()
    send = described["paths"]["/v2/requests.{format}"]["post"]["requestBody"]["content"]
    for body in send.values():
        # A client that has a key and read the list of services: so that some requests are made.
        known = {"api_key": whole, "service_code": "pothole"}
        for name, value in known.items():
            body["schema"]["properties"][name] = {"type": "string", "enum": [value]}
    known_ones = {"code": [light.code, "pothole", "none"], "id": [case.reference, "none"]}
    for methods in described["paths"].values():
        for parameter in methods["get"]["parameters"]:
            if parameter["name"] in known_ones:
                parameter["schema"] = {"type": "string", "enum": known_ones[parameter["name"]]}
    assert hammer(described, f"{live_server.url}/open311", {}, examples=4) == 7
    assert Case.objects.count() > 1


def test_the_document_knows_the_fields_of_the_specification() -> None:
    ours = document("x")["components"]["schemas"]
    theirs = json.loads((SCHEMAS / "georeport.schema.json").read_text())["$defs"]
    pairs = [
        (ours["Requests"]["items"], theirs["requests"]["items"]),
        (ours["Services"]["items"], theirs["services"]["items"]),
        (ours["Definition"], theirs["service_definition"]),
        (
            ours["Definition"]["properties"]["attributes"]["items"],
            theirs["service_definition"]["properties"]["attributes"]["items"],
        ),
        (ours["Discovery"], theirs["discovery"]),
        (ours["Errors"]["items"], theirs["errors"]["items"]),
    ]
    for mine, spec in pairs:
        assert set(mine["properties"]) == set(spec["properties"])


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("service_list.json", "services"),
        ("service_requests.json", "requests"),
        ("requests_many.xml", "service_requests"),
        ("requests_single.xml", "service_requests"),
    ],
)
def test_our_schemas_take_what_other_cities_answer(real_data: Path, name: str, kind: str) -> None:
    """So that they are the specification's and not made to fit us."""
    body = (real_data / "open311_fixtures" / name).read_bytes()
    if name.endswith(".json"):
        assert check_json(body, kind)
    else:
        assert read_xml(body.decode())
