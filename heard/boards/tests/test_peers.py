"""Other cities' files: a real Heard server's, and those of servers that mean harm."""

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from heard.boards import measures_json, peers
from heard.boards.comparing import beside
from heard.boards.models import Peer
from heard.boards.tests.conftest import LAST, NOW, course, received
from heard.core import clock
from heard.core.errors import NotAllowed, Refused
from heard.measures.definitions import measure
from heard.webhooks import going_out

POINT = {"period": LAST, "definition": 1, "n": 400, "value": 0.8, "low": 0.7, "high": 0.9}
ONE = {
    "key": "on_time", "version": 1, "name": {"en": "On time"}, "definition": {"en": "On time."},
    "unit": "share", "statistic": "closed", "series": [POINT],
}  # fmt: skip
GOOD = {"heard": 1, "city": {"name": "Rivertown"}, "as_of": None, "measures": [ONE]}


class Other:
    """Answers each path with what a test put there; ``asked`` are the paths that came."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.body: bytes = json.dumps(GOOD).encode()
        self.manner, self.location, self.sent = "plain", "", 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                getattr(outer, outer.manner)(self)

            def log_message(self, *_args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/m.json"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def plain(self, to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", str(len(self.body)))
        to.end_headers()
        to.wfile.write(self.body)

    def gone(self, to: BaseHTTPRequestHandler) -> None:
        to.send_error(500)

    def redirect(self, to: BaseHTTPRequestHandler) -> None:
        to.send_response(302)
        to.send_header("Location", self.location)
        to.end_headers()

    def endless(self, to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", str(10 * 1000**3))
        to.end_headers()
        block = b" " * 100_000
        try:
            while self.sent < 10 * 1000**3:
                to.wfile.write(block)
                self.sent += len(block)
        except OSError:
            return

    def drip(self, to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.end_headers()
        try:
            for _byte in range(600):
                to.wfile.write(b" ")
                self.sent += 1
                time.sleep(0.05)
        except OSError:
            return

    def zipped(self, to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Encoding", "gzip")
        to.end_headers()


@pytest.fixture
def other(settings: Any, request: Any) -> Iterator[Other]:
    settings.HEARD_WEBHOOKS_PRIVATE = True
    made = Other()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def good(db: None, town: Any, other: Other) -> Peer:
    """A city that was read once."""
    row = Peer.objects.create(url=other.url, added_at=NOW)
    assert peers.refresh(row)
    row.refresh_from_db()
    assert (row.name, row.good_at, row.fault) == ("Rivertown", NOW, "")
    return row


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("manner", "fault"),
    [("endless", "larger than 8 MB"), ("gone", "status 500"), ("zipped", "compressed")],
)
def test_a_bad_answer_leaves_the_last_good_state(
    good: Peer, other: Other, manner: str, fault: str
) -> None:
    other.manner = manner
    with clock.at(NOW + timedelta(days=2)):
        assert not peers.refresh(good)
    before = good.document
    good.refresh_from_db()
    assert fault in good.fault
    assert (good.document, good.good_at) == (before, NOW)
    assert other.sent < 100_000_000  # of ten thousand million


@pytest.mark.django_db
def test_a_drip_is_cut_at_the_deadline(
    good: Peer, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(going_out, "DEADLINE", 0.4)
    other.manner = "drip"
    assert not peers.refresh(good)
    assert other.sent < 100  # of 600 it would have sent
    good.refresh_from_db()
    assert good.fault
    assert good.document["city"] == "Rivertown"


@pytest.mark.django_db
def test_redirects_end(good: Peer, other: Other) -> None:
    other.manner, other.location = "redirect", "/again"
    assert not peers.refresh(good)
    good.refresh_from_db()
    assert "redirects too often" in good.fault
    assert len(other.asked) == 5  # the good one, and four


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
@pytest.mark.django_db
@pytest.mark.parametrize("place", ["https://127.0.0.1:{port}/x", "http://localhost:{port}/x",
                                   "file:///etc/passwd", "https://[::1]:{port}/"])  # fmt: skip
def test_a_redirect_inside_is_refused(
    town: Any, other: Other, settings: Any, tmp_path: Path, monkeypatch: Any, place: str
) -> None:
    """A public host, over real TLS, sends us to our own machine: nothing there is asked."""
    settings.HEARD_WEBHOOKS_PRIVATE = False
    key, made = tmp_path / "key.pem", tmp_path / "made.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", made, "-days", "2", "-subj", "/CN=river.example",
         "-addext", "subjectAltName=DNS:river.example"], check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    other.server.socket = context.wrap_socket(other.server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    look_up, connect = socket.getaddrinfo, socket.create_connection

    def names(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host == "river.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]
        return look_up(host, port, *rest, **more)

    def wire(address: Any, *rest: Any) -> Any:
        """The internet, where 93.184.216.34 is this machine's server."""
        there = ("127.0.0.1", address[1]) if address[0] == "93.184.216.34" else address
        return connect(there, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket, "create_connection", wire)
    row = Peer.objects.create(url=f"https://river.example:{other.port}/m.json", added_at=NOW)
    assert peers.refresh(row)
    other.manner, other.location = "redirect", place.format(port=other.port)
    assert not peers.refresh(row)
    assert other.asked == ["/m.json", "/m.json"]
    row.refresh_from_db()
    assert row.document["city"] == "Rivertown"
    assert row.fault


