"""Caught mail can be read as a file, and never half of it."""

import smtplib
import subprocess
import sys
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from helpdesk.embedded.mailcatcher import keep
from helpdesk.embedded.options import free_port


def test_a_sent_message_becomes_a_file(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "helpdesk.embedded.mailcatcher", "--port", str(port), "--dir", str(tmp_path)]
    process = subprocess.Popen(command)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@tuntas.example", "b@tuntas.example", "Printer é"
    message.set_content("Sudah menyala.")
    try:
        with _connected(port) as client:
            client.send_message(message)
    finally:
        process.terminate()
        assert process.wait(5) == 0
    (file,) = tmp_path.glob("*.eml")
    kept = message_from_bytes(file.read_bytes(), policy=default)
    assert kept["Subject"] == "Printer é"
    assert kept["X-Envelope-To"] == "b@tuntas.example"


def _connected(port: int) -> smtplib.SMTP:
    deadline = time.monotonic() + 10
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_names_sort_by_arrival(tmp_path: Path) -> None:
    kept = [keep(tmp_path, b"x") for _ in range(20)]
    assert kept == sorted(tmp_path.glob("*.eml"))
