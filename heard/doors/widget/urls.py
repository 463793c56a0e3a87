"""The widget: its script and its two questions."""

from django.urls import path

from heard.doors.widget.views import inbound

app_name = "widget"
urlpatterns = [
    path("widget.js", inbound.script, name="script"),
    path("widget/ask", inbound.ask, name="ask"),
    path("widget/rate", inbound.rate, name="rate"),
]
