from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "heard.places"
    label = "places"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        add("public", Link(_("Offices and hours"), "places:offices", "schedule", order=40))
        keeps = Link(
            _("Hours and closures"), "hours:index", "calendar_today", 57,
            lambda person: may(person, "keep calendars"),
        )  # fmt: skip
        add("desk", keeps)
