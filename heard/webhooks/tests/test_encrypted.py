"""Over TLS: the certificate must be of somebody trusted, and for the name that was asked for."""

import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from heard.webhooks.going_out import Unreachable, post
from heard.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and self-signed certificate for ``localhost`` in one file."""
    key, made = tmp_path / "key.pem", tmp_path / "made.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", made, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + made.read_text())
    return both


def test_only_who_is_trusted_under_the_right_name(
    certificate: Path, settings: Any, monkeypatch: Any
) -> None:
    settings.HEARD_WEBHOOKS_PRIVATE = True
    there = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    there.server.socket = context.wrap_socket(there.server.socket, server_side=True)
    port = there.server.server_port
    with pytest.raises(Unreachable, match="certificate"):
        post(f"https://localhost:{port}/", b"{}", {})
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # now the city trusts it
    assert post(f"https://localhost:{port}/", b"{}", {}).status == 200
    with pytest.raises(Unreachable, match="certificate"):
        post(f"https://127.0.0.1:{port}/", b"{}", {})
    there.stop()
    assert len(there.all) == 1
