"""The built-in mail catcher's page: what the local instance would have sent. Only where a catcher runs."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

NEWEST = 50


def caught(request: HttpRequest) -> HttpResponse:
    """The newest mails in full, as plain text."""
    folder = Path(settings.MAIL_CATCHER_DIR)
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    wanted = request.GET.get("q", "").lower()
    mails = [mail for mail in (_read(path) for path in files[: NEWEST * 4]) if wanted in mail["all"].lower()]
    return render(request, "mailbox.html", {"mails": mails[:NEWEST], "total": len(files), "q": wanted})


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
