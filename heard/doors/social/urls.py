"""Addresses of this door, under ``/desk/mentions/``."""

from django.urls import path

from heard.doors.social.views import mentions, sources

app_name = "social"
urlpatterns = [
    path("", mentions.index, name="list"),
    path("file/", sources.bring, name="file"),
    path("sources/", sources.index, name="sources"),
    path("<int:pk>/", mentions.show, name="show"),
    path("<int:pk>/<slug:action>/", mentions.act, name="act"),
]
