"""A receiver of webhooks on this machine."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.time import database_now
from notifications.models import OutboxMessage
from notifications.outbox import call

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


def told(url: str, key: str = "breach-7") -> OutboxMessage:
    """The row of a call to `url` that is due."""
    call(url, PAYLOAD, key, database_now())
    return OutboxMessage.objects.get(dedupe_key__startswith=f"{key}:")
