"""Attachments for whoever holds the secret of what they belong to."""

from django.urls import path

from heard.attachments.views import serving

app_name = "files"
urlpatterns = [
    path("<str:reference>/<str:secret>/<slug:copy>", serving.shown, name="shown"),
]
