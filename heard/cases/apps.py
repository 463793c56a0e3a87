from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "heard.cases"
    label = "cases"

    def ready(self) -> None:
        from heard.cases.closing import close_silent
        from heard.cases.importing.kind import CASES
        from heard.core import schedule
        from heard.core.imports import registry

        schedule.every(300, "cases: close what was resolved", close_silent)
        registry.register(CASES)
