from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "heard.measures"
    label = "measures"
