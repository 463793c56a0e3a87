"""Addresses that the carrier calls, under ``/hooks/sms/``."""

from django.urls import path

from heard.doors.sms.views import hook

app_name = "sms_hook"
urlpatterns = [
    path("", hook.received, name="received"),
    path("status/", hook.status, name="status"),
]
