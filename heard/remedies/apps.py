from django.apps import AppConfig


class RemediesConfig(AppConfig):
    name = "heard.remedies"
    label = "remedies"
