"""A post office for the whole file, a house that fetches from it and sends through it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from heard.doors.mail.tests.post_office import PostOffice


@pytest.fixture(scope="session")
def one_post_office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@pytest.fixture
def office(one_post_office: PostOffice, settings: Any, tmp_path: Path) -> Iterator[PostOffice]:
    """An empty mailbox, and the settings that lead to it."""
    settings.HEARD_MAIL_IN_URL = one_post_office.url
    settings.HEARD_MAIL_ADDRESS = "case@city.example"
    settings.HEARD_EMAIL_FROM = "Testville <no-reply@city.example>"
    settings.HEARD_MAIL_TRUSTS = "mx.city.example"
    settings.HEARD_MAIL_SERVICE = "general"
    settings.EMAIL_URL = f"smtp://127.0.0.1:{one_post_office.smtp_port}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", one_post_office.smtp_port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.MEDIA_ROOT = tmp_path
    yield one_post_office
    one_post_office.empty()
    one_post_office.refused.clear()


@pytest.fixture
def general(division: Any) -> Any:
    """What new mails are opened with."""
    from heard.catalogue.models import Service

    return Service.objects.create(
        code="general", name={"en": "A question or request", "es": "Una pregunta o petición"},
        division=division,
    )  # fmt: skip
