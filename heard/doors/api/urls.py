"""Addresses of this door: the API, its document, and a page about it."""

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from heard.doors.api import views
from heard.doors.api.house import made
from heard.doors.api.routes import cases, city

app_name = "api"
api = made()
api.add_router("", cases.router)
api.add_router("", city.router)
_patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
for _pattern in _patterns:
    _pattern.callback = views.bounded(_pattern.callback)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="developers:page"), name="page"),
    *_patterns,
    re_path(r"^.*$", views.nothing, name="nothing"),
]
