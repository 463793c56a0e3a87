from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "heard.routing"
    label = "routing"

    def ready(self) -> None:
        from heard.cases.warning import register_on_call
        from heard.core import schedule
        from heard.people.roles import may
        from heard.routing import panels
        from heard.routing.reads import on_call_of
        from heard.routing.trial import go_on
        from heard.ui.navigation import Link, add
        from heard.ui.panels import Panel
        from heard.ui.panels import add as add_panel

        register_on_call(on_call_of)
        schedule.every(2, "routing: rules on trial", go_on)
        add(
            "desk",
            Link(_("Roster"), "routing:roster", "schedule", 40, lambda p: may(p, "read cases")),
        )
        add("desk", Link(_("Rules"), "routing:rules", "directions", 45, sees_rules))
        add_panel("desk-home", Panel("on-now", panels.on_now, 20))
        add_panel("desk-home", Panel("rules-at-fault", panels.faults, 5))
        add_panel("case-side", Panel("on-now", panels.on_now_for_case, 60))


def sees_rules(person: object) -> bool:
    """Whether the person writes rules or tries them."""
    from heard.people.roles import may

    return may(person, "write rules")
