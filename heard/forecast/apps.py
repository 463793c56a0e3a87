from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForecastConfig(AppConfig):
    name = "heard.forecast"
    label = "forecast"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        schedule.daily(2, 40, "forecast: the next four weeks", _nightly)
        schedule.every(120, "forecast: the first one, not waiting for the night", _first)
        add(
            "desk",
            Link(
                _("Forecast"), "forecast:index", "insights", 60, lambda p: may(p, "see forecasts")
            ),
        )


def _nightly() -> None:
    # Imported when it runs: web processes need none of the statistics.
    from heard.forecast.refresh import nightly

    nightly()


def _first() -> None:
    from heard.forecast.models import Run

    if not Run.objects.exists():
        _nightly()
