from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "heard.places"
    label = "places"
