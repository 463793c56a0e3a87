"""Addresses of this door. Each call may carry its format as an extension."""

from django.urls import re_path

from heard.doors.open311 import views

app_name = "open311"
FORM = r"(?:\.(?P<form>json|xml))?/?$"
V2 = r"^v2/"
urlpatterns = [
    re_path(rf"^discovery{FORM}", views.discovery, name="discovery"),
    re_path(rf"{V2}discovery{FORM}", views.discovery, name="discovery_v2"),
    re_path(r"^v2/openapi\.json$", views.openapi, name="openapi"),
    re_path(rf"{V2}services{FORM}", views.services_list, name="services"),
    re_path(rf"{V2}services/(?P<code>.+?){FORM}", views.definition, name="definition"),
    re_path(rf"{V2}requests{FORM}", views.requests_list, name="requests"),
    re_path(rf"{V2}requests/(?P<reference>[^/]+?){FORM}", views.one_request, name="request"),
    re_path(rf"{V2}tokens/(?P<token>[^/]+?){FORM}", views.token, name="token"),
    re_path(r"^v2/media/(?P<reference>[0-9A-Z-]{1,40})\.jpg$", views.photo, name="photo"),
    re_path(r"^v2$", views.nothing, {"rest": ""}, name="root"),
    re_path(r"^(?P<rest>.*)$", views.nothing, name="nothing"),
]
