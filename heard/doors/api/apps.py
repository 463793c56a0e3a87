from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "heard.doors.api"
    label = "api"
