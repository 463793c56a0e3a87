"""What a mapping for cases can speak of."""

from pathlib import Path

from django.conf import settings

from heard.cases.importing.loader import CaseLoader
from heard.cases.models import Channel, Outcome
from heard.cases.states import State
from heard.core.imports.registry import ID, Field, Kind

FIELDS = (
    Field(ID, required=True),
    Field("received", "moment", required=True),
    Field("due", "moment"),
    Field("first_response", "moment"),
    Field("closed", "moment"),
    Field("state", "choice", required=True, choices=tuple(State.values)),
    Field("outcome", "choice", choices=tuple(Outcome.values)),
    Field("outcome_words"),
    Field("channel", "choice", choices=tuple(Channel.values)),
    Field("language", "choice", choices=tuple(dict(settings.LANGUAGES))),
    Field("service", required=True),
    Field("service_name"),
    Field("department"),
    Field("division"),
    Field("district"),
    Field("title"),
    Field("words"),
    Field("place"),
    Field("lat", "number"),
    Field("lon", "number"),
)

CASES = Kind("cases", FIELDS, Path(__file__).resolve().parent.parent / "mappings", CaseLoader)
