from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "heard.ui"
    label = "ui"
    verbose_name = "Pages"
