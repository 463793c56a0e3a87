from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "heard.post"
    label = "post"

    def ready(self) -> None:
        from heard.core import schedule
        from heard.post.services import send_due

        schedule.every(2, "post: send what is due", send_due)
