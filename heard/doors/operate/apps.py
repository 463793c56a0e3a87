from django.apps import AppConfig


class OperateConfig(AppConfig):
    name = "heard.doors.operate"
    label = "operate"
