from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemediesConfig(AppConfig):
    name = "heard.remedies"
    label = "remedies"

    def ready(self) -> None:
        from heard.people.roles import may
        from heard.remedies import panels
        from heard.ui.navigation import Link, add
        from heard.ui.panels import Panel
        from heard.ui.panels import add as add_panel

        add(
            "desk",
            Link(
                _("Remedies"), "remedies:report", "thumb_up_alt", 50,
                lambda p: may(p, "see divisions"),
            ),
        )  # fmt: skip
        add_panel("case", Panel("remedies", panels.in_case, 40))
        add_panel("desk-home", Panel("remedy-wishes", panels.wishes_waiting, 10))
