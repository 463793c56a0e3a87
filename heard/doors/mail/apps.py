from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "heard.doors.mail"
    label = "mail"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.doors.mail import panels as ours
        from heard.doors.mail.listening import listen, look
        from heard.people.roles import may
        from heard.ui import panels
        from heard.ui.navigation import Link, add

        schedule.every(120, "mail: look into the mailbox", look)
        schedule.beside("mail", listen)
        add(
            "desk",
            Link(_("Mail to sort"), "mail:list", "mail", 42, lambda p: may(p, "sort mail")),
        )
        panels.add("case-side", panels.Panel("mail", ours.case_panel, 60))
        panels.add("desk-home", panels.Panel("mail", ours.home_panel, 60))
