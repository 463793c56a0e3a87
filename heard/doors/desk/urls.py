"""Addresses of the desk."""

from django.urls import path

from heard.doors.desk.views import (
    bulk,
    case,
    contact_figures,
    division,
    intake,
    listing,
    pulse,
    saved,
    today,
)

app_name = "desk"
urlpatterns = [
    path("", listing.listing, name="list"),
    path("today/", today.today, name="today"),
    path("today/beside/<int:number>/", today.beside, name="today-beside"),
    path("new/", intake.new, name="new"),
    path("contacts/figures/", contact_figures.contact_figures, name="contact_figures"),
    path("views/", saved.index, name="views"),
    path("views/<int:pk>/<slug:what>/", saved.change, name="view-change"),
    path("bulk/", bulk.runs, name="bulk-runs"),
    path("bulk/choose/", bulk.choose, name="bulk"),
    path("bulk/<int:pk>/", bulk.show, name="bulk-run"),
    path("division/", division.index, name="divisions"),
    path("division/<path:code>/", division.show, name="division"),
    path("case/<str:reference>/", case.show, name="case"),
    path("case/<str:reference>/pulse/", pulse.pulse, name="pulse"),
    path("case/<str:reference>/beside/<slug:place>/<int:number>/", case.beside, name="beside"),
    path("case/<str:reference>/<slug:action>/", case.act, name="act"),
]
