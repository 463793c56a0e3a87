"""Addresses of this room, under ``/desk/microdata/``."""

from django.urls import path

from heard.microdata.views import bringing_in, studies

app_name = "microdata"
urlpatterns = [
    path("", studies.index, name="studies"),
    path("new/", bringing_in.new, name="new"),
    path("<slug:code>/", studies.topline_page, name="study"),
    path("<slug:code>/waves/", studies.waves_page, name="waves"),
    path("<slug:code>/<str:column>/", studies.question, name="question"),
]
