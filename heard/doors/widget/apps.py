from django.apps import AppConfig


class WidgetConfig(AppConfig):
    name = "heard.doors.widget"
    label = "widget"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        pages = Link(
            _("Ratings of web pages"), "widget_desk:pages", "thumb_up_alt", 62,
            lambda person: may(person, "read comments"),
        )  # fmt: skip
        add("desk", pages)
