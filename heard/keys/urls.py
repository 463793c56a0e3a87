"""Addresses of this room."""

from django.urls import path

from heard.keys import views

app_name = "keys"
urlpatterns = [
    path("", views.show, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
]
