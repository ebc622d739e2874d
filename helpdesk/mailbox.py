"""The built-in mail catcher's page: what the local instance would have sent. Only where a catcher runs."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedIn

NEWEST = 50
MOST_READ = 500


def caught(request: SignedIn) -> HttpResponse:
    """The newest mails in full, as plain text: everybody sees their own, operators and incident managers all."""
    folder = Path(settings.MAIL_CATCHER_DIR)
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    wanted = request.GET.get("q", "").lower()
    read = [_read(path) for path in files[:MOST_READ]]
    if not request.user.hats.is_overseer:
        read = [mail for mail in read if request.user.email in mail["to"].lower()]
    mails = [mail for mail in read if wanted in mail["all"].lower()]
    return render(request, "mailbox.html", {"mails": mails[:NEWEST], "total": len(read), "q": wanted})


def _read(path: Path) -> dict[str, Any]:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return {
        "subject": str(message["subject"] or ""),
        "to": str(message["to"] or ""),
        "at": datetime.fromtimestamp(path.stat().st_mtime, UTC),
        "text": text,
        "all": f"{message['subject']} {message['to']} {text}",
    }
