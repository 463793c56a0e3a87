"""What a balancer or a watchdog asks."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """``/health``: 200 where the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            reachable = cursor.fetchone() == (1,)
    except DatabaseError:
        reachable = False
    said = {"status": "ok" if reachable else "down", "database": reachable}
    return JsonResponse(said, status=200 if reachable else 503)
