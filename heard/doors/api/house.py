"""The API itself: its faults in one form, and its OpenAPI document."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.doors.api.guard import TooOften
from heard.doors.api.problems import MEDIA_TYPE, FieldProblem, Problem, problem
from heard.keys.repeats import BadName, OtherContent

FAULTS = {
    "400": "The body is not JSON, or a header cannot be read",
    "401": "No key, or one that does not hold",
    "403": "The key may not do this",
    "404": "There is no such thing, or it is not this key's to see",
    "409": "Somebody changed it meanwhile",
    "413": "The body is too large",
    "422": "Something is missing or cannot be",
    "429": "Too often; see Retry-After",
}


class HouseAPI(NinjaAPI):
    """Ninja's API, with the faults described as they are told."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """The document, with every operation's faults in it."""
        document: Any = super().get_openapi_schema(**given)
        schemas = document["components"].setdefault("schemas", {})
        whole = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        whole.pop("$defs", None)
        schemas["Problem"] = whole
        schemas["FieldProblem"] = FieldProblem.model_json_schema()
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        scopes = self._scopes()
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["x-scope"] = scopes[operation["operationId"]]
                for code, words in FAULTS.items():
                    operation["responses"][code] = {"description": words, "content": content}
        return document

    def _scopes(self) -> dict[str, str]:
        """What a key needs for each operation."""
        found = {}
        for router in self._get_bound_routers():
            for view in router.path_operations.values():
                for operation in view.operations:
                    guard: Any = operation.auth_callbacks[0]
                    found[self.get_openapi_operation_id(operation)] = str(guard.scope.value)
        return found


def _of_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"field": ".".join(str(part) for part in each["loc"]), "message": str(each["msg"])}
        for each in error.errors
    ]
    return problem(422, "Some fields are not in order.", errors, reason="invalid")


def _of_refusal(request: HttpRequest, error: Refused) -> HttpResponse:
    if isinstance(error, NotAllowed):
        return problem(403, str(error), reason="not allowed")
    status = 409 if isinstance(error, ChangedMeanwhile) else 422
    errors = [{"field": error.field, "message": str(error)}] if error.field else []
    return problem(status, str(error), errors, reason="refused")


def _of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error, AuthenticationError):
        response = problem(401, "Send Authorization: Bearer with a key that holds.", reason="key")
        response["WWW-Authenticate"] = "Bearer"
        return response
    response = problem(error.status_code, str(error), reason=f"HTTP {error.status_code}")
    if isinstance(error, TooOften):
        response["Retry-After"] = str(error.wait)
    return response


def _of_404(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, str(error) or "There is no such thing.", reason="unknown")


def _of_repetition(request: HttpRequest, error: OtherContent) -> HttpResponse:
    words = "This Idempotency-Key was used for another request. Use a new one."
    return problem(422, words, reason="idempotency key")


def _of_name(request: HttpRequest, error: BadName) -> HttpResponse:
    words = "Idempotency-Key is 1 to 200 plain characters without blanks."
    return problem(400, words, reason="idempotency key")


def _of_size(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "The body is too large.", reason="too large")


def made() -> HouseAPI:
    """The API without its routes."""
    api = HouseAPI(
        title="Heard",
        version="1",
        description="Cases, services, offices and measures of the city.",
        docs_url=None,
        urls_namespace="api",
    )
    for kind, handler in (
        (ValidationError, _of_validation),
        (Refused, _of_refusal),
        (HttpError, _of_http),
        (Http404, _of_404),
        (OtherContent, _of_repetition),
        (BadName, _of_name),
        (RequestDataTooBig, _of_size),
    ):
        api.add_exception_handler(kind, handler)  # type: ignore[arg-type]
    return api
