from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    name = "heard.public"
    label = "public"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.measures import ahead
        from heard.ui import navigation

        navigation.add("public", navigation.Link(_("Results"), to="public:results", order=30))
        schedule.every(settings.HEARD_FACTS_SECONDS, "results: made ahead", _made_ahead)
        ahead.offer(make="heard.public.ahead.make", report="heard.public.report.make")


def _made_ahead() -> None:
    # Imported when it runs: web processes need none of it.
    from heard.public.ahead import regularly

    regularly()
