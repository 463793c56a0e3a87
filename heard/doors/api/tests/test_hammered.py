"""The OpenAPI document of the API against a running server."""

from typing import Any

import pytest
import requests

from heard.keys.models import Scope
from heard.keys.tests.hammering import hammer
from heard.keys.tests.making import made_key


@pytest.mark.django_db(transaction=True)
def test_nothing_breaks_the_api(live_server: Any, case: Any, staff: Any) -> None:
    _key, whole = made_key(*Scope.values, acts_as=staff("agent"), per_minute=6000)
    document = requests.get(f"{live_server.url}/api/v1/openapi.json", timeout=10).json()
    # Somebody who knows a case and a service, so that more than 404 is answered.
    for path, methods in document["paths"].items():
        for operation in methods.values():
            operation.pop("security")  # ours is sent; no other is made up
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "reference":
                    parameter["schema"] = {"type": "string", "enum": [case.reference, "XXXX-XXXX"]}
        assert methods, path
    case_in = document["components"]["schemas"]["CaseIn"]["properties"]
    case_in["service"] = {"type": "string", "enum": ["pothole", "none"]}
    headers = {"Authorization": f"Bearer {whole}"}
    assert hammer(document, live_server.url, headers, examples=4) == 13
