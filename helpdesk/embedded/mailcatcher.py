"""A mail server that delivers nothing: every message becomes a file that can be opened and read.

python -m helpdesk.embedded.mailcatcher --port 2525 --dir var/mail
"""

import argparse
import asyncio
import os
import secrets
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_MESSAGE_BYTES = 40 * 1024 * 1024


class Keeper:
    """Writes each accepted message as an .eml file whose name sorts by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store one message and answer the SMTP client."""
        content = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode()
        recipients = ", ".join(envelope.rcpt_tos)
        header = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {recipients}\r\n"
        keep(self.folder, header.encode() + body)
        return "250 Kept"


def keep(folder: Path, message: bytes) -> Path:
    """Write a message under a fresh name; a reader never sees half of it."""
    name = f"{time.time_ns()}-{secrets.token_hex(4)}"
    unfinished = folder / f".{name}"
    unfinished.write_bytes(message)
    finished = folder / f"{name}.eml"
    os.replace(unfinished, finished)
    return finished


async def listen(port: int, folder: Path) -> None:
    """Accept mail on this machine until the process is told to end."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(Keeper(folder), hostname="localhost", data_size_limit=MAX_MESSAGE_BYTES, enable_SMTPUTF8=True),
        host="127.0.0.1",
        port=port,
    )
    await stop.wait()
    server.close()


def main() -> None:
    """Read the command line and listen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    asked = parser.parse_args()
    asyncio.run(listen(asked.port, asked.dir))


if __name__ == "__main__":
    main()
