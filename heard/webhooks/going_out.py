"""One HTTP request to an address somebody else chose, without letting it reach inside.

The name is resolved once, every address it has is checked, and the connection goes to a checked
address: a name that answers differently a moment later (DNS rebinding) gains nothing. A POST
follows no redirect, a GET checks each; proxies of the environment are not used, and all of it has a
deadline.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

CONNECT, DEADLINE = 5.0, 15.0  # seconds
MOST_READ = 4096  # bytes of an answer we look at
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """It could not be sent; the words say why."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: HTTP status, the beginning of the answer, milliseconds."""

    status: int
    text: str
    took_ms: int


def is_outside(text: str) -> bool:
    """Whether an IP address is one of the public internet, also where it wraps an IPv4 address."""
    address = _unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def check_url(url: str) -> SplitResult:
    """The parts of an address we would send to. Raises ``Unreachable`` with the reason."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable(_("This is not an address.")) from error
    if not parts.hostname or parts.username or parts.password or port == 0:
        raise Unreachable(_("This is not an address we can send to."))
    allowed = {"https", "http"} if settings.HEARD_WEBHOOKS_PRIVATE else {"https"}
    if parts.scheme not in allowed:
        raise Unreachable(_("Only https:// addresses are sent to."))
    return parts


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, all of them public. Raises ``Unreachable``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("The host is not known.")) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.HEARD_WEBHOOKS_PRIVATE and not all(is_outside(a) for a in addresses):
        raise Unreachable(_("The host has a private address, which is not sent to."))
    return addresses


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that was asked for."""

    def __init__(self, parts: SplitResult, addresses: list[str]) -> None:
        self.secure = parts.scheme == "https"
        port = parts.port or (443 if self.secure else 80)
        super().__init__(parts.hostname or "", port, timeout=CONNECT)
        self.addresses = addresses
        self.wire: socket.socket | None = None
        self.default_port = 443 if self.secure else 80

    def connect(self) -> None:
        """Connect to the first checked address that answers."""
        last: OSError = OSError("no address")
        for address in self.addresses[:3]:
            try:
                self.sock = socket.create_connection((address, self.port), CONNECT)
                break
            except OSError as error:
                last = error
        else:
            raise last
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        self.wire = self.sock  # the library lets go of its own before the answer is read


def post(url: str, body: bytes, headers: dict[str, str]) -> Answered:
    """Send one POST. Raises ``Unreachable`` where no answer came."""
    parts = check_url(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    began = time.monotonic()
    connection = _Pinned(parts, resolve(parts.hostname or "", port))
    late = threading.Timer(DEADLINE, _cut, [connection])
    late.daemon = True
    late.start()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {**headers, "Connection": "close"})
        answer = connection.getresponse()
        text = answer.read(MOST_READ).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise Unreachable(_reason(error)) from error
    finally:
        late.cancel()
        connection.close()
    return Answered(answer.status, text, round((time.monotonic() - began) * 1000))


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a GET brought: the whole body, and the address it came from in the end."""

    body: bytes
    url: str


def get(url: str, headers: dict[str, str], *, most: int, redirects: int = 3) -> Fetched:
    """Fetch a file of at most ``most`` bytes, guarded as ``post`` is, within the same deadline.

    Each redirect is checked like the first address. Raises ``Unreachable`` with the reason, also
    for any answer but 200.
    """
    late_at = time.monotonic() + DEADLINE
    for _hop in range(redirects + 1):
        status, place, body = _get_once(url, headers, most, late_at - time.monotonic())
        if status in (301, 302, 303, 307, 308) and place:
            url = urljoin(url, place)
            continue
        if status != 200:
            raise Unreachable(_("The other side answered with status {n}.").format(n=status))
        return Fetched(body, url)
    raise Unreachable(_("It redirects too often."))


def _get_once(
    url: str, headers: dict[str, str], most: int, seconds: float
) -> tuple[int, str, bytes]:
    """Status, where it redirects to, and the body of one answer."""
    parts = check_url(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _Pinned(parts, resolve(parts.hostname or "", port))
    late = threading.Timer(max(seconds, 0.0), _cut, [connection])
    late.daemon = True
    late.start()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", path, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        place = answer.getheader("Location") or ""
        if answer.status != 200:
            return answer.status, place, b""
        if answer.getheader("Content-Encoding", "identity") != "identity":
            raise Unreachable(_("The answer is compressed, which was not asked for."))
        body = answer.read(most + 1)
        whole = answer.length is None or answer.length == 0 or len(body) > most
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise Unreachable(_reason(error)) from error
    finally:
        in_time = late.is_alive()
        late.cancel()
        connection.close()
    if len(body) > most:
        raise Unreachable(_("The file is larger than {n} MB.").format(n=most // 1_000_000))
    if not whole or not in_time:
        raise Unreachable(_("No answer in time."))
    return 200, "", body


def _cut(connection: _Pinned) -> None:
    """End a connection whose other side keeps us waiting, byte by byte."""
    wire = connection.wire or connection.sock
    with contextlib.suppress(OSError, AttributeError):
        wire.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("No answer in time.")
    if isinstance(error, ssl.SSLError):
        return f"The certificate or the encryption is not in order: {error.reason or error}"
    return str(error) or type(error).__name__
