from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "heard.attachments"
    label = "attachments"

    def ready(self) -> None:
        from heard.attachments import photos, showing, sweeping
        from heard.core import schedule
        from heard.ui.panels import Panel, add

        photos.prepare()
        schedule.daily(3, 40, "attachments: drop files that belong to nothing", sweeping.sweep)
        add("case", Panel("attachments", showing.case_panel, 20))
