from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WebConfig(AppConfig):
    name = "heard.doors.web"
    label = "web"

    def ready(self) -> None:
        from heard.ui.navigation import Link, add

        add("public", Link(pgettext_lazy("front page", "Start"), "web:home", "home", order=10))
        add("public", Link(_("Services"), "web:services", "list", order=20))
        add("public", Link(_("Find my request"), "web:find", "search", order=30))
        add("public", Link(_("Talk to a person"), "web:person", "support_agent", order=90))
