"""Fetching mails by IMAP: what is new since the last look, each taken in before it is marked.

``HEARD_MAIL_IN_URL`` is ``imaps://user:password@host/INBOX?done=Taken``; with ``done`` a mail is
moved to that folder afterwards. Nothing is ever deleted.
"""

import contextlib
import logging
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import Error as DatabaseTrouble
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import CapabilityError, IMAPClientError

from heard.core import clock
from heard.doors.mail.models import Mailbox
from heard.doors.mail.parsing import MOST_BYTES
from heard.doors.mail.services import keep_broken, take_in
from heard.post import turned

log = logging.getLogger("heard.mail")

TIMEOUT = 30.0  # seconds
BEGINNING = 512 * 1024  # bytes of a mail that is too large to be taken whole
MOST_AT_ONCE = 200
IDLE_SLICE = 5.0  # seconds between looks whether to stop


@dataclass(frozen=True, slots=True)
class Where:
    """A mailbox of the settings."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    folder: str
    done: str

    @property
    def name(self) -> str:
        """How it is called in tables and logs: without the password."""
        return f"{self.user}@{self.host}/{self.folder}"[:250]


def where() -> Where | None:
    """The mailbox of the settings; None where none is set."""
    url: str = settings.HEARD_MAIL_IN_URL
    if not url:
        return None
    parts = urlsplit(url)
    tls = parts.scheme == "imaps"
    return Where(
        host=parts.hostname or "localhost",
        port=parts.port or (993 if tls else 143),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        done=parse_qs(parts.query).get("done", [""])[0],
    )


class Inbox:
    """An open mailbox. Raises ``OSError`` or ``IMAPClientError`` where the server is in trouble."""

    def __init__(self, box: Where) -> None:
        self.box = box
        self.client = IMAPClient(box.host, box.port, ssl=box.tls, timeout=TIMEOUT)
        try:
            if not box.tls and b"STARTTLS" in self.client.capabilities():
                self.client.starttls()
            self.client.login(box.user, box.password)
            told = self.client.select_folder(box.folder)
        except BaseException:
            self._leave()
            raise
        self.validity = int(told.get(b"UIDVALIDITY", 0))
        self.idles = self.client.has_capability("IDLE")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._leave()

    def _leave(self) -> None:
        with contextlib.suppress(OSError, IMAPClientError):
            self.client.logout()

    def collect(self) -> int:
        """Take in what is new; returns how many mails were looked at.

        Each is committed before it is marked: killed in between, it is fetched again and known.
        """
        row = self._row()
        self.client.noop()  # some servers tell of new mails only when asked
        uids = [uid for uid in self.client.search(["UID", f"{row.last_uid + 1}:*"])
                if uid > row.last_uid]  # fmt: skip
        for uid in sorted(uids)[:MOST_AT_ONCE]:
            self._take(uid)
            Mailbox.objects.filter(pk=row.pk).update(last_uid=uid, looked_at=clock.now())
            self._mark(uid)
        Mailbox.objects.filter(pk=row.pk).update(looked_at=clock.now(), fault="", idles=self.idles)
        return len(uids[:MOST_AT_ONCE])

    def wait(self, seconds: float, stopped: Event) -> None:
        """Until the server says that something came, the time is over, or we are to stop."""
        if not self.idles:
            stopped.wait(seconds)
            return
        try:
            self.client.idle()
        except CapabilityError:
            self.idles = False
            return
        try:
            left = seconds
            while left > 0 and not stopped.is_set():
                if self.client.idle_check(timeout=min(IDLE_SLICE, left)):
                    return
                left -= IDLE_SLICE
        finally:
            self.client.idle_done()

    def _row(self) -> Mailbox:
        row, _made = Mailbox.objects.get_or_create(
            name=self.box.name, defaults={"uid_validity": self.validity}
        )
        if row.uid_validity != self.validity:  # numbered anew: look at all again, each is known
            row.uid_validity, row.last_uid = self.validity, 0
            row.save(update_fields=["uid_validity", "last_uid"])
        return row

    def _take(self, uid: int) -> None:
        raw, size = self._fetch(uid)
        if raw is None:
            return
        try:
            take_in(raw, mailbox=self.box.name, size=size)
        except DatabaseTrouble:
            raise  # not the mail's fault: it stays new
        except Exception:
            log.exception("Mail %s of %s could not be taken in.", uid, self.box.name)
            turned.count("mail", "trouble")
            keep_broken(raw, mailbox=self.box.name, size=size)

    def _fetch(self, uid: int) -> tuple[bytes | None, int]:
        told: dict[bytes, Any] = self.client.fetch([uid], ["RFC822.SIZE"]).get(uid, {})
        if not told:
            return None, 0
        size = int(told.get(b"RFC822.SIZE", 0))
        part = "BODY.PEEK[]" if size <= MOST_BYTES else f"BODY.PEEK[]<0.{BEGINNING}>"
        found: dict[bytes, Any] = self.client.fetch([uid], [part]).get(uid, {})
        raw = next((v for k, v in found.items() if k.startswith(b"BODY[")), None)
        return raw, size

    def _mark(self, uid: int) -> None:
        try:
            self.client.add_flags([uid], [SEEN])
            if self.box.done:
                self._move(uid)
        except IMAPClientError as error:  # it is taken in all the same, and known by its number
            log.warning("Mail %s of %s could not be marked: %s", uid, self.box.name, error)

    def _move(self, uid: int) -> None:
        if not self.client.folder_exists(self.box.done):
            self.client.create_folder(self.box.done)
        if self.client.has_capability("MOVE"):
            self.client.move([uid], self.box.done)
        else:
            self.client.copy([uid], self.box.done)
