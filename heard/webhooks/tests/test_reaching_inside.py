"""No address somebody chose lets us reach inside: neither by its number nor by its name."""

import socket
from typing import Any

import pytest

from heard.core.actors import SYSTEM
from heard.core.errors import Refused
from heard.webhooks.going_out import Unreachable, is_outside, post
from heard.webhooks.services import Wanted, subscribe
from heard.webhooks.tests.receiver import Receiver


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",  # noqa: S104
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
        "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_addresses_inside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"])
def test_addresses_outside(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0/",
        "https://2130706433/", "https://0x7f.1/", "https://[::ffff:127.0.0.1]/",
        "http://93.184.216.34/", "ftp://93.184.216.34/", "file:///etc/passwd", "https://",
        "https://user:password@93.184.216.34/", "https://93.184.216.34:0/", "https://a:99999/",
        "https://no-such-host.invalid/", "nonsense", "https://[::1", "https://\u00ad.example/",
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_no_webhook_goes_there(url: str, town: Any) -> None:
    with pytest.raises(Refused) as refused:
        subscribe(Wanted("X", url, ("case.closed",)), actor=SYSTEM)
    assert refused.value.field == "url"


def test_a_name_that_turns_inside_after_the_check_reaches_nothing(
    monkeypatch: Any, settings: Any
) -> None:
    """DNS rebinding: public when checked, ours when connected to. The checked one is used."""
    inside = Receiver()
    port = inside.server.server_port
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    tried: list[Any] = []

    def resolver(host: str, port: int, **_rest: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: Any, *_rest: Any) -> Any:
        tried.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        post(f"https://rebinding.example:{port}/", b"{}", {})
    assert tried == [("93.184.216.34", port)]
    inside.stop()
    assert inside.bad == []


def test_a_name_with_one_address_inside_is_not_used_at_all(monkeypatch: Any) -> None:
    def resolver(host: str, port: int, **_rest: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.216.34", "10.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with pytest.raises(Unreachable, match="private"):
        post("https://both.example/", b"{}", {})


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: Any, settings: Any) -> None:
    settings.HEARD_WEBHOOKS_PRIVATE = True
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    there = Receiver()
    assert post(there.url, b"{}", {}).status == 200
    there.stop()
