"""What the carrier tells us: a text came, or what became of one of ours."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from heard.core.text import clean_line
from heard.doors.sms.services import Text, note_status, take_in
from heard.doors.sms.signing import is_from_carrier
from heard.post import turned

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
LONGEST_SID = 64


@csrf_exempt
@require_POST
def received(request: HttpRequest) -> HttpResponse:
    """A text came (TwiML in answer). What we say to it goes by the outbox, not here."""
    if (denied := _denied(request)) is not None:
        return denied
    sid = clean_line(request.POST.get("MessageSid", ""), limit=LONGEST_SID + 1)
    sender = clean_line(request.POST.get("From", ""), limit=40)
    if not sid or len(sid) > LONGEST_SID or not sender:
        turned.count("sms", "incomplete")
        return HttpResponse("MessageSid and From are needed.", status=400, content_type=PLAIN)
    media = request.POST.get("NumMedia", "0")
    count = min(int(media), 10) if media.isdecimal() and len(media) < 4 else 0
    take_in(Text(sid, sender, request.POST.get("Body", ""), count))
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml; charset=utf-8")


@csrf_exempt
@require_POST
def status(request: HttpRequest) -> HttpResponse:
    """What became of a text of ours."""
    if (denied := _denied(request)) is not None:
        return denied
    sid = clean_line(request.POST.get("MessageSid", ""), limit=LONGEST_SID)
    told = clean_line(request.POST.get("MessageStatus", ""), limit=20)
    fault = clean_line(request.POST.get("ErrorCode", ""), limit=20)
    if not note_status(sid, told, fault):
        turned.count("sms", "unknown text")
    return HttpResponse(status=204)


PLAIN = "text/plain; charset=utf-8"


def _denied(request: HttpRequest) -> HttpResponse | None:
    if is_from_carrier(request):
        return None
    turned.count("sms", "signature")
    return HttpResponse("The signature is not right.", status=403, content_type=PLAIN)