def changed(**values: Any) -> dict[str, Any]:
    return GOOD | {"measures": [ONE | values]}


BAD: dict[str, Any] = {
    "a list": [], "nothing": None, "a number": 7, "version": GOOD | {"heard": 2},
    "true is not 1": GOOD | {"heard": True}, "no city": GOOD | {"city": None},
    "nameless": GOOD | {"city": {"name": " "}}, "measures": GOOD | {"measures": {"a": 1}},
    "a measure": GOOD | {"measures": [1]}, "twice": GOOD | {"measures": [ONE, ONE]},
    "many": GOOD | {"measures": [{}] * 100_000},
    "key": changed(key="../../etc"), "number key": changed(key=7), "unit": changed(unit=["share"]),
    "words": changed(name="On time"), "word": changed(name={"en": 5}), "series": changed(series={}),
    "points": changed(series=[POINT] * 61), "point": changed(series=[None]),
    "version text": changed(version="1"), "version nought": changed(version=0),
    "above 100%": changed(series=[POINT | {"value": 1.2, "high": 1.3}]),
    "text": changed(series=[POINT | {"value": "0.8"}]),
    "flag": changed(series=[POINT | {"value": True}]),
    "outside": changed(series=[POINT | {"value": 0.6}]), "n": changed(series=[POINT | {"n": -1}]),
    "huge": changed(series=[POINT | {"n": 10**40}]),
    "hidden": changed(series=[POINT | {"suppressed": 1}]),
    "period": changed(series=[POINT | {"period": "May"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_file_of_wrong_types(name: str) -> None:
    with pytest.raises(Refused):
        measures_json.read(json.dumps(BAD[name]).encode())


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"heard": NaN}', b'{"heard": 1, "measures": ['
     + b'{"key": "a"},' * 800_000 + b"{}]}"],
    ids=["empty", "half", "not text", "deep", "NaN", "100,000 and more"],
)  # fmt: skip
def test_a_body_that_is_none(body: bytes) -> None:
    with pytest.raises(Refused):
        measures_json.read(body)


def test_what_is_not_known_is_dropped() -> None:
    kept = measures_json.read(json.dumps(changed(more="x", page="javascript:alert(1)")).encode())
    assert set(kept["measures"][0]) == {
        "key", "statistic", "version", "name", "definition", "unit", "page", "series",
    }  # fmt: skip
    assert kept["measures"][0]["page"] == ""


@pytest.mark.django_db
def test_a_hidden_value_is_not_kept(town: Any) -> None:
    point = POINT | {"suppressed": True}
    kept = measures_json.read(json.dumps(changed(series=[point])).encode())
    assert kept["measures"][0]["series"][0]["value"] is None


@pytest.mark.django_db
def test_adding_a_city(town: Any, staff: Any) -> None:
    lead = staff("cx_lead").as_actor()
    for url in ("ftp://a.example/m.json", "nonsense", "https://u:p@a.example/", "https://"):
        with pytest.raises(Refused):
            peers.add(url, actor=lead)
    with pytest.raises(NotAllowed):
        peers.add("https://a.example/m.json", actor=staff("manager").as_actor())
    row = peers.add("https://a.example/m.json", actor=lead, key="k")
    assert peers.add("https://a.example/m.json", actor=lead, key="k") == row
    with pytest.raises(Refused, match="already there"):
        peers.add("https://a.example/m.json", actor=lead)


@pytest.mark.django_db
def test_it_is_asked_once_a_day_and_after_a_fault_each_hour(good: Peer, other: Other) -> None:
    assert peers.refresh_all() == 0
    with clock.at(NOW + timedelta(hours=21)):
        assert peers.refresh_all() == 1
        other.manner = "gone"
    with clock.at(NOW + timedelta(hours=42)):
        assert peers.refresh_all() == 0
        asked = len(other.asked)
        assert peers.refresh_all() == 0
        assert len(other.asked) == asked
        other.manner = "plain"
    with clock.at(NOW + timedelta(hours=44)):
        assert peers.refresh_all() == 1
        peers.switch(good, on=False, actor=clock_actor())
    with clock.at(NOW + timedelta(days=9)):
        assert peers.refresh_all() == 0


def clock_actor() -> Any:
    from heard.core.actors import SYSTEM

    return SYSTEM


@pytest.mark.django_db(transaction=True)
def test_a_second_heard_is_read_and_compared(
    live_server: Any, town: Any, settings: Any, computed: Any
) -> None:
    """A running Heard's own measures.json, over HTTP: equal definitions, so equal figures."""
    settings.HEARD_WEBHOOKS_PRIVATE = True
    received()
    course([0.8, 0.81, 0.85])
    row = Peer.objects.create(
        url=f"{live_server.url}/results/open-data/measures.json", added_at=NOW
    )
    assert peers.refresh(row), Peer.objects.get().fault
    row.refresh_from_db()
    assert row.name == "Testville"
    (found,) = beside(measure("on_time"))
    assert found.gap is not None
    assert found.theirs.value == pytest.approx(0.85)
    assert found.gap.value == 0
    assert found.gap.word == "cannot be told apart"
