from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeysConfig(AppConfig):
    name = "heard.keys"
    label = "keys"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.keys.limits import forget_old_minutes
        from heard.keys.repeats import forget_old_answers
        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        schedule.daily(3, 25, "keys: forget old answers", forget_old_answers)
        schedule.every(3600, "keys: forget old counts", forget_old_minutes)
        add(
            "desk",
            Link(_("API keys"), "keys:list", "lock_outline", 84, lambda p: may(p, "administer")),
        )
