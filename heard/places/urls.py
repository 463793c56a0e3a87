"""Addresses of the offices: a page for people, and the same hours for programs and the door."""

from django.urls import path

from heard.places.views import offices, published

app_name = "places"
urlpatterns = [
    path("", offices.offices, name="offices"),
    path("outlines.geojson", published.city_outlines, name="outlines"),
    path("<str:code>/", offices.office, name="office"),
    path("<str:code>/hours.json", published.as_json, name="json"),
    path("<str:code>/hours.jsonld", published.as_jsonld, name="jsonld"),
    path("<str:code>/hours.ics", published.as_feed, name="feed"),
    path("<str:code>/door-sign.pdf", published.door_sign, name="door_sign"),
]
