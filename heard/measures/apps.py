from django.apps import AppConfig
from django.conf import settings


class MeasuresConfig(AppConfig):
    name = "heard.measures"
    label = "measures"

    def ready(self) -> None:
        from heard.core import schedule

        schedule.every(settings.HEARD_FACTS_SECONDS, "measures: bring up to date", _refresh)
        schedule.daily(3, 45, "measures: compute all again", _again)


def _refresh() -> None:
    # Imported when it runs: web processes need none of the engine.
    from heard.measures.refresh import regularly

    regularly()


def _again() -> None:
    from heard.measures.refresh import nightly

    nightly()
