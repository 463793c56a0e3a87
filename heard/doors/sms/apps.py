from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SmsConfig(AppConfig):
    name = "heard.doors.sms"
    label = "sms"

    def ready(self) -> None:
        from heard.doors.sms import panels as ours
        from heard.people.roles import may
        from heard.ui import panels
        from heard.ui.navigation import Link, add

        add(
            "desk",
            Link(_("Text messages"), "sms:list", "comment", 43, lambda p: may(p, "sort mail")),
        )
        panels.add("case", panels.Panel("sms", ours.case_panel, 62))
        panels.add("desk-home", panels.Panel("sms", ours.home_panel, 62))
