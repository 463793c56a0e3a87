"""Addresses that bridges call, under ``/hooks/social/``."""

from django.urls import path

from heard.doors.social.views import hook

app_name = "social_hook"
urlpatterns = [path("<int:pk>/", hook.called, name="called")]
