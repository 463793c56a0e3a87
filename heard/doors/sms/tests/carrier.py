"""A carrier for tests: the messages part of Twilio's REST API, as its documents describe it."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

SID, TOKEN = "AC00000000000000000000000000000001", "a-token-of-this-account"


class Carrier:
    """Takes texts of its account, or answers with the error it is told to."""

    def __init__(self) -> None:
        self.texts: list[dict[str, str]] = []
        self.trouble: tuple[int, int] | None = None  # HTTP status, code of the carrier
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                carrier.post(self)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> "Carrier":
        self.thread.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://{SID}:{TOKEN}@127.0.0.1:{self.server.server_port}?from=+13035550100"

    def post(self, call: BaseHTTPRequestHandler) -> None:
        """``POST /2010-04-01/Accounts/{sid}/Messages.json``."""
        body = call.rfile.read(int(call.headers["Content-Length"])).decode()
        basic = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if call.headers.get("Authorization") != f"Basic {basic}":
            return self.answer(call, 401, {"code": 20003, "message": "Authenticate"})
        if call.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
            return self.answer(call, 404, {"code": 20404, "message": "Not found"})
        given = {name: values[0] for name, values in parse_qs(body).items()}
        if self.trouble:
            status, code = self.trouble
            return self.answer(call, status, {"code": code, "message": "No.", "status": status})
        if not {"To", "From", "Body"} <= set(given):
            return self.answer(call, 400, {"code": 21604, "message": "A 'To' is required."})
        self.texts.append(given)
        sid = f"SM{len(self.texts):032d}"
        self.answer(call, 201, {"sid": sid, "status": "queued", "to": given["To"]})

    def answer(self, call: BaseHTTPRequestHandler, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        call.send_response(status)
        call.send_header("Content-Type", "application/json")
        call.send_header("Content-Length", str(len(body)))
        call.end_headers()
        call.wfile.write(body)
