from django.apps import AppConfig


class AnswersConfig(AppConfig):
    name = "heard.answers"
    label = "answers"
