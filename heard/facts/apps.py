from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "heard.facts"
    label = "facts"
