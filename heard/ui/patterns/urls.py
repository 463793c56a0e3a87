"""The pattern page: every component in every state."""

from django.urls import path

from heard.ui.patterns import views

urlpatterns = [path("", views.patterns, name="patterns")]
