"""Is an answer what the specification says? In both formats, by schemas of our own."""

import functools
import json
from pathlib import Path
from typing import Any

import xmlschema
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parent / "schemas"


@functools.cache
def _json_schema() -> Any:
    return json.loads((SCHEMAS / "georeport.schema.json").read_text())


@functools.cache
def _xml_schema() -> Any:
    return xmlschema.XMLSchema(str(SCHEMAS / "georeport.xsd"))


def check_json(body: bytes | str, kind: str) -> Any:
    """The JSON, once it is what the schema of this kind says."""
    data = json.loads(body)
    whole = _json_schema()
    Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": whole["$defs"]}).validate(data)
    return data


def check_xml(body: bytes | str) -> Any:
    """The XML as data, once it is what the schema says; its root element decides which."""
    text = body.decode() if isinstance(body, bytes) else body
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    return read_xml(text)


def read_xml(text: str) -> Any:
    """Any city's XML as data, once it is what the schema says."""
    return _xml_schema().to_dict(text.split("?>", 1)[1].strip())
