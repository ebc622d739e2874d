"""Calls to other systems: signed, exact, only to where they may go, and in the outbox's own rhythm."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.db import transaction

from core.errors import Invalid
from core.time import database_now
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from notifications.outbox import call
from notifications.transports import webhook
from notifications.transports.webhook import is_public, signature

pytestmark = pytest.mark.django_db
PAYLOAD = {
    "ticket": "INC-10482",
    "subject": "VPN kantor mati – “lagi”",
    "priority": 2,
    "late": None,
    "tags": ["a", "b"],
}
SECRET = "a-secret-that-stands-in-no-log"


@dataclass
class Receiver:
    """A server that writes down what it is sent and answers what it is told to."""

    answers: list[int] = field(default_factory=list)
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        assert self.server is not None
        return int(self.server.server_address[1])

    def start(self, tls: ssl.SSLContext | None = None) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.path, dict(self.headers), body))
                status = receiver.answers.pop(0) if receiver.answers else 200
                self.send_response(status)
                if status in (301, 302, 307, 308):
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_SECRET = SECRET
    settings.WEBHOOK_ALLOW_HTTP = settings.WEBHOOK_ALLOW_PRIVATE = True
    one = Receiver()
    one.start()
    yield one
    one.stop()


@pytest.fixture
def names(monkeypatch) -> dict[str, str]:
    """Names that resolve as this dictionary says."""
    known: dict[str, str] = {}
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        return real(known.get(host, host), *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


def told(url: str, key: str = "breach-7") -> OutboxMessage:
    call(url, PAYLOAD, key, database_now())
    return OutboxMessage.objects.get(dedupe_key__startswith=f"{key}:")


def now_due() -> None:
    OutboxMessage.objects.update(due_at=database_now())


def test_the_body_is_the_payload_and_the_signature_fits(receiver: Receiver) -> None:
    message = told(f"http://127.0.0.1:{receiver.port}/hooks?to=desk")
    assert deliver_due() == 1
    [(path, headers, body)] = receiver.calls
    assert path == "/hooks?to=desk"
    assert json.loads(body) == PAYLOAD
    assert body == json.dumps(PAYLOAD, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    assert headers["Content-Type"] == "application/json"
    assert headers["Webhook-Id"] == message.dedupe_key
    assert abs(int(headers["Webhook-Timestamp"]) - database_now().timestamp()) < 30
    signed = b".".join((headers["Webhook-Id"].encode(), headers["Webhook-Timestamp"].encode(), body))
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["Webhook-Signature"] == f"v1,{expected}"
    message.refresh_from_db()
    assert message.sent_at and message.recipient is None


def test_the_example_of_the_standard_verifies(settings) -> None:
    settings.WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105
    signed = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed["Webhook-Signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_same_fact_is_told_to_one_address_once(receiver: Receiver) -> None:
    here, there = (f"http://127.0.0.1:{receiver.port}/{path}" for path in "ab")
    for url in (here, here, there):
        call(url, PAYLOAD, "breach-7", database_now())
    deliver_due()
    assert sorted(path for path, _headers, _body in receiver.calls) == ["/a", "/b"]


def test_nothing_is_called_for_what_was_rolled_back(receiver: Receiver) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        told(f"http://127.0.0.1:{receiver.port}/")
        raise ZeroDivisionError
    assert deliver_due() == 0


def test_a_receiver_in_trouble_is_called_again_with_the_same_id(receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    message = told(f"http://127.0.0.1:{receiver.port}/")
    assert (deliver_due(), deliver_due()) == (1, 0)
    message.refresh_from_db()
    assert (message.sent_at, message.failed_at, message.last_error) == (None, None, "the receiver answered 500")
    now_due()
    assert (deliver_due(), deliver_due()) == (1, 0)
    message.refresh_from_db()
    assert message.sent_at and message.attempts == 2
    first, second = receiver.calls
    assert first[1]["Webhook-Id"] == second[1]["Webhook-Id"]
    assert first[2] == second[2]


@pytest.mark.parametrize(
    ("status", "given_up"),
    [(400, True), (401, True), (404, True), (410, True), (408, False), (425, False), (429, False), (503, False)],
)
def test_a_no_for_good_is_not_asked_again(receiver: Receiver, status: int, given_up: bool) -> None:
    receiver.answers = [status]
    message = told(f"http://127.0.0.1:{receiver.port}/")
    deliver_due()
    message.refresh_from_db()
    assert bool(message.failed_at) is given_up and message.sent_at is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    message = told(f"http://127.0.0.1:{receiver.port}/")
    deliver_due()
    message.refresh_from_db()
    assert len(receiver.calls) == 1
    assert message.sent_at is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_one_s_own_machine_is_not_called(receiver: Receiver, settings, host: str) -> None:
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
        "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:a00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_what_is_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
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
def test_the_certificate_must_be_the_name_s(
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


def test_a_receiver_that_drips_is_cut_off(settings, monkeypatch) -> None:
    settings.WEBHOOK_SECRET = SECRET
    settings.WEBHOOK_ALLOW_HTTP = settings.WEBHOOK_ALLOW_PRIVATE = True
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.5)
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        peer, _address = listener.accept()
        with peer:
            for _n in range(200):
                try:
                    peer.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    started = time.monotonic()
    with pytest.raises(OSError):
        webhook.send(told(f"http://127.0.0.1:{listener.getsockname()[1]}/"))
    assert time.monotonic() - started < 5
    listener.close()


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


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64"])
def test_nothing_leaves_unsigned(receiver: Receiver, settings, secret: str) -> None:
    settings.WEBHOOK_SECRET = secret
    message = told(f"http://127.0.0.1:{receiver.port}/")
    deliver_due()
    message.refresh_from_db()
    assert receiver.calls == [] and message.sent_at is None and message.failed_at is None
    assert "WEBHOOK_SECRET" in message.last_error


def test_neither_secret_nor_query_is_written_down(
    receiver: Receiver, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"http://127.0.0.1:{receiver.port}/hook-path?key=canary-41"
    message = told(url)
    receiver.answers = [500]
    deliver_due()
    now_due()
    monkeypatch.setattr(webhook, "_judge", lambda status: 1 / 0)
    deliver_due()
    message.refresh_from_db()
    written = caplog.text + message.last_error + str(message)
    assert f"message {message.pk} cannot be sent" in written
    assert "canary-41" not in written and "hook-path" not in written and SECRET not in written
