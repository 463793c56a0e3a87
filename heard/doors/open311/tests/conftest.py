"""A service with questions, a key, and the schemas written from the specification."""

from typing import Any

import pytest

from heard.keys.models import Scope
from heard.keys.tests.making import made_key


@pytest.fixture
def light(service: Any) -> Any:
    """A street light: how it fails, since when, and what was seen."""
    from heard.catalogue.models import Question, Service

    made = Service.objects.create(
        code="light/out.2", name={"en": "Street light", "es": "Farola"},
        instructions={"en": "Give the number <on> the pole & wait."}, division=service.division,
        keywords={"en": "lamp, dark street"}, place="required",
    )  # fmt: skip
    named = [{"key": k, "name": {"en": k.title()}} for k in ("off", "flickers", "broken")]
    for order, (code, kind, required) in enumerate([
        ("pole", "text", False), ("how", "choice", True), ("seen", "many", False),
        ("since", "date", False), ("count", "number", False), ("danger", "yes_no", False),
        ("more", "long_text", False), ("picture", "photo", True),
    ]):  # fmt: skip
        Question.objects.create(
            service=made, code=code, kind=kind, required=required, order=order,
            label={"en": f"The {code}"}, choices=named if kind in {"choice", "many"} else [],
        )  # fmt: skip
    return made


@pytest.fixture
def key(town: Any) -> str:
    """A key that may send requests."""
    return made_key(Scope.OPEN311)[1]
