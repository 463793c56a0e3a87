from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "heard.targets"
    label = "targets"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.people.roles import may
        from heard.targets.panels import waiting
        from heard.ui.navigation import Link, add
        from heard.ui.panels import Panel
        from heard.ui.panels import add as add_panel

        add(
            "desk",
            Link(
                _("Targets"), "targets:overview", "insights", 56,
                lambda p: may(p, "enter measures"),
            ),
        )  # fmt: skip
        add_panel("desk-home", Panel("targets-waiting", waiting, 60))
        schedule.every(3600, "targets: restatements", _notice)


def _notice() -> None:
    from heard.targets.restating import notice

    notice()
