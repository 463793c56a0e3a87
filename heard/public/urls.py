"""Addresses of the results site."""

from django.urls import path

from heard.public.views import catalogue, city, division, embed, files, measure, program, report
from heard.public.views import working as workings

app_name = "public"
urlpatterns = [
    path("", city.show, name="results"),
    path("changes/", program.changes, name="changes"),
    path("program/", program.listed, name="program"),
    path("report.pdf", report.show, name="report"),
    path("open-data/", files.overview, name="open_data"),
    path("open-data/data.json", catalogue.data_json, name="data_json"),
    path("open-data/catalog.jsonld", catalogue.catalog, name="catalog"),
    path("open-data/measures.json", catalogue.all_measures, name="measures_json"),
    path("open-data/working.json", catalogue.workings, name="workings"),
    path("open-data/recompute.py", catalogue.recompute, name="recompute"),
    path("charts/<slug:name>.svg", files.chart, name="chart"),
    path("data/<str:fact>/<str:month>.<str:form>", files.facts, name="facts"),
    path("division/<path:code>/", division.show, name="division"),
    path("<slug:key>.<str:form>", files.results, name="download"),
    path("<slug:key>/working/", workings.show, name="working"),
    path("<slug:key>/working.sql", workings.sql, name="working_sql"),
    path("<slug:key>/embed/", embed.show, name="embed"),
    path("<slug:key>/chart.svg", embed.chart, name="embed_chart"),
    path("<slug:key>/", measure.show, name="measure"),
]
