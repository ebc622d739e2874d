"""Calling another system: one signed POST to an address that was checked before the connection was made.

Signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com): HMAC-SHA256 over "id.timestamp.body".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.time import database_now
from notifications.models import OutboxMessage

TIMEOUT_SECONDS = 10
LONGEST_URL = 2000
PORTS = {"https": 443, "http": 80}
SECRET_PREFIX = "whsec_"  # noqa: S105
# what a later attempt may well cure, although it begins with a 4
WORTH_ANOTHER_TRY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
# IANA IPv4 Special-Purpose Address Registry: of the block for protocols (RFC 6890) only these two, of RFC 7723 and RFC
# 8155, are reachable by anybody; Python's own table leaves the whole block but its first eight addresses open
PROTOCOLS = IPv4Network("192.0.0.0/24")
OPEN_PROTOCOLS = (IPv4Address("192.0.0.9"), IPv4Address("192.0.0.10"))
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address really meant


class Refused(Exception):
    """The call will never be taken: the address must not be called, or the receiver said no for good."""


class Unavailable(OSError):
    """The call was not taken this time; it is tried again."""


def send(message: OutboxMessage) -> None:
    """Post the message's context as JSON to its address, following no redirect.

    Raises:
        Refused: the address may not be called, or the answer is a 4xx other than 408, 425 and 429.
        OSError: no connection, no answer in time, any other answer, or no secret to sign with; it is tried again.
    """
    try:
        url = urlsplit(checked_url(message.address))
    except Invalid as error:
        raise Refused(error.message) from None
    body = json.dumps(message.context, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": settings.PRODUCT_NAME,
        **signature(message.dedupe_key, int(database_now().timestamp()), body),
    }
    target = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    connection = _Pinned(url, addresses(url))
    try:
        with _cut_after(connection, TIMEOUT_SECONDS):
            connection.request("POST", target, body, headers)
            status = connection.getresponse().status
    except HTTPException as error:
        raise Unavailable(f"no HTTP answer ({type(error).__name__})") from None
    finally:
        connection.close()
    _judge(status)


def checked_url(url: str) -> str:
    """The URL, if it is one that may be called.

    Raises:
        Invalid: on `url`: too long, odd characters, a name and password in it, or not https.
    """
    schemes = ("https", "http") if settings.WEBHOOK_ALLOW_HTTP else ("https",)
    try:
        parts = urlsplit(url)
        fine = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        fine = False
    if not fine or len(url) > LONGEST_URL or not url.isascii() or any(char <= " " or char == "\x7f" for char in url):
        raise Invalid.field("url", _("Write an address that begins with https://, without a name or password in it."))
    return url


def signature(key: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers by which the receiver knows the call is ours, fresh, and not yet seen.

    Args:
        key: the same on every attempt.
        timestamp: seconds since 1970.

    Raises:
        Unavailable: WEBHOOK_SECRET is missing or, after "whsec_", no base64.
    """
    secret = settings.WEBHOOK_SECRET
    try:
        encoded = secret.startswith(SECRET_PREFIX)
        known = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True) if encoded else secret.encode()
    except ValueError:
        known = b""
    if not known:
        raise Unavailable("WEBHOOK_SECRET is not set, or is no base64 behind whsec_")
    digest = hmac.digest(known, b".".join((key.encode(), str(timestamp).encode(), body)), hashlib.sha256)
    return {
        "Webhook-Id": key,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def addresses(url: SplitResult) -> list[str]:
    """The host's addresses as they are now. The connection goes to one of these, whatever the name says a moment later.

    Raises:
        Refused: one of them is not on the public internet, and WEBHOOK_ALLOW_PRIVATE is off.
        OSError: the name cannot be resolved.
    """
    try:
        found = socket.getaddrinfo(url.hostname, url.port or PORTS[url.scheme], type=socket.SOCK_STREAM)
    except UnicodeError:
        raise Refused("the address holds a name that cannot exist") from None
    hosts = list(dict.fromkeys(str(sockaddr[0]) for *_rest, sockaddr in found))
    if not settings.WEBHOOK_ALLOW_PRIVATE and not all(is_public(host) for host in hosts):
        raise Refused("the address is not on the public internet")
    return hosts


def is_public(host: str) -> bool:
    """Whether an IP address is one anybody could call: not private, loopback, link-local, multicast or reserved.

    An IPv4 address wrapped in an IPv6 one (mapped, 6to4, NAT64) is judged by what is inside.
    """
    address = ip_address(host)
    if isinstance(address, IPv6Address):
        address = _inside(address)
    if address in PROTOCOLS:
        return address in OPEN_PROTOCOLS
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inside(address: IPv6Address) -> IPv4Address | IPv6Address:
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


class _Pinned(HTTPConnection):
    """A connection to addresses that were checked; it still asks for the host by its name (Host, SNI, certificate)."""

    def __init__(self, url: SplitResult, hosts: list[str]) -> None:
        super().__init__(url.hostname or "", url.port or PORTS[url.scheme], timeout=TIMEOUT_SECONDS)
        # which port goes without saying: the Host header then has the name alone
        self.default_port = PORTS[url.scheme]
        self.tls = ssl.create_default_context() if url.scheme == "https" else None
        self.hosts = hosts
        self.is_late = False

    def connect(self) -> None:
        plain = self._reach()
        if self.tls is None:
            self.sock = plain
            return
        # the handshake comes after the socket is known, so that it can be cut as well
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def cut(self) -> None:
        """End whatever the connection is waiting for."""
        self.is_late = True
        # not the TLS socket's own shutdown, which would pull the session away from under the waiting thread
        with suppress(OSError):
            if self.sock is not None:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _reach(self) -> socket.socket:
        trouble: OSError = Unavailable("the name has no address")
        share = TIMEOUT_SECONDS / max(1, len(self.hosts))
        for host in self.hosts:
            try:
                plain = socket.create_connection((host, self.port), timeout=share)
            except OSError as error:
                trouble = error
                continue
            if self.is_late:
                plain.close()
                raise Unavailable("no answer in time")
            plain.settimeout(TIMEOUT_SECONDS)
            return plain
        raise trouble


@contextmanager
def _cut_after(connection: _Pinned, seconds: float) -> Iterator[None]:
    """A socket's own timeout starts again with every byte; this one does not, so nobody holds a worker by dripping."""
    timer = Timer(seconds, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _judge(status: int) -> None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    words = f"the receiver answered {status}"
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in WORTH_ANOTHER_TRY:
        raise Refused(words)
    raise Unavailable(words)
