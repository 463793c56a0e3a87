"""What every response carries, and the clock face every page is read by."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from heard.core.city import city_zone

Answer = Callable[[HttpRequest], HttpResponse]

# A report form may ask where the customer stands; nothing else of the device is ever wanted.
HEADERS = {
    "Permissions-Policy": ", ".join(
        ["geolocation=(self)"]
        + [
            f"{power}=()"
            for power in (
                "accelerometer", "autoplay", "browsing-topics", "camera",
                "display-capture", "gyroscope", "hid", "magnetometer", "microphone", "midi",
                "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
            )
        ]
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}  # fmt: skip


class SecureHeaders:
    """Adds the headers Django has no setting for; a view that set one itself keeps its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # A counter's shared computer must not show a case again by "back" after sign-out.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class CityTime:
    """Shows times in the city's zone while a request is answered."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(city_zone()):
            return self.get_response(request)
