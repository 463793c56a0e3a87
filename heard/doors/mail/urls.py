"""Addresses of this door, under ``/desk/mail/``."""

from django.urls import path

from heard.doors.mail.views import sorting

app_name = "mail"
urlpatterns = [
    path("", sorting.index, name="list"),
    path("<int:pk>/", sorting.show, name="show"),
    path("<int:pk>/<slug:action>/", sorting.act, name="act"),
]
