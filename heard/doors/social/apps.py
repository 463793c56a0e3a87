from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SocialConfig(AppConfig):
    name = "heard.doors.social"
    label = "social"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.doors.social import panels as ours
        from heard.doors.social.bridge import forget_calls
        from heard.doors.social.polling import check_deleted, look
        from heard.people.roles import may
        from heard.ui import panels
        from heard.ui.navigation import Link, add

        schedule.every(120, "social: look for mentions", look)
        schedule.every(3600, "social: see what was deleted", check_deleted)
        schedule.every(86400, "social: forget old calls", forget_calls)
        add(
            "desk",
            Link(_("Social mentions"), "social:list", "forum", 44,
                 lambda p: may(p, "answer mentions")),
        )  # fmt: skip
        panels.add("case", panels.Panel("mentions", ours.case_panel, 65))
        panels.add("desk-home", panels.Panel("social", ours.home_panel, 64))
