from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "heard.doors.desk"
    label = "desk"

    def ready(self) -> None:
        from heard.doors.desk import known
        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        known.watch()
        add("desk", Link(_("Cases"), "desk:list", "list", 10, lambda p: may(p, "read cases")))
        add(
            "desk",
            Link(_("Divisions"), "desk:divisions", "people", 20, lambda p: may(p, "see divisions")),
        )
