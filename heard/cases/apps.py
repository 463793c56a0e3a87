from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "heard.cases"
    label = "cases"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from heard.cases import search_index
        from heard.cases.closing import close_silent
        from heard.cases.importing.kind import CASES
        from heard.core import schedule
        from heard.core.imports import registry

        schedule.every(300, "cases: close what was resolved", close_silent)
        registry.register(CASES)
        pre_migrate.connect(search_index.before_migrations, sender=self)
        post_migrate.connect(search_index.after_migrations, sender=self)
