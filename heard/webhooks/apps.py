from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "heard.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.people.roles import may
        from heard.ui.navigation import Link, add
        from heard.ui.panels import Panel
        from heard.ui.panels import add as add_panel
        from heard.webhooks import panels, sending

        schedule.every(2, "webhooks: send what is due", sending.wake)
        schedule.daily(3, 35, "webhooks: forget old deliveries", sending.forget_old)
        add(
            "desk",
            Link(_("Webhooks"), "webhooks:list", "send", 85, lambda p: may(p, "administer")),
        )
        add_panel("desk-home", Panel("webhooks: switched off", panels.switched_off, 80))
