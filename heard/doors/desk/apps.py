from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "heard.doors.desk"
    label = "desk"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.doors.desk import known, presence
        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        known.watch()
        schedule.every(3600, "desk: forget who was where", presence.forget_old)
        add("desk", Link(_("Today"), "desk:today", "event", 15, lambda p: may(p, "read cases")))
        add("desk", Link(_("Cases"), "desk:list", "list", 10, lambda p: may(p, "read cases")))
        add(
            "desk",
            Link(_("Divisions"), "desk:divisions", "people", 20, lambda p: may(p, "see divisions")),
        )
