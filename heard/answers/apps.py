from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnswersConfig(AppConfig):
    name = "heard.answers"
    label = "answers"

    def ready(self) -> None:
        from heard.answers.panels import case_answers, case_templates, own_reviews
        from heard.answers.reviews import ask_for_reviews
        from heard.core import schedule
        from heard.people.roles import may
        from heard.ui import panels
        from heard.ui.navigation import Link, add

        add("public", Link(_("Answers"), "answers:list", "help", order=15))
        add(
            "desk",
            Link(_("Answers"), "answers_desk:list", "help", 30, lambda p: may(p, "read answers")),
        )
        panels.add("case-side", panels.Panel("answers: templates", case_templates, order=20))
        panels.add("case-side", panels.Panel("answers: of the service", case_answers, order=60))
        panels.add("desk-home", panels.Panel("answers: reviews", own_reviews, order=60))
        schedule.daily(6, 30, "answers: ask for reviews", ask_for_reviews)
