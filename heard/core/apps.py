from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "heard.core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.core.events import forget_old_tasks, rescue_lost_steps

        schedule.every(1, "core: queue lost steps again", rescue_lost_steps)
        schedule.daily(3, 10, "core: forget old tasks", forget_old_tasks)
