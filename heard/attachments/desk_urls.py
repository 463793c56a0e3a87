"""Attachments at the desk."""

from django.urls import path

from heard.attachments.views import serving

app_name = "files_desk"
urlpatterns = [
    path("<str:reference>/<slug:copy>", serving.at_desk, name="shown"),
]
