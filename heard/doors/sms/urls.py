"""Addresses of this door, under ``/desk/texts/``."""

from django.urls import path

from heard.doors.sms.views import compose, sorting

app_name = "sms"
urlpatterns = [
    path("", sorting.index, name="list"),
    path("<int:pk>/", sorting.show, name="show"),
    path("<int:pk>/<slug:action>/", sorting.act, name="act"),
    path("case/<str:reference>/", compose.compose, name="compose"),
]
