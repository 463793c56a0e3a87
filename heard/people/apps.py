from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "heard.people"
    label = "people"

    def ready(self) -> None:
        from heard.people import prefixes

        assert prefixes.Begins.lookup_name  # importing it makes the lookup known
