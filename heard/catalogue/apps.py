from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "heard.catalogue"
    label = "catalogue"
