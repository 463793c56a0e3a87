from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "heard.facts"
    label = "facts"

    def ready(self) -> None:
        from heard.core import schedule

        schedule.daily(3, 15, "facts: read the last year again", _repair)


def _repair() -> None:
    # Imported when it runs: web processes need none of the engine.
    from heard.facts.refresh import repair

    repair()
