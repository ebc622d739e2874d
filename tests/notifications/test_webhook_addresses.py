"""Where calls may go: the public internet, to the address that was checked, by the name on the certificate."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from core.errors import Invalid
from core.time import database_now
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from notifications.outbox import call
from notifications.transports import webhook
from notifications.transports.webhook import is_public
from tests.notifications.receiver import PAYLOAD, SECRET, Receiver, told

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def names(monkeypatch) -> dict[str, str]:
    """Names that resolve as this dictionary says."""
    known: dict[str, str] = {}
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        return real(known.get(host, host), *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_this_machine_is_not_called(receiver: Receiver, settings, host: str) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    message = told(f"http://{host}:{receiver.port}/")
    deliver_due()
    message.refresh_from_db()
    assert receiver.calls == [] and message.failed_at
    assert message.last_error == "the address is not on the public internet"


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.8.8.8", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "239.1.2.3", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
        "ff02::1", "192.0.0.1", "192.0.0.8", "192.0.0.170", "::ffff:192.0.0.8",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:a00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_what_is_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "1.1.1.1", "192.0.0.9", "192.0.0.10", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_what_is_public(host: str) -> None:
    assert is_public(host)


def test_a_name_that_moves_inside_after_the_check_gains_nothing(receiver: Receiver, settings, monkeypatch) -> None:
    """The connection goes to the address that was checked; the name is asked once."""
    settings.WEBHOOK_ALLOW_PRIVATE = False
    asked: list[str] = []
    reached: list[object] = []

    def resolve(host: str, port: int, **_rest: object) -> object:
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(webhook.socket, "create_connection", connect)
    with pytest.raises(OSError):
        webhook.send(told(f"http://hooks.example:{receiver.port}/"))
    assert asked == ["hooks.example"]
    assert reached == [("93.184.215.14", receiver.port)]


def test_the_host_is_asked_for_by_its_name(receiver: Receiver, names: dict[str, str]) -> None:
    names["hooks.example"] = "127.0.0.1"
    told(f"http://hooks.example:{receiver.port}/")
    deliver_due()
    assert receiver.calls[0][1]["Host"] == f"hooks.example:{receiver.port}"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for hooks.example."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl program")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hooks.example -addext subjectAltName=DNS:hooks.example"
    subprocess.run([openssl, *made.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    return key, cert


@pytest.mark.parametrize(("host", "arrives"), [("hooks.example", True), ("other.example", False)])
def test_the_certificate_must_be_for_the_name(
    settings, names: dict[str, str], certificate: tuple[Path, Path], monkeypatch, host: str, arrives: bool
) -> None:
    settings.WEBHOOK_SECRET, settings.WEBHOOK_ALLOW_PRIVATE = SECRET, True
    key, cert = certificate
    names[host] = "127.0.0.1"
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    spoken: list[str | None] = []
    tls.sni_callback = lambda _socket, name, _context: spoken.append(name)
    receiver = Receiver()
    receiver.start(tls)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    message = told(f"https://{host}:{receiver.port}/")
    deliver_due()
    receiver.stop()
    message.refresh_from_db()
    assert spoken == [host]
    assert bool(message.sent_at) is arrives is bool(receiver.calls)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "ftp://hooks.example/", "//hooks.example/", "https://", "https://me:pw@hooks.example/",
        "https://hooks.example:99999/", "https://hooks.example/a b", "https://hooks.example/\r\nX: 1", "https://[::1/",
        "https://hooks.example/" + "x" * 2000, "file:///etc/passwd", "https://hooks.exämple/",
    ],
    ids=lambda text: ascii(text)[:40],
)  # fmt: skip
def test_an_address_that_cannot_be_called_is_refused_at_once(url: str) -> None:
    with pytest.raises(Invalid) as raised:
        call(url, PAYLOAD, "k", database_now())
    assert list(raised.value.fields) == ["url"]
    assert not OutboxMessage.objects.exists()


def test_a_rule_that_became_stricter_holds_for_old_rows(receiver: Receiver, settings) -> None:
    message = told(f"http://127.0.0.1:{receiver.port}/")
    settings.WEBHOOK_ALLOW_HTTP = False
    deliver_due()
    message.refresh_from_db()
    assert message.failed_at and receiver.calls == []
