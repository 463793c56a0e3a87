"""A post office for tests: a real SMTP server whose mails lie in a real IMAP server (pymap)."""

import asyncio
import contextlib
import smtplib
import socket
import threading
from argparse import Namespace
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from imapclient import IMAPClient
from passlib.context import CryptContext
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService

USER, PASSWORD = "case", "open sesame"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostOffice:
    """Takes mail by SMTP, byte for byte, and offers it by IMAP with IDLE and MOVE."""

    def __init__(self) -> None:
        self.smtp_port, self.imap_port = free_port(), free_port()
        self.refused: set[str] = set()
        self._ready = threading.Event()
        self._hand: IMAPClient | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._smtp = Controller(
            self, hostname="127.0.0.1", port=self.smtp_port, data_size_limit=60_000_000
        )

    @property
    def url(self) -> str:
        """For HEARD_MAIL_IN_URL."""
        return f"imap://{USER}:open%20sesame@127.0.0.1:{self.imap_port}/INBOX"

    def __enter__(self) -> "PostOffice":
        self._thread.start()
        assert self._ready.wait(20)
        self._smtp.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._smtp.stop()
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def _task(self, loop: Any, work: Any, **named: Any) -> "asyncio.Task[Any]":
        """The server holds no connection's task, and a loop holds them weakly: on Python 3.13 the
        collector took a waiting one, and its client found the line cut."""
        task = asyncio.Task(work, loop=loop, **named)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _serve(self) -> None:
        given = Namespace(
            demo_data=False, demo_user=USER, demo_password=PASSWORD, host="127.0.0.1",
            port=self.imap_port, debug=False, cert=None, key=None, passlib_cfg=None, tls=False,
            proxy_protocol=None, inherited_sockets=None,
        )  # fmt: skip
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_task_factory(self._task)
        quick = CryptContext(schemes=["pbkdf2_sha256"], pbkdf2_sha256__rounds=1)
        backend, config = await DictBackend.init(given, bad_command_limit=None, hash_context=quick)
        async with contextlib.AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            self._ready.set()
            await self._end.wait()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        head = f"Return-Path: <{(envelope.mail_from or '').strip('<>')}>\r\n".encode()
        await asyncio.to_thread(self.put, head + content)
        return "250 OK"

    def client(self) -> IMAPClient:
        """Somebody else's look into the mailbox."""
        client = IMAPClient("127.0.0.1", self.imap_port, ssl=False)
        client.login(USER, PASSWORD)
        return client

    def put(self, raw: bytes, folder: str = "INBOX") -> None:
        """Lay a mail into the mailbox as it is."""
        if self._hand is None:
            self._hand = self.client()
        self._hand.append(folder, raw)

    def mails(self, folder: str = "INBOX") -> list[bytes]:
        """Every mail that lies there."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            found: dict[int, dict[bytes, Any]] = client.fetch(client.search(), ["BODY[]"])
            return [each[b"BODY[]"] for _uid, each in sorted(found.items())]

    def flags(self) -> list[set[bytes]]:
        """The flags of each mail."""
        with self.client() as client:
            client.select_folder("INBOX", readonly=True)
            told: dict[int, tuple[bytes, ...]] = client.get_flags(client.search())
            return [set(each) for _uid, each in sorted(told.items())]

    def send(self, raw: bytes, *, sender: str = "someone@home.example") -> None:
        """Send a mail by SMTP, as a stranger's server would."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as server:
            server.sendmail(sender, ["case@city.example"], raw, mail_options=["BODY=8BITMIME"])

    def empty(self) -> None:
        """Throw everything away, for the next test."""
        with self.client() as client:
            for _flags, _sep, folder in client.list_folders():
                client.select_folder(folder)
                found = client.search()
                if found:
                    client.delete_messages(found)
                    client.expunge()
