from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "heard.cases"
    label = "cases"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from heard.cases import search_index
        from heard.cases.closing import close_silent
        from heard.cases.importing.kind import CASES
        from heard.cases.recalculating import rescue
        from heard.cases.side import at_risk_panel, clocks_panel
        from heard.cases.warning import warn
        from heard.core import schedule
        from heard.core.imports import registry
        from heard.people.roles import may
        from heard.ui import navigation, panels

        schedule.every(300, "cases: close what was resolved", close_silent)
        schedule.every(120, "promises: warn before they break", warn)
        schedule.every(20, "promises: go on with recalculations", rescue)
        schedule.every(3600, "search: room for cases to come", search_index.widen)
        panels.add("case", panels.Panel("promise at risk", at_risk_panel, order=5))
        panels.add("case-side", panels.Panel("clocks", clocks_panel, order=10))
        navigation.add(
            "desk",
            navigation.Link(
                _("Promises"), "promises:index", "alarm", 55, lambda p: may(p, "see promises")
            ),
        )
        registry.register(CASES)
        pre_migrate.connect(search_index.before_migrations, sender=self)
        post_migrate.connect(search_index.after_migrations, sender=self)
