from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoiceConfig(AppConfig):
    name = "heard.voice"
    label = "voice"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.people.roles import may
        from heard.post.inbound import add_listener
        from heard.ui import panels
        from heard.ui.navigation import Link, add
        from heard.voice.by_sms import take_answer
        from heard.voice.comments import catch_up
        from heard.voice.panels import open_alerts_panel

        add("public", Link(_("What customers say"), "said:satisfaction", "chat", order=35))
        for link in (
            Link(_("What customers say"), "voice:report", "chat", 52,
                 lambda p: may(p, "see divisions")),
            Link(_("Take answers down"), "voice:taking", "phone", 53,
                 lambda p: may(p, "take answers") and not may(p, "see divisions")),
        ):  # fmt: skip
            add("desk", link)
        panels.add("desk-home", panels.Panel("voice: alerts", open_alerts_panel, order=40))
        add_listener(take_answer)
        schedule.every(120, "voice: look at comments", catch_up)
