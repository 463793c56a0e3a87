"""Schemathesis against a running server: no fault of ours, no answer that is not described."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, load_all_checks

load_all_checks()
WANTED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def hammer(document: dict[str, Any], base: str, headers: dict[str, str], *, examples: int) -> int:
    """Try every operation with values that fit its description and values that do not.

    The same values in each run. Returns how many operations were tried.
    """
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=base)
    checks = CHECKS.get_by_names(list(WANTED))
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        modes = schemathesis.GenerationMode
        for mode in (modes.POSITIVE, modes.NEGATIVE):

            @settings(
                max_examples=examples, derandomize=True, deadline=None, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def attempt(case: Any) -> None:
                case.call_and_validate(headers=headers, checks=checks, timeout=10)

            try:
                attempt()
            except Unsatisfiable:  # nothing is asked, so nothing can be wrong
                assert mode == modes.NEGATIVE, operation.label
        tried += 1
    return tried
