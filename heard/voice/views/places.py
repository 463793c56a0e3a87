"""Places where people may answer: the list, one place, its poster, receipt and kiosk."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.errors import Refused
from heard.people.roles import needs, staff_of
from heard.voice.desk_forms import SpotForm
from heard.voice.instruments import begin_all
from heard.voice.models import Invitation, Spot
from heard.voice.poster import sheet
from heard.voice.spots import keep_spot


@needs("write surveys")
def index(request: HttpRequest) -> HttpResponse:
    """All places with how much came in."""
    spots = list(Spot.objects.select_related("instrument", "division", "office"))
    counted = (
        Invitation.objects.filter(place__in=[spot.code for spot in spots])
        .values_list("place")
        .annotate(
            link=Count("id", filter=Q(response__pool="open", response__is_spam=False)),
            kiosk=Count("id", filter=Q(response__pool="kiosk", response__is_spam=False)),
        )
        .order_by()
    )
    known = {place: (link, kiosk) for place, link, kiosk in counted}
    rows = [(spot, *known.get(spot.code, (0, 0))) for spot in spots]
    return render(request, "voice/places.html", {"rows": rows, "here": "places"})


@needs("write surveys")
def new(request: HttpRequest) -> HttpResponse:
    """A new place."""
    begin_all()
    form = SpotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if Spot.objects.filter(code=code).exists():
            form.add_error("code", _("A place has this short name already."))
        elif _kept(request, form, code):
            return redirect("voice:place", code)
    context = {"form": form, "heading": _("New place"), "here": "places"}
    return render(request, "voice/form.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: SpotForm, code: str) -> bool:
    try:
        keep_spot(code, form.place(), actor=staff_of(request).as_actor())
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    return True


@needs("write surveys")
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: its addresses, what to print, and what may be changed."""
    spot = get_object_or_404(Spot, code=code)
    initial = {
        "code": code, "name_en": spot.name.get("en", ""), "name_es": spot.name.get("es", ""),
        "instrument": spot.instrument_id, "division": spot.division_id,
        "office": spot.office_id, "is_active": spot.is_active,
    }  # fmt: skip
    form = SpotForm(request.POST or None, initial=initial)
    del form.fields["code"]
    if request.method == "POST" and form.is_valid() and _kept(request, form, code):
        messages.success(request, _("Kept."))
        return redirect("voice:place", code)
    context = {
        "spot": spot, "form": form, "here": "places",
        "address": f"{settings.HEARD_URL}{spot.path()}",
        "kiosk": f"{settings.HEARD_URL}{spot.kiosk_path()}",
    }  # fmt: skip
    return render(request, "voice/place.html", context, status=422 if form.errors else 200)


@needs("write surveys")
def printed(request: HttpRequest, code: str, size: str) -> HttpResponse:
    """The poster (a letter page) or the slip for a receipt, as PDF."""
    spot = get_object_or_404(Spot, code=code)
    address = f"{settings.HEARD_URL}{spot.path()}"
    made = sheet(spot, "receipt" if size == "receipt" else "poster", address, clock.now())
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{code}-{size}.pdf"'
    return response
