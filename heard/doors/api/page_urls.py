"""The page about the API, in the languages of the house."""

from django.urls import path

from heard.doors.api import views

app_name = "developers"
urlpatterns = [path("", views.page, name="page")]
