"""Addresses of this room."""

from django.urls import path

from heard.forecast.views import backtest, services, staffing

app_name = "forecast"
urlpatterns = [
    path("", services.index, name="index"),
    path("backtest/", backtest.show, name="backtest"),
    path("staffing/", staffing.show, name="staffing"),
    path("<str:kind>/<path:code>/", services.show, name="show"),
]
