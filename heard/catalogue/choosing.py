"""A field to choose one of the services that are offered, by group."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from heard.catalogue.models import Service
from heard.catalogue.reads import by_group, general_service
from heard.core.words import said


class ServiceField(forms.ChoiceField):
    """Cleans to the ``Service``. Fill its choices when the form is made: ``field.offer()``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Service"), **kwargs})
        self.services: dict[str, Service] = {}

    def offer(self) -> None:
        """The services there are now, in the page's language; the general one chosen."""
        choices: list[Any] = [("", _("Choose a service"))]
        for group, services in by_group(get_language() or "en"):
            self.services |= {service.code: service for service in services}
            choices.append((group, [(s.code, said(s.name) or s.code) for s in services]))
        self.choices = choices
        general = general_service()
        if general is not None and general.code in self.services:
            self.initial = general.code

    def clean(self, value: Any) -> Any:
        """The service behind the code."""
        return self.services.get(super().clean(value))
