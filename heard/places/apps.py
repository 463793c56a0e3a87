from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "heard.places"
    label = "places"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from heard.ui.navigation import Link, add

        add("public", Link(_("Offices and hours"), "places:offices", "schedule", order=40))
