"""Putting off the next automatic move, and letting it happen."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.htmx import done, tell
from escalation import commands
from tickets.models import Ticket
from tickets.views.panels import one_panel
from tickets.views.workspace import at_desk


@require_POST
def hold(request: SignedIn, key: str) -> HttpResponse:
    """Put the next automatic move off by an hour."""
    ticket = at_desk(request, key)
    commands.hold(ticket, actor=request.user)
    return _answer(request, ticket, _("The next automatic move is put off by an hour."))


@require_POST
def unhold(request: SignedIn, key: str) -> HttpResponse:
    """Let the ticket be moved again."""
    ticket = at_desk(request, key)
    commands.unhold(ticket, actor=request.user)
    return _answer(request, ticket, _("The ticket may be moved again."))


def _answer(request: SignedIn, ticket: Ticket, said: str) -> HttpResponse:
    """The panel as it stands now; a page of its own for a plain browser."""
    if request.headers.get("HX-Request"):
        return tell(one_panel(request, ticket.key, "why"), announce=said)
    return done(request, ticket.get_absolute_url(), message=said)
