from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperateConfig(AppConfig):
    name = "heard.doors.operate"
    label = "operate"

    def ready(self) -> None:
        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        add(
            "desk",
            Link(_("Operations"), "operate:health", "build", 80, lambda p: may(p, "operate")),
        )
        add(
            "desk",
            Link(
                _("Administration"), "admin:index", "settings", 90, lambda p: may(p, "administer")
            ),
        )
