from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "heard.doors.desk"
    label = "desk"
