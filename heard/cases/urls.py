"""Addresses of the promises at the desk."""

from django.urls import path

from heard.cases.views import at_risk, late, promises, recalculations

app_name = "promises"
urlpatterns = [
    path("", promises.index, name="index"),
    path("at-risk/", at_risk.at_risk, name="at_risk"),
    path("without-a-date/", at_risk.without, name="without"),
    path("recalculations/", recalculations.index, name="recalculations"),
    path("recalculations/<int:pk>/", recalculations.show, name="recalculation"),
    path("recalculations/<int:pk>/<slug:action>/", recalculations.act, name="act"),
    path("late/<str:reference>/", late.late, name="late"),
    path("note/<int:pk>/", late.note, name="note"),
    path("withdraw/<path:code>/", promises.withdraw, name="withdraw"),
    path("service/<path:code>/", promises.show, name="service"),
]
