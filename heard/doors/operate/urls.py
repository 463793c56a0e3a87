"""Addresses of the operator's pages."""

from django.urls import path

from heard.doors.operate.views import ledgers, running

app_name = "operate"
urlpatterns = [
    path("", running.health, name="health"),
    path("steps/", running.steps, name="steps"),
    path("steps/<int:step>/again/", running.run_again, name="run_again"),
    path("event/<int:event>/", running.event, name="event"),
    path("imports/", running.imports, name="imports"),
    path("outbox/", ledgers.outbox, name="outbox"),
    path("outbox/<int:dispatch>/", ledgers.dispatch, name="dispatch"),
    path("audit/", ledgers.audit, name="audit"),
]
