from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "heard.cases"
    label = "cases"

    def ready(self) -> None:
        from heard.cases.closing import close_silent
        from heard.core import schedule

        schedule.every(300, "cases: close what was resolved", close_silent)
