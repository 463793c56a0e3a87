"""Addresses of this room at the desk."""

from django.urls import path

from heard.targets.views import building, defining, figures, files, targets

app_name = "targets"
urlpatterns = [
    path("", targets.overview, name="overview"),
    path("settings/", targets.settings, name="settings"),
    path("new/", defining.new, name="new"),
    path("build/", building.overview, name="build"),
    path("build/new/<slug:fact>/", building.new, name="build-new"),
    path("build/<int:version>/", building.show, name="built"),
    path("build/<int:version>/change/", building.change, name="build-change"),
    path("build/<int:version>/again/", building.again, name="build-again"),
    path("build/<int:version>/act/", building.act, name="built-act"),
    path("library/<slug:template>/take/", building.take, name="take"),
    path("batches/<int:batch>/", files.batch, name="batch"),
    path("batches/<int:batch>/pass/", files.pass_on, name="pass"),
    path("figures/<int:figure>/", figures.show, name="figure"),
    path("figures/<int:figure>/act/", figures.act, name="act"),
    path("figures/<int:figure>/change/", figures.change, name="change"),
    path("measure/<slug:measure>/", targets.measure, name="measure"),
    path("measure/<slug:measure>/owner/", targets.owner, name="owner"),
    path("measure/<slug:measure>/target/", targets.set_one, name="set"),
    path("measure/<slug:measure>/enter/", figures.enter, name="enter"),
    path("measure/<slug:measure>/import/", files.bring_in, name="import"),
    path("measure/<slug:measure>/redefine/", defining.redefine, name="redefine"),
]
