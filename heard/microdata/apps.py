from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MicrodataConfig(AppConfig):
    name = "heard.microdata"
    label = "microdata"

    def ready(self) -> None:
        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        add(
            "desk",
            Link(
                _("Resident surveys"), "microdata:studies", "poll", 54,
                lambda person: may(person, "see forecasts"),
            ),
        )  # fmt: skip
