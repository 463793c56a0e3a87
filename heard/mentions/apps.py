from django.apps import AppConfig


class MentionsConfig(AppConfig):
    name = "heard.mentions"
    label = "mentions"
