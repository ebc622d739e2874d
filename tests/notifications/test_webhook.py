"""Calls to other systems: signed, exact, and in the outbox's own rhythm."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import socket
import threading
import time

import pytest
from django.db import transaction

from core.time import database_now
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from notifications.outbox import call
from notifications.transports import webhook
from notifications.transports.webhook import signature
from tests.notifications.receiver import PAYLOAD, SECRET, Receiver, told

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


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
