"""The answer to a step that takes one click: the ticket drawn again, a word for the live region, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import SignedIn
from core.htmx import done, tell
from tickets.models import Ticket
from tickets.views.workspace import at_desk, redrawn


def stepped(request: SignedIn, ticket: Ticket, said: str, *, undo_url: str = "") -> HttpResponse:
    """After a click on the ticket page.

    Args:
        undo_url: what takes it back by a plain POST; "" where nothing does.
    """
    if not request.htmx:
        messages.success(request, said, extra_tags=undo_url)
        return redirect(ticket.get_absolute_url())
    bar: dict[str, Any] = {"undo": {"text": said, "url": undo_url}} if undo_url else {"undone": True}
    return tell(redrawn(request, at_desk(request, ticket.key)), announce=said, ticket_changed=True, **bar)


def after_dialog(request: SignedIn, to: str, said: str, *, undo_url: str = "") -> HttpResponse:
    """After a dialog that was sent: go to a page that says what happened, with the way back."""
    messages.success(request, said, extra_tags=undo_url)
    return done(request, to)
