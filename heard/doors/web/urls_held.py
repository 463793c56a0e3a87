"""Held requests, at the desk."""

from django.urls import path

from heard.doors.web.views import held

app_name = "held"
urlpatterns = [
    path("", held.held, name="list"),
    path("<int:pk>/", held.decide, name="decide"),
]
