from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "heard.contacts"
    label = "contacts"

    def ready(self) -> None:
        from heard.answers.reads import failures
        from heard.contacts.knowledge import given_and_back
        from heard.contacts.places import catch_up
        from heard.core import schedule
        from heard.people.roles import may
        from heard.ui.navigation import Link, add

        schedule.every(60, "contacts: keep the places of cases", catch_up)
        failures.register("contacts", given_and_back)
        for link in (
            Link(_("Who is it?"), "contacts:find", "search", 12,
                 lambda p: may(p, "see people"), key="w"),
            Link(_("Note a contact"), "contacts:new", "edit", 14,
                 lambda p: may(p, "take contacts"), key="n"),
            Link(_("Calls to make"), "contacts:calls", "phone", 16,
                 lambda p: may(p, "take contacts")),
        ):  # fmt: skip
            add("desk", link)
