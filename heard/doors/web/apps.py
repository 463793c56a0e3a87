from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WebConfig(AppConfig):
    name = "heard.doors.web"
    label = "web"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.doors.web import attached, drafts, panels
        from heard.people.roles import may
        from heard.ui.navigation import Link, add
        from heard.ui.panels import Panel
        from heard.ui.panels import add as add_panel

        attached.register()
        add_panel("case-side", Panel("web: came from", panels.came_from_panel, 70))
        schedule.every(3600, "web: forget old drafts", drafts.forget_old)
        add("public", Link(pgettext_lazy("front page", "Start"), "web:home", "home", order=10))
        add("public", Link(_("Services"), "web:services", "list", order=20))
        add("public", Link(_("Find my request"), "web:find", "search", order=30))
        add("public", Link(_("Talk to a person"), "web:person", "support_agent", order=90))
        held = Link(
            _("Held requests"), "held:list", "flag", 58, lambda person: may(person, "work cases")
        )
        add("desk", held)
        forms = Link(
            _("Forms"), "forms:list", "edit", 59, lambda person: may(person, "write forms")
        )
        add("desk", forms)
