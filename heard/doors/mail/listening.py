"""Listening to the mailbox: at once by IDLE where the server can, else by looking now and then."""

import logging
from threading import Event

from django.db import close_old_connections
from imapclient.exceptions import IMAPClientError

from heard.core import clock
from heard.doors.mail.imap import Inbox, where
from heard.doors.mail.models import Mailbox

log = logging.getLogger("heard.mail")

IDLE_AT_MOST = 540.0  # seconds; servers may hang up after half an hour (RFC 2177)
LOOK_EVERY = 60.0  # seconds where the server cannot tell us
PAUSES = (
    5.0,
    15.0,
    60.0,
    300.0,
)  # seconds before the next try, the longer the more often it failed


def look() -> int:
    """Take in what is new now; 0 where no mailbox is set. A fault is kept and raised."""
    box = where()
    if box is None:
        return 0
    try:
        with Inbox(box) as inbox:
            return inbox.collect()
    except (OSError, IMAPClientError) as error:
        note_fault(str(error))
        raise


def listen(stopped: Event) -> None:
    """Keep the mailbox open and take in what comes, until stopped."""
    box = where()
    if box is None:
        return
    failed = 0
    while not stopped.is_set():
        close_old_connections()
        try:
            with Inbox(box) as inbox:
                failed = 0
                while not stopped.is_set():
                    inbox.collect()
                    inbox.wait(IDLE_AT_MOST if inbox.idles else LOOK_EVERY, stopped)
                    close_old_connections()
        except (OSError, IMAPClientError) as error:
            note_fault(str(error))
            log.warning("The mailbox %s: %s", box.name, error)
            stopped.wait(PAUSES[min(failed, len(PAUSES) - 1)])
            failed += 1


def note_fault(fault: str) -> None:
    """Keep why the mailbox could not be read, for the operator's eyes."""
    box = where()
    if box is not None:
        Mailbox.objects.update_or_create(
            name=box.name, defaults={"fault": fault[:500], "looked_at": clock.now()}
        )
