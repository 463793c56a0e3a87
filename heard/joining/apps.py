from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "heard.joining"
    label = "joining"
