"""Addresses of this room at the desk, under ``/desk/voice/``."""

from django.urls import path

from heard.voice.views import (
    exports,
    people,
    places,
    reports,
    restraint,
    results,
    surveys,
    taking,
    working,
)

app_name = "voice"
urlpatterns = [
    path("", reports.index, name="report"),
    path("answers.<str:form>", exports.export, name="export"),
    path("alerts/", working.alerts, name="alerts"),
    path("alerts/<int:pk>/settle/", working.settle_alert, name="settle"),
    path("comments/", working.comments, name="comments"),
    path("comments/<int:pk>/", working.comment, name="comment"),
    path("surveys/", surveys.index, name="surveys"),
    path("surveys/new/", surveys.new, name="new"),
    path("surveys/<slug:code>/", surveys.survey, name="survey"),
    path("surveys/<slug:code>/results/", results.survey, name="survey_results"),
    path("surveys/<slug:code>/results.csv", results.download, name="survey_results_csv"),
    path("results/", results.index, name="results"),
    path("restraint/", restraint.rules, name="restraint"),
    path("surveys/<slug:code>/draft/", surveys.edit, name="draft"),
    path("surveys/<slug:code>/preview/", surveys.preview, name="preview"),
    path("surveys/<slug:code>/publish/", surveys.put_in_force, name="publish"),
    path("surveys/<slug:code>/drop/", surveys.throw_away, name="drop"),
    path("places/", places.index, name="places"),
    path("places/new/", places.new, name="place_new"),
    path("places/<slug:code>/", places.place, name="place"),
    path("places/<slug:code>/<slug:size>.pdf", places.printed, name="printed"),
    path("taking/", taking.index, name="taking"),
    path("taking/phone/<str:reference>/", taking.phone, name="phone"),
    path("taking/paper/<slug:code>/", taking.paper, name="paper"),
    path("people/", people.people, name="people"),
    path("division/<path:code>/", reports.division, name="division"),
]
