"""``heard mail``: fetch mails now, or keep listening."""

from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from imapclient.exceptions import IMAPClientError

from heard.doors.mail.imap import where
from heard.doors.mail.listening import listen, look


class Command(BaseCommand):
    help = "Fetch mails from the mailbox of HEARD_MAIL_IN_URL (heard work does it all the time)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="fetch what is there and return")

    def handle(self, *, once: bool, **options: Any) -> None:
        box = where()
        if box is None:
            self.stdout.write(
                "No mailbox is set. Say HEARD_MAIL_IN_URL=imaps://user:password@host/INBOX"
            )
            return
        if not once:
            self.stdout.write(f"Listening to {box.name}. Stop with Ctrl-C.")
            listen(Event())
            return
        try:
            count = look()
        except (OSError, IMAPClientError) as error:
            raise CommandError(f"{box.name}: {error}") from error
        self.stdout.write(f"{box.name}: {count} new.")
