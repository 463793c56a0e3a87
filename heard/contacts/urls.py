"""Addresses of this room, under ``/desk/contacts/``."""

from django.urls import path

from heard.contacts.views import calls, lookup, record

app_name = "contacts"
urlpatterns = [
    path("", lookup.find, name="find"),
    path("person/<int:pk>/", lookup.show, name="person"),
    path("new/", record.new, name="new"),
    path("kept/", record.kept, name="list"),
    path("calls/", calls.queue, name="calls"),
    path("calls/<str:reference>/", calls.call, name="call"),
]
