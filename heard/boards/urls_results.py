"""Addresses of this room on the results site."""

from django.urls import path

from heard.boards.views import public

app_name = "boards_public"
urlpatterns = [
    path("compare/", public.compare, name="compare"),
    path("composite/", public.score, name="score"),
    path("composite/<slug:what>.csv", public.download, name="download"),
]
