"""A small receiver on a free port that checks signatures as our guide tells receivers to."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from heard.webhooks.signing import HEADER, fits


class Receiver:
    """Keeps what came, by whether its signature fits; answers with ``status``."""

    def __init__(self, secret: str = "") -> None:
        self.secret, self.status, self.location = secret, 200, ""
        self.good: list[tuple[dict[str, str], bytes]] = []
        self.bad: list[bytes] = []
        self.all: list[dict[str, str]] = []  # headers, whatever the signature
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.take(dict(self.headers), body)
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        self.all.append(headers)
        header = headers.get(HEADER, "")
        if fits(header, self.secret, body, now=int(time.time())):
            self.good.append((headers, body))
        else:
            self.bad.append(body)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
