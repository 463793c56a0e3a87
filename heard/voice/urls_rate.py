"""Addresses anybody may answer on, under ``/rate/``."""

from django.urls import path

from heard.voice.views import kiosk, rate

app_name = "rate"
urlpatterns = [
    path("kiosk/worker.js", kiosk.worker, name="kiosk_worker"),
    path("kiosk/<slug:code>/<str:secret>/", kiosk.kiosk, name="kiosk"),
    path("kiosk/<slug:code>/<str:secret>/thanks/", kiosk.kiosk_thanks, name="kiosk_thanks"),
    path("kiosk/<slug:code>/<str:secret>/answers/", kiosk.kiosk_answers, name="kiosk_answers"),
    path("survey/<slug:code>/", rate.open_page, name="open"),
    path("survey/<slug:code>/thanks/", rate.open_thanks, name="open_thanks"),
    path("<slug:code>/", rate.spot, name="spot"),
    path("<slug:code>/thanks/", rate.thanks, name="thanks"),
]
