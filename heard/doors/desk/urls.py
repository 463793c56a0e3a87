"""Addresses of the desk."""

from django.urls import path

from heard.doors.desk.views import case, division, intake, listing

app_name = "desk"
urlpatterns = [
    path("", listing.listing, name="list"),
    path("new/", intake.new, name="new"),
    path("division/", division.index, name="divisions"),
    path("division/<path:code>/", division.show, name="division"),
    path("case/<str:reference>/", case.show, name="case"),
    path("case/<str:reference>/<slug:action>/", case.act, name="act"),
]
