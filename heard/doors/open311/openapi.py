"""The door described in OpenAPI 3.0, for people and for tests."""

from typing import Any

from heard.cases.models import WORDS_LIMIT
from heard.doors.open311.sending import LONGEST

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
NULL_TEXT: Json = {"type": "string", "nullable": True}
NULL_NUMBER: Json = {"type": "number", "nullable": True}
NULL_MOMENT: Json = {"type": "string", "format": "date-time", "nullable": True}
FORMATS = {"type": "string", "enum": ["json", "xml"]}


def _object(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": list(properties),
    }


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


def _schemas() -> dict[str, Json]:
    service = _object(
        service_code=TEXT, service_name=TEXT, description=TEXT, metadata={"type": "boolean"},
        type={"type": "string", "enum": ["realtime", "batch", "blackbox"]}, keywords=TEXT,
        group=TEXT,
    )  # fmt: skip
    kinds = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    attribute = _object(
        variable={"type": "boolean"}, code=TEXT, datatype={"type": "string", "enum": kinds},
        required={"type": "boolean"}, datatype_description=TEXT, order={"type": "integer"},
        description=TEXT, values=_list(_object(key=TEXT, name=TEXT)),
    )  # fmt: skip
    request = _object(
        service_request_id=TEXT, status={"type": "string", "enum": ["open", "closed"]},
        status_notes=TEXT, service_name=TEXT, service_code=TEXT,
        description=NULL_TEXT | {"maxLength": WORDS_LIMIT}, agency_responsible=TEXT,
        service_notice=NULL_TEXT, requested_datetime=NULL_MOMENT, updated_datetime=NULL_MOMENT,
        expected_datetime=NULL_MOMENT, address=NULL_TEXT, address_id=NULL_TEXT, zipcode=NULL_TEXT,
        lat=NULL_NUMBER, long=NULL_NUMBER, media_url=NULL_TEXT,
    )  # fmt: skip
    endpoint = _object(
        specification=TEXT, url=TEXT, changeset=TEXT,
        type={"type": "string", "enum": ["production", "test", "acceptance"]},
        formats=_list(TEXT),
    )  # fmt: skip
    return {
        "Discovery": _object(
            changeset=TEXT, contact=TEXT, key_service=TEXT, endpoints=_list(endpoint)
        ),
        "Services": _list(service),
        "Definition": _object(service_code=TEXT, attributes=_list(attribute)),
        "Requests": _list(request),
        "Received": _list(
            _object(service_request_id=TEXT, service_notice=NULL_TEXT, account_id=NULL_TEXT)
        ),
        "Tokens": _list(_object(service_request_id=TEXT, token=TEXT)),
        "Errors": _list(_object(code=TEXT, description=TEXT)),
    }


def _query(name: str, schema: Json, words: str = "") -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": words}


def _in_path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _content(schema: str) -> Json:
    body = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"application/json": body, "text/xml": {}}


def _answers(schema: str, *codes: int) -> Json:
    faults = {
        str(code): {"description": "What is wrong", "content": _content("Errors")} for code in codes
    }
    return {"200": {"description": "What was asked", "content": _content(schema)}, **faults}


def _get(schema: str, words: str, parameters: list[Json], *codes: int) -> Json:
    ours = [_query("jurisdiction_id", {"type": "string"}), _query("lang", {"type": "string"})]
    return {
        "get": {
            "summary": words,
            "parameters": [*parameters, *ours],
            "responses": _answers(schema, 400, 404, 429, *codes),
        }
    }


def _send() -> Json:
    fields: dict[str, Json] = {
        name: {"type": "string", "maxLength": limit} for name, limit in LONGEST.items()
    }
    number = {"type": "number"}
    body: Json = {
        "type": "object",
        "required": ["service_code", "api_key"],
        "properties": {
            "service_code": TEXT, "api_key": TEXT, "jurisdiction_id": TEXT,
            "lat": number | {"minimum": -90, "maximum": 90},
            "long": number | {"minimum": -180, "maximum": 180}, **fields,
        },
    }  # fmt: skip
    return {
        "summary": "Send a request. Give lat and long, address_string, or address_id.",
        "parameters": [{
            "name": "Idempotency-Key", "in": "header",
            "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
        }],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": body},
                "multipart/form-data": {"schema": body},
            },
        },
        "responses": _answers("Received", 400, 403, 404, 413, 415, 429),
    }  # fmt: skip


def _search() -> list[Json]:
    day, whole = {"type": "string", "format": "date-time"}, {"type": "integer", "minimum": 1}
    return [
        _query("service_request_id", TEXT, "Several with commas; stands before all else."),
        _query("service_code", TEXT, "Several with commas."),
        _query("start_date", day, "With end_date at most 90 days."),
        _query("end_date", day),
        _query("status", TEXT, "open, closed, or both with a comma."),
        _query("updated_after", day, "Ours: what changed since, the longest ago first."),
        _query("bbox", TEXT, "Ours: west,south,east,north in degrees."),
        _query("page", whole | {"maximum": 1000}, "Ours: from 1."),
        _query("page_size", whole, "Ours: 1000 at most."),
    ]


def document(jurisdiction: str) -> Json:
    """The whole document; ``jurisdiction`` is the one that is served."""
    form = _in_path("format", FORMATS)
    requests = _get("Requests", "Requests of the last 90 days", [*_search()])
    requests["parameters"] = [form]
    requests["post"] = _send()
    code, number = _in_path("code", TEXT), _in_path("id", TEXT)
    paths = {
        "/discovery.{format}": _get("Discovery", "Where the calls are", [form]),
        "/v2/services.{format}": _get("Services", "What can be asked for", [form]),
        "/v2/services/{code}.{format}": _get("Definition", "What a service asks", [code, form]),
        "/v2/requests.{format}": requests,
        "/v2/requests/{id}.{format}": _get("Requests", "One request", [number, form]),
        "/v2/tokens/{id}.{format}": _get("Tokens", "The number behind a token", [number, form]),
    }
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Open311 GeoReport v2",
            "version": "2.0",
            "description": f"jurisdiction_id is {jurisdiction} and may be left out.",
        },
        "servers": [{"url": "/open311"}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }
