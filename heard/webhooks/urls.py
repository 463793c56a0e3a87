"""Addresses of this room."""

from django.urls import path

from heard.webhooks.views import pages

app_name = "webhooks"
urlpatterns = [
    path("", pages.show, name="list"),
    path("new/", pages.new, name="new"),
    path("<int:pk>/", pages.one, name="show"),
    path("<int:pk>/change/", pages.change, name="change"),
    path("<int:pk>/act/", pages.act, name="act"),
    path("deliveries/<int:pk>/", pages.delivery, name="delivery"),
]
