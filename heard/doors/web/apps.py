from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "heard.doors.web"
    label = "web"
