from django.apps import AppConfig


class ForecastConfig(AppConfig):
    name = "heard.forecast"
    label = "forecast"
