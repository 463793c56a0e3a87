"""Addresses of this room, under ``/desk/same-person/``."""

from django.urls import path

from heard.people.views import identity

app_name = "people"
urlpatterns = [
    path("", identity.index, name="list"),
    path("<int:pk>/", identity.show, name="same"),
    path("<int:pk>/<slug:action>/", identity.act, name="act"),
    path("propose/<int:pk>/", identity.propose_by_hand, name="propose"),
]
