"""A Mastodon server for tests: bearer token, pages by Link header, 404 for what is deleted, 429."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from heard.core import clock

TOKEN = "a-bearer-token"


class Server:
    """One account's view of a network."""

    page = 2  # notifications on a page, so that paging happens

    def __init__(self) -> None:
        self.statuses: dict[str, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.replies: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.busy = False
        self.feed = b""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.get(self)

            def do_POST(self) -> None:
                server.post(self)

            def log_message(self, *_args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)

    def __enter__(self) -> "Server":
        self.thread.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"

    def forget(self) -> None:
        self.__dict__.update(
            statuses={}, notifications=[], replies={}, calls=[], busy=False, feed=b""
        )

    def mention(self, words: str, **more: Any) -> str:
        """Somebody posts, naming the city; the id of the status."""
        number = str(109_000 + len(self.notifications))
        account = {"acct": "ana@kind.example", "username": "ana", "display_name": "Ana Ruiz"}
        self.statuses[number] = {
            "id": number, "content": f"<p>{words}</p>", "visibility": "public", "language": "en",
            "created_at": clock.now().isoformat(), "url": f"https://kind.example/@ana/{number}",
        } | more  # fmt: skip
        self.notifications.append({
            "id": str(500 + len(self.notifications)), "type": "mention", "account": account,
            "status": self.statuses[number],
        })  # fmt: skip
        return number

    def get(self, call: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(call.path)
        self.calls.append(call.path)
        if parts.path == "/feed.xml":
            return self.answer(call, 200, self.feed, {"ETag": '"one"'})
        if not self.is_known(call):
            return None
        if parts.path == "/api/v1/notifications":
            return self.list(call, parse_qs(parts.query))
        found = self.statuses.get(parts.path.rpartition("/")[2])
        if parts.path.startswith("/api/v1/statuses/") and found:
            return self.answer(call, 200, found)
        return self.answer(call, 404, {"error": "Record not found"})

    def list(self, call: BaseHTTPRequestHandler, asked: dict[str, list[str]]) -> None:
        since, until = int(asked.get("since_id", ["0"])[0]), int(asked.get("max_id", ["9999"])[0])
        rows = [n for n in reversed(self.notifications) if since < int(n["id"]) < until]
        head = {}
        if len(rows) > self.page:
            rows = rows[: self.page]
            following = f"{self.url}/api/v1/notifications?max_id={rows[-1]['id']}&since_id={since}"
            head["Link"] = f'<{following}>; rel="next"'
        self.answer(call, 200, rows, head)

    def post(self, call: BaseHTTPRequestHandler) -> None:
        body = json.loads(call.rfile.read(int(call.headers["Content-Length"])))
        if not self.is_known(call):
            return None
        if body["in_reply_to_id"] not in self.statuses:
            return self.answer(call, 404, {"error": "Record not found"})
        key = str(call.headers.get("Idempotency-Key"))
        self.replies.setdefault(key, body | {"id": str(900 + len(self.replies))})
        return self.answer(call, 200, self.replies[key])

    def is_known(self, call: BaseHTTPRequestHandler) -> bool:
        if call.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(call, 401, {"error": "The access token is invalid"})
            return False
        if self.busy:
            head = {"X-RateLimit-Reset": "2026-03-04T11:00:00Z"}
            self.answer(call, 429, {"error": "Too many requests"}, head)
            return False
        return True

    def answer(
        self,
        call: BaseHTTPRequestHandler,
        status: int,
        told: Any,
        head: dict[str, str] | None = None,
    ) -> None:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        call.send_response(status)
        for name, value in (head or {}).items():
            call.send_header(name, value)
        call.send_header("Content-Length", str(len(body)))
        call.end_headers()
        call.wfile.write(body)
