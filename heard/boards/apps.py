from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoardsConfig(AppConfig):
    name = "heard.boards"
    label = "boards"

    def ready(self) -> None:
        from heard.boards.panels import waiting
        from heard.core import schedule
        from heard.ui.navigation import Link, add
        from heard.ui.panels import Panel
        from heard.ui.panels import add as add_panel

        add(
            "desk",
            Link(_("How we are doing"), "boards:home", "insights", 54, _sees),
        )
        add_panel("desk-home", Panel("boards-alerts", waiting, 55))
        schedule.every(120, "boards: what changed beyond chance", _look)
        schedule.every(900, "boards: the weekly mail, on Mondays at seven", _weekly)
        schedule.every(3600, "boards: measures of other cities", _peers)


def _sees(person: object) -> bool:
    from heard.people.roles import may

    return may(person, "see boards")


def _look() -> None:
    # Imported when it runs: web processes need none of the statistics.
    from heard.boards.composing import keep_scores
    from heard.boards.looking import look

    look()
    keep_scores()


def _weekly() -> None:
    from heard.boards.weekly import close_week

    close_week()


def _peers() -> None:
    from heard.boards.peers import refresh_all

    refresh_all()
