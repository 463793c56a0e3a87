"""A bridge calls."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from heard.doors.social.bridge import MOST_BYTES, Denied, Wrong, take_call
from heard.doors.social.models import Source
from heard.post import turned


@csrf_exempt
@require_POST
def called(request: HttpRequest, pk: int) -> JsonResponse:
    """Take a signed call; errors are JSON with ``error``."""
    source = Source.objects.filter(pk=pk, kind=Source.Kind.BRIDGE, is_active=True).first()
    if source is None:
        return JsonResponse({"error": "There is no such bridge."}, status=404)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        turned.count("social", "too large")
        return JsonResponse({"error": "At most 64 kB, with its length."}, status=413)
    try:
        state = take_call(
            source,
            timestamp=request.headers.get("Heard-Timestamp", ""),
            signature=request.headers.get("Heard-Signature", ""),
            body=request.body,
        )
    except Denied as error:
        return JsonResponse({"error": str(error)}, status=401)
    except Wrong as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"state": state})
