from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "heard.people"
    label = "people"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.people import panels as ours
        from heard.people import prefixes
        from heard.people.identity import look_at_new
        from heard.people.roles import may
        from heard.ui import panels
        from heard.ui.navigation import Link, add

        schedule.every(900, "people: see who may be the same", look_at_new)
        assert prefixes.Begins.lookup_name  # importing it makes the lookup known
        add(
            "desk",
            Link(_("Same person?"), "people:list", "identification", 46,
                 lambda p: may(p, "join people")),
        )  # fmt: skip
        panels.add("person", panels.Panel("identity", ours.person_panel, 60))
        panels.add("desk-home", panels.Panel("identity", ours.home_panel, 66))
