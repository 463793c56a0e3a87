from collections.abc import Callable
from typing import Any

import pytest

from heard.core.actors import SYSTEM
from heard.remedies.models import Kind
from heard.remedies.services import Line, set_line


@pytest.fixture
def waive(town: Any) -> Kind:
    return Kind.objects.create(
        code="waive", name={"en": "Waive a fee", "es": "Condonar un cargo"}, has_amount=True
    )


@pytest.fixture
def expedite(town: Any) -> Kind:
    return Kind.objects.create(
        code="expedite", name={"en": "Put it first", "es": "Dar prioridad"}, order=1
    )


@pytest.fixture
def allow() -> Callable[..., None]:
    """``allow(kind, role="agent", case_cents=2000)``: a line of the table."""

    def made(kind: Kind, **values: Any) -> None:
        set_line(Line(kind, **values), actor=SYSTEM)

    return made
