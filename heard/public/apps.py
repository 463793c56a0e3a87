from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    name = "heard.public"
    label = "public"

    def ready(self) -> None:
        from heard.ui import navigation

        navigation.add("public", navigation.Link(_("Results"), to="public:results", order=30))
