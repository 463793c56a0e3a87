"""Addresses for outside handlers, each behind its own secret link."""

from django.urls import path

from heard.joining.views import handler

app_name = "outside"
urlpatterns = [path("<str:reference>/<str:secret>/", handler.errand, name="errand")]
