"""Addresses of the results site."""

from django.urls import path

from heard.public.views import city, division, files, measure, program

app_name = "public"
urlpatterns = [
    path("", city.show, name="results"),
    path("changes/", program.changes, name="changes"),
    path("program/", program.listed, name="program"),
    path("open-data/", files.overview, name="open_data"),
    path("charts/<slug:name>.svg", files.chart, name="chart"),
    path("data/<str:fact>/<str:month>.<str:form>", files.facts, name="facts"),
    path("division/<path:code>/", division.show, name="division"),
    path("<slug:key>.<str:form>", files.results, name="download"),
    path("<slug:key>/", measure.show, name="measure"),
]
